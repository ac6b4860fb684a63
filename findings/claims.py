"""Claims, as `claims.toml` holds them: what they say, and how they are held to runs."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).parent / "claims.toml"
WAYS = ("more", "remains", "spares", "most")


@dataclass(frozen=True)
class Claim:
    """One claim."""

    name: str
    says: str
    of: str
    """The scheme that it is about."""
    way: str
    """"more" of a line than under another scheme; what share of exclusion "remains" without a part
    or with all safeguards; what share of the barred a safeguard "spares"; or that it spares
    "most"."""
    what: str
    """The line, the part, the safeguard."""
    than: str | None
    at_least: float | None
    at_most: float | None

    def holds(self, value: float) -> bool:
        """Return whether the claim holds of a value: a difference, a share, a lead."""
        if self.at_least is not None:
            return value >= self.at_least
        if self.at_most is not None:
            return value <= self.at_most
        return value > 0

    @property
    def asked(self) -> str:
        """What the value must be, in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "above 0"


def claims() -> tuple[date, tuple[Claim, ...]]:
    """Return when the claims were registered, and each of them.

    Raises:
        ValueError: if a claim says in no way, or in several, what is to be measured.

    """
    file = tomllib.loads(FILE.read_text("utf-8"))
    found = []
    for table in file["claim"]:
        ways = [way for way in WAYS if way in table]
        if len(ways) != 1:
            raise ValueError(f"{table['name']}: {ways} in place of one of {', '.join(WAYS)}")
        found.append(
            Claim(
                table["name"],
                table["says"],
                table["of"],
                ways[0],
                table[ways[0]],
                table.get("than"),
                table.get("at-least"),
                table.get("at-most"),
            )
        )
    return file["registered"], tuple(found)

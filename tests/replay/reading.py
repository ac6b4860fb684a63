"""What a replay reads: the run directory, and the numbers of its scheme and society."""

import hashlib
import json
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

FORMAT = 3
QUARTER = 13
YEAR = 52
KINDS = (
    "start",
    "shielded",
    "points",
    "record",
    "performance",
    "reversal",
    "association",
    "list-out",
    "list-in",
    "publication",
    "denial",
)


class ReplayError(Exception):
    """The ledger does not give what the run says; the message says where, and what was expected."""

    @classmethod
    def at(cls, week: int, citizen: int, expected: str, found: str) -> "ReplayError":
        """Return the error of a citizen's week."""
        return cls(f"week {week}, citizen {citizen}: expected {expected}, found {found}")


@dataclass(frozen=True)
class Run:
    """A run directory's content; names are texts."""

    manifest: dict[str, Any]
    ledger: pl.DataFrame
    citizens: pl.DataFrame
    measures: pl.DataFrame

    @cached_property
    def rules(self) -> "Rules":
        """The scheme and the society, as integers."""
        return Rules(self.manifest["scheme"], self.manifest["society"])

    @property
    def weeks(self) -> int:
        """How many weeks were simulated."""
        return int(self.manifest["weeks"])

    @property
    def people(self) -> int:
        """How many citizens there are."""
        return int(self.manifest["citizens"])

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Who is in the measures: whoever does not live with somebody planted."""
        homes = self.citizens.filter(pl.col("planted").is_not_null())["household"]
        return ~self.citizens["household"].is_in(homes.to_list()).to_numpy()

    @property
    def in_measures(self) -> int:
        """How many citizens the measures are over."""
        return int(self.counted.sum())

    @cached_property
    def told(self) -> pl.DataFrame:
        """The rows of those who are in the measures."""
        return self.ledger.filter(pl.Series(self.counted[self.ledger["subject"].to_numpy()]))


def read_run(folder: Path) -> Run:
    """Read a complete run directory, and check that its files hold the weeks that they should."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"), object_hook=_untagged)
    if (manifest["format"], manifest["state"], manifest["ledger"]) != (FORMAT, "complete", "all"):
        raise ReplayError(f"{folder}: expected a complete run, format {FORMAT}, with all rows")
    parts = []
    files = sorted((folder / "ledger").iterdir())
    if [file.name for file in files] != sorted(manifest["segments"]):
        raise ReplayError(f"{folder}: the ledger's files are not those that the manifest names")
    for number, file in enumerate(files):
        part = pl.read_parquet(file)
        strange = part.filter(pl.col("week") // QUARTER != number)
        if file.stem != f"{number:04}" or strange.height:
            raise ReplayError(f"{file}: rows of another quarter than the file's")
        parts.append(part)
    ledger, citizens = pl.concat(parts), pl.read_parquet(folder / "citizens.parquet")
    texts = pl.selectors.enum().cast(pl.String)
    return Run(
        manifest,
        ledger.with_columns(texts),
        citizens.with_columns(texts),
        pl.read_parquet(folder / "measures.parquet"),
    )


def _untagged(table: dict[str, Any]) -> Any:
    if table.keys() == {"$decimal"}:
        return Decimal(table["$decimal"])
    return table["$date"] if table.keys() == {"$date"} else table


def scaled(value: Decimal | int, scale: int) -> int:
    """Return value * scale rounded half-even; what is not zero stays at least 1."""
    with localcontext(prec=40):
        product = Decimal(value) * scale
        rounded = int(product.to_integral_value(rounding=ROUND_HALF_EVEN))
    return rounded or (value > 0) - (value < 0)


def hash_of(name: str) -> int:
    """Return the number by which acts are ordered."""
    return int.from_bytes(hashlib.blake2s(name.encode()).digest()[:4], "little")


class Rules:
    """What a replay needs of a scheme and a society; points and scores are in hundredths."""

    def __init__(self, scheme: dict[str, Any], society: dict[str, Any]) -> None:
        off = set(scheme.get("off", ()))
        self.off = off
        self.acts: dict[str, dict[str, Any]] = society["act"]
        self.services: dict[str, dict[str, Any]] = society.get("service", {})
        self.sensors: dict[str, dict[str, Any]] = scheme.get("sensor", {})
        firm = {} if "platform" in off else scheme.get("platform", {})
        self.company: list[str] = sorted(firm.get("sensors", ()))
        self.categories = sorted(scheme.get("category", {}))
        weights = [scheme["category"][name]["weight"] for name in self.categories]
        self.weights = [scaled(weight, 1 << 16) for weight in weights]
        self.score: dict[str, Any] | None = scheme.get("score")
        self.scored: dict[str, Any] = scheme.get("scored", {})
        self.tiers: dict[str, dict[str, Any]] = dict(sorted(scheme.get("tier", {}).items()))
        self.rules: dict[str, dict[str, Any]] = dict(sorted(scheme.get("rule", {}).items()))
        self.lists: dict[str, dict[str, Any]] = dict(sorted(scheme.get("list", {}).items()))
        self.started = set(scheme.get("start", {}).get("list", {}))
        self.points = {
            name: 0 if "scoring" in off else scaled(rule["points"], 100)
            for name, rule in self.rules.items()
        }
        self.association: dict[str, Any] | None = scheme.get("association")
        self.ties: dict[str, Any] = society.get("ties", {})
        self.remedies = "remedy" in scheme and "remedy" not in off
        self.remedy: dict[str, Any] = scheme.get("remedy", {}) if self.remedies else {}
        self.channel_names = sorted(scheme.get("publicity", {}))
        self.channels: dict[str, dict[str, Any]] = (
            {} if "publicity" in off else dict(sorted(scheme.get("publicity", {}).items()))
        )
        self.shames = bool(self.channels and society.get("shaming", {}).get("cut"))
        self.office: dict[str, Any] = {} if "office" in off else scheme.get("office", {})
        self.has_office = "office" in scheme
        self.breach: dict[str, dict[str, Any]] = scheme.get("breach", {})
        self.bands: dict[str, list[int]] = society["band"]
        self._limit(scheme.get("limits", {}), society.get("service", {}))
        self.enters = {} if "lists" in off else {name: e["enter"] for name, e in self.lists.items()}

    def _limit(self, limits: dict[str, Any], services: dict[str, Any]) -> None:
        """Keep what limits leave of rules, sensors, lists and tiers."""
        spared = {
            name
            for name, act in self.acts.items()
            if ("protected-conduct" in limits and "protects" in act)
            or ("others-conduct" in limits and act.get("low-company"))
        }
        for name, rule in self.rules.items():
            if rule.get("act", name) in spared:
                self.points[name] = 0
        kept = {name for name, act in self.acts.items() if act["harms"]}
        kept |= {table["enter"].get("record") for table in self.lists.values()}
        if limits.get("only-harmful-acts"):
            self.sensors = {
                name: {**sensor, "sees": sorted(kept.intersection(sensor["sees"]))}
                for name, sensor in self.sensors.items()
            }
        if limits.get("own-purpose-only"):
            self.sensors = {
                name: {**sensor, "sees": []}
                if sensor.get("holder") == "company" and name not in self.company
                else sensor
                for name, sensor in self.sensors.items()
            }
        longest = limits.get("longest-stay-weeks")
        for name, table in self.lists.items():
            enter, leave = table["enter"], table.get("leave", {})
            if enter.get("record") in spared:
                enter = {**enter, "share": 0}
            if longest:
                leave = {**leave, "term-weeks": min(leave.get("term-weeks", longest), longest)}
            self.lists[name] = {**table, "enter": enter, "leave": leave}
        if not limits.get("close-only-same-domain"):
            return
        domains = {name: service.get("domain") for name, service in services.items()}
        for tables in (self.lists, self.tiers):
            for name, table in tables.items():
                domain = table.get("domain", 0)
                mine = {service for service, of in domains.items() if of == domain}
                reach = {w: mine.intersection(of) for w, of in table.get("reach", {}).items()}
                closes = mine.intersection(table.get("closes", ()))
                tables[name] = {**table, "closes": closes, "reach": reach}

    @property
    def tampers(self) -> list[str]:
        """The acts by which officials alter records."""
        kinds = ("fabricating", "shielding")
        return [self.office[kind]["act"] for kind in kinds if kind in self.office]

    @property
    def stolen(self) -> list[tuple[str, str, int]]:
        """Act, sensor and longest delay of records in stolen names."""
        told = self.breach.values() if "breach" not in self.off else []
        return [(one["act"], one["sensor"], one.get("within-weeks", YEAR)) for one in told]

    @property
    def forged(self) -> tuple[str, str] | None:
        """Act and sensor of a record that is made up; none where nobody does that."""
        told = self.office.get("fabricating")
        return (told["record"], told["sensor"]) if told else None

    @property
    def decay(self) -> int:
        """The factor of a week's decay, in 2**-32."""
        half_life = self.score and self.score.get("half-life-weeks")
        if not half_life:
            return 1 << 32
        with localcontext(prec=40):
            return scaled((Decimal(2).ln() * (-1 / Decimal(half_life))).exp(), 1 << 32)

    @property
    def associates(self) -> bool:
        """Whether standing depends on ties."""
        return self.association is not None and "association" not in self.off

    @property
    def strength(self) -> Decimal:
        """How much of the rule of association applies; 0 without it."""
        told = self.association
        return Decimal(told["strength"]) if told and self.associates else Decimal(0)

    @property
    def step(self) -> int:
        """To how many hundredths what ties add is rounded."""
        return self.hundredths((self.association or {}).get("step", Decimal("0.01")))

    @property
    def can_wake(self) -> bool:
        """Whether a tie may come to life."""
        return self.association is not None and bool(self.ties["wake-per-year"])

    @property
    def can_cut(self) -> bool:
        """Whether a tie may be cut."""
        return bool(self.strength and self.ties["cut-per-year"])

    @staticmethod
    def hundredths(points: Decimal | int) -> int:
        """Return points as a whole number of hundredths."""
        return scaled(points, 100)

    def delay(self, sensor: str) -> int:
        """Weeks from an act to the posting of this sensor's records of it."""
        return int(self.sensors[sensor].get("delay-weeks", 0))

    def counting(self, act: str, sensor: str) -> list[str]:
        """Return the rules that count this sensor's records of an act, by name."""
        return [
            name
            for name, rule in self.rules.items()
            if rule.get("act", name) == act
            and self.points[name]
            and sensor in rule.get("sensors", self.sensors)
        ]

    def shown_by(self, name: str) -> list[tuple[str, str]]:
        """Return the acts and sensors whose records a channel shows."""
        channel = self.channels[name]
        sensors = channel.get("sensors", self.sensors)
        acts = set(channel.get("records", ()))
        return [(act, s) for s in sensors for act in acts & set(self.sensors[s]["sees"])]

    def listing(self, act: str) -> list[str]:
        """Return the lists that records of an act may lead to, by name."""
        return [name for name, enter in self.enters.items() if enter.get("record") == act]

    def leave(self, name: str) -> dict[str, Any]:
        """Return the ways off a list."""
        return dict(self.lists[name].get("leave", {}))

    def closing(self, clause: str) -> set[str]:
        """Return the services that a list or a tier ("list.x", "tier.y") closes to its own."""
        table = self._clause(clause)
        if self.shuts(clause).endswith(".closes"):
            return set(table.get("closes", ()))
        return set(table.get("reach", {}).get("representative", ()))

    def shuts(self, clause: str) -> str:
        """Return the clause by which a list or a tier closes services to its own."""
        of_firms = self._clause(clause).get("of") == "firms"
        return f"{clause}.{'reach.representative' if of_firms else 'closes'}"

    def is_of_firms(self, name: str) -> bool:
        """Return whether a list is of firms."""
        return bool(self.lists[name].get("of") == "firms")

    def reaching(self, clause: str, whom: str) -> set[str]:
        """Return the services that a list or a tier closes to the children or the spouse."""
        reach = {} if "kin" in self.off else self._clause(clause).get("reach", {})
        return set(reach.get(whom, ()))

    def repair(self, name: str) -> dict[str, Any] | None:
        """Return how many good entries under which rules end a stay on a list, if any do."""
        asked: dict[str, Any] | None = self.leave(name).get("repair")
        return asked if name in self.enters else None

    def _clause(self, clause: str) -> dict[str, Any]:
        kind, name = clause.split(".", 1)
        return (self.lists if kind == "list" else self.tiers)[name]

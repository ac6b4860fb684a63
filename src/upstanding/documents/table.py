"""What every table of a file has in common, and the kinds of figure it may hold."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

NAME = "^[a-z0-9][a-z0-9-]*$"
SIZE = "size"
"""The kind of error of a number of absurd size."""
_LARGEST, _DIGITS = 30, 40
"""Powers of ten, and digits, beyond which no figure is meant and arithmetic may take for ever."""


def _is_number(value: object) -> object:
    """Refuse what Pydantic would kindly turn into a number, and numbers of absurd size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number")
    if isinstance(value, int):
        useful = abs(value) < 10**_LARGEST
    else:
        useful = value.is_finite() and (
            not value
            or (abs(value.adjusted()) < _LARGEST and len(value.as_tuple().digits) <= _DIGITS)
        )
    if not useful:
        raise PydanticCustomError(SIZE, f"and not of absurd size: 1e-{_LARGEST} to 1e{_LARGEST}")
    return value


Number = Annotated[Decimal, BeforeValidator(_is_number), Field(allow_inf_nan=False)]
Share = Annotated[Number, Field(ge=0, le=1)]
"""A probability, or a share of a whole."""
Rate = Annotated[Number, Field(ge=0, le=10_000)]
"""Events per person-year."""
Factor = Annotated[Number, Field(ge=0, le=1_000)]
"""What a rate is multiplied by."""
Points = Annotated[Number, Field(ge=-10_000, le=10_000, decimal_places=2)]
"""Points of a score, to a hundredth."""
Count = Annotated[int, Field(strict=True, ge=0, le=4_000_000_000)]
Weeks = Annotated[int, Field(strict=True, ge=0, le=4_000)]
Switch = Annotated[bool, Field(strict=True)]
Name = Annotated[str, StringConstraints(strict=True, pattern=NAME, max_length=48)]
"""Lower-case words joined by hyphens."""
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2_000)]
Source = Text | dict[str, Text]
"""One source for all figures of a table, or one per key."""


class Table(BaseModel):
    """A table of a file: keys with hyphens, none unknown, none changed after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        defer_build=True,
    )


class Sourced(Table):
    """A table that holds figures, and therefore says where they come from."""

    source: Source

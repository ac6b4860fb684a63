"""Upstanding: a laboratory for social scoring, on people who do not exist."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from upstanding.errors import InputError, Problem, RunDirectoryError, UpstandingError
    from upstanding.run import Run, simulate
    from upstanding.scheme import Scheme
    from upstanding.society import Society
    from upstanding.story import Story
    from upstanding.twins.compare import compare
    from upstanding.twins.twins import Twins

__version__ = "0.1.0"
__all__ = [
    "InputError",
    "Problem",
    "Run",
    "RunDirectoryError",
    "Scheme",
    "Society",
    "Story",
    "Twins",
    "UpstandingError",
    "__version__",
    "compare",
    "simulate",
]
_HOMES = {
    "InputError": "errors",
    "Problem": "errors",
    "Run": "run",
    "RunDirectoryError": "errors",
    "Scheme": "scheme",
    "Society": "society",
    "Story": "story",
    "Twins": "twins.twins",
    "UpstandingError": "errors",
    "compare": "twins.compare",
    "simulate": "run",
}
"""Where each public name lives; it is loaded when first asked for, so that importing is quick."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Sections that are nothing but figures."""

from collections.abc import Callable, Mapping
from typing import Any

from upstanding.report.draft import Draft


def only_figures(*keys: str) -> Callable[[Draft], Mapping[str, Any] | None]:
    """Return a function that shows figures; the section is absent where none can be made."""

    def fill(draft: Draft) -> Mapping[str, Any] | None:
        figures = draft.show(*keys)
        return {"figures": figures} if figures else None

    return fill

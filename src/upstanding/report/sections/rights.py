"""Section 6: right by right."""

from collections.abc import Mapping
from typing import Any

from upstanding.report.draft import Draft
from upstanding.report.law import law


def fill(draft: Draft) -> Mapping[str, Any]:
    """Return the rights that are engaged, those that are served, and what the model lacks."""
    return {"figures": draft.show("R15", "R16"), "beyond": law().beyond, "law": law()}

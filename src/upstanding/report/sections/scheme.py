"""Section 3: the scheme in plain words."""

from collections.abc import Mapping
from typing import Any

from upstanding.report.draft import Draft


def fill(draft: Draft) -> Mapping[str, Any]:
    """Return what the scheme is, its flow and its clauses."""
    file = draft.impact.run.plan.scheme.file
    status = {"as told": "told, and not on record"}.get(file.status, file.status)
    counts = {
        "sensors": len(file.sensor),
        "rules": len(file.rule),
        "tiers": len(file.tier),
        "lists": len(file.list_),
    }
    words = draft.say(
        "scheme",
        "{title} ({status}): {sensors:sensor|sensors}, {rules:rule|rules}, {tiers:tier|tiers} and "
        "{lists:list|lists}.",
        title=file.title,
        status=status,
        **counts,
    )
    return {
        "sentences": [words],
        "figures": draft.show("R6", "R5"),
        "absent": list(file.absent),
        "off": sorted(file.off),
    }

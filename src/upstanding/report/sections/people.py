"""Sections about people: who is affected (4), who was asked (11), whose interests count (12)."""

from collections.abc import Mapping
from typing import Any

from upstanding.report.draft import Draft
from upstanding.report.law import law

ASKED = (
    "people who would be scored",
    "people who are on such a list today",
    "their families",
    "advocates and legal aid",
    "officials who would run it",
    "courts and ombudspersons",
)
"""Of whom a report asks whether they were asked."""


def fill(draft: Draft) -> Mapping[str, Any]:
    """Return the population and the sizes of groups."""
    return {"figures": draft.show("R7", "R2-places", "R8")}


def asked(_: Draft) -> Mapping[str, Any]:
    """Return whom people would have to ask; the answers are theirs."""
    return {"asked": ASKED}


def advice(draft: Draft) -> Mapping[str, Any]:
    """Return the interests that the run shows to be touched; what weighs more is for people."""
    rows = draft.figures["R15"].data
    met = {
        harm
        for harm, number, events in rows.select("right engaged by", "people", "events").iter_rows()
        if number or events
    }
    harmed = [harm.harm for harm in law().harms if harm.harm in met]
    return {"harmed": harmed, "lines": max(len(harmed), 4)}

"""Every shipped clause says since when, by what right, on whose word and from which source."""

import pytest

from upstanding.documents.sources import status_of
from upstanding.scheme import Scheme


@pytest.mark.parametrize("name", Scheme.names())
def test_every_clause_is_grounded(name: str) -> None:
    scheme = Scheme.load(name)
    found = list(scheme.clauses())
    bare = [clause.key for clause in found if not clause.is_grounded or not clause.source]
    assert bare == []
    assert len(found) >= 10 or name == "baseline"
    assert scheme.unmatched_clauses() == []


@pytest.mark.parametrize("name", Scheme.names())
def test_what_is_invented_or_assumed_is_no_documented_law(name: str) -> None:
    """A size that nobody has seen written does not borrow the standing of a rule that was."""
    for clause in Scheme.load(name).clauses():
        if clause.source is not None and status_of(clause.source) == "invented":
            assert clause.provenance != "documented law", clause.key


def test_no_clause_of_the_essay_s_own_is_documented() -> None:
    court = {clause.key: clause for clause in Scheme.load("court-list").clauses()}
    for clause in Scheme.load("essay").clauses():
        wider = clause.key == "list.dishonest-personnel.reach.children"
        if clause.key.startswith("list.dishonest-personnel") and not wider:
            assert clause == court[clause.key]
        else:
            assert clause.provenance == "as told", clause.key

"""The first finding: claims that can fail, a study in small, a page of what became of them."""

from pathlib import Path

import pytest
from findings.claims import Claim, claims
from findings.page import lines_of
from findings.study import SCHEMES, Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(tmp_path_factory.mktemp("study"), citizens=1_500, weeks=26, seeds=2, fewer=1)


def test_each_claim_names_what_there_is(study: Study) -> None:
    registered, all_ = claims()
    assert registered.year == 2026
    assert len({claim.name for claim in all_}) == len(all_)
    for claim in all_:
        assert claim.of in SCHEMES
        assert len(study.values(claim)) == (2 if claim.way == "more" else 1)


def test_a_claim_can_fail() -> None:
    share = Claim("x", "y", "essay", "remains", "all", None, None, 0.3)
    assert share.holds(0.3)
    assert not share.holds(0.31)
    more = Claim("x", "y", "essay", "more", "attempts refused", "documented", None, None)
    assert not more.holds(0.0)


def test_the_page_says_what_became_of_each_claim(study: Study) -> None:
    page = "\n".join(lines_of(study))
    for claim in claims()[1]:
        [row] = [line for line in page.splitlines() if line.startswith(f"| **{claim.name}**")]
        held = all(claim.holds(value) for value in study.values(claim))
        assert row.endswith("| holds |" if held else "| does not hold |")
    assert "the essay's picture" in page
    assert "## What this does not show" in page


def test_the_committed_page_is_of_these_claims() -> None:
    page = (Path(__file__).parents[2] / "docs" / "first-finding.md").read_text("utf-8")
    for claim in claims()[1]:
        assert f"**{claim.name}**: {claim.says}" in page

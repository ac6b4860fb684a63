"""`upstanding odd`: the whole model, told from the modules and the files that are in use."""

import re
from inspect import cleandoc

import pytest

from upstanding.clockwork.names import MECHANISMS
from upstanding.errors import InputError
from upstanding.mechanisms import corrections, learning, speech, support, ties, turning
from upstanding.odd import describe
from upstanding.scheme import Scheme
from upstanding.society import Society, fit, households, planted

ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialisation",
    "Input data",
    "Submodels",
)
"""Grimm et al. 2020, in this order."""
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)


@pytest.fixture(scope="module")
def text() -> str:
    return str(describe(Scheme.load("essay"), Society.load("china")))


def test_the_seven_elements_and_the_eleven_concepts(text: str) -> None:
    headings = re.findall(r"^## \d\. (.+)$", text, re.MULTILINE)
    assert tuple(headings) == ELEMENTS
    assert re.findall(r"^\*(.+?)\.\* ", text, re.MULTILINE)[: len(CONCEPTS)] == list(CONCEPTS)


def test_every_mechanism_is_a_submodel_with_its_own_docstring(text: str) -> None:
    assert tuple(re.findall(r"^### (.+)$", text, re.MULTILINE)) == MECHANISMS
    parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    for name, part in zip(MECHANISMS, parts, strict=True):
        for words in ("Addresses", "*Reads*", "*Off*"):
            assert words in part, f"{name} says nothing of {words}"


def test_what_a_mechanism_leaves_to_others_is_told_as_well(text: str) -> None:
    for module in (speech, learning, support, corrections, turning, ties, fit, households, planted):
        first = cleandoc(module.__doc__ or "").splitlines()[0]
        assert first in text, module.__name__


def test_every_figure_of_both_files_is_told_once(text: str) -> None:
    rows = dict(re.findall(r"^\| `(.+?)` \| (.+?) \|", text, re.MULTILINE))
    files = [*Scheme.load("essay").figures(), *Society.load("china").figures()]
    assert len(files) > 500
    for figure in files:
        table, _, key = figure.key.rpartition(".")
        alone = figure.key in rows
        among = [value.partition(" ")[0] for value in rows.get(table, "").split("; ")]
        assert alone + among.count(key) == 1, figure.key


def test_what_is_switched_off_is_said() -> None:
    scheme = Scheme.load("essay").with_values({"off": ["association"]})
    assert "*Switched off in `essay`.*" in str(describe(scheme, Society.load("china")))
    assert "*Switched off" not in str(describe(Scheme.load("essay"), Society.load("china")))


def test_a_scheme_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="society uniform"):
        describe(Scheme.load("essay"), Society.load("uniform"))

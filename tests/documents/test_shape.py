"""The shape of a document: types and schema say the same of every key."""

import pytest

from upstanding import Scheme, Society
from upstanding.documents.patch import PatchFile
from upstanding.documents.raw import Segment
from upstanding.documents.shape import Shape, shape_of
from upstanding.documents.table import Table

DEEPEST = 7
FEWEST = 60


def under(node: dict, key: Segment) -> bool:
    """Whether a schema says something of what stands under a key."""
    if isinstance(key, int):
        places = node.get("prefixItems", ())
        return key < len(places) or isinstance(node.get("items"), dict)
    if "properties" in node:
        return key in node["properties"]
    patterns = node.get("patternProperties", {}).values()
    return isinstance(next(iter(patterns), node.get("additionalProperties")), dict)


def compared(shape: Shape, seen: list[Shape]) -> None:
    """Hold a shape, and all below it, against the schema at its path."""
    seen.append(shape)
    node = shape._node()
    assert shape.is_sourced == ("source" in node.get("properties", ()))
    for key in (*shape.keys, "any", 0, 1, 2, 7):
        below = shape.child(key)
        said = any(under(each, key) for each in node.get("anyOf", [node]))
        assert (below is not None) == said, (shape.path, key)
        if below is not None and len(shape.path) < DEEPEST:
            compared(below, seen)


@pytest.mark.parametrize("model", [Scheme.model(), Society.model(), PatchFile])
def test_types_and_schema_agree(model: type[Table]) -> None:
    seen: list[Shape] = []
    compared(shape_of(model), seen)
    assert len(seen) > (FEWEST if model is not PatchFile else 0)


def test_the_schema_says_what_stands_below_keys() -> None:
    sensor = Scheme.schema()["$defs"]["Sensor"]["properties"]
    assert all("description" in sensor[key] for key in ("hit-rate", "false-match-rate"))

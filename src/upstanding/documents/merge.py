"""Laying one document over another: tables merge, other values replace.

Sources go with what they speak for. What the upper document writes loses the source it had below;
if the upper one gives none, the figure has none, and checking says so.
"""

from upstanding.documents.raw import Path, Raw, Tree, Value, dotted, value_at
from upstanding.documents.shape import Shape
from upstanding.documents.sources import is_readable, leaves, source_for


def merged(lower: Raw, upper: Raw, shape: Shape) -> Raw:
    """Return `upper` laid over `lower`; places point into the file that holds the key."""
    tree = _tables(lower.tree, upper.tree, shape)
    replaced = {p for p in upper.places if not isinstance(value_at(upper.tree, p), dict)}
    places = {
        path: place
        for path, place in lower.places.items()
        if not any(path[:length] in replaced for length in range(len(path) + 1))
    }
    return Raw(tree, upper.file, places | dict(upper.places))


def _tables(lower: Tree, upper: Tree, shape: Shape | None) -> Tree:
    tree = dict(lower)
    for key, value in upper.items():
        below = tree.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            tree[key] = _tables(below, value, shape and shape.child(key))
        else:
            tree[key] = value
    if shape and shape.is_sourced and "source" in lower:
        tree["source"] = _sources(lower, upper, tree, shape)
    return tree


def _sources(lower: Tree, upper: Tree, both: Tree, shape: Shape) -> Value:
    above = upper.get("source", {})
    if not (is_readable(lower["source"]) and is_readable(above)):
        return both["source"]
    written = _entries(upper, above, shape)
    kept = _entries(lower, lower["source"], shape)
    gone = _paths(lower, shape) - _paths(both, shape) | _paths(upper, shape)
    return {key: text for key, text in kept.items() if key not in gone} | written


def _entries(table: Tree, source: Value, shape: Shape) -> dict[str, str]:
    """Return a source as one entry for each leaf it speaks for, and what speaks for none."""
    found = {}
    used = set()
    for leaf, _ in leaves(table, shape):
        if (text := source_for(source, leaf)) is not None:
            found[dotted(leaf)] = text
            used |= _prefixes(leaf)
    if isinstance(source, dict):
        found |= {key: text for key, text in source.items() if key not in used}
    return found


def _paths(table: Tree, shape: Shape) -> set[str]:
    return {dotted(leaf) for leaf, _ in leaves(table, shape)}


def _prefixes(path: Path) -> set[str]:
    return {dotted(path[:length]) for length in range(1, len(path) + 1)}

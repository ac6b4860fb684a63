"""The shape of a document: its JSON Schema, and what that says about one key.

The schema is made from the Pydantic models, so that there is one description of the format.
Messages are written from it, sources are checked along it, and editors can read it.
"""

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from upstanding.documents.descriptions import descriptions, is_table, models
from upstanding.documents.raw import Path, Segment, Value, one_of
from upstanding.documents.table import NAME, Table

Schema = dict[str, Any]

_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_WORDS = {
    "boolean": "true or false",
    "object": "a table",
    "array": "a list",
    "string": "a text",
}


def json_schema(model: type[Table], title: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a document's TOML file."""
    schema = deepcopy(_schema(model))
    for kind in models(model):
        # Where two models share a name, Pydantic adds where each is defined.
        long = f"{kind.__module__}.{kind.__qualname__}".replace(".", "__")
        below = schema.get("$defs", {})
        node = schema if kind is model else below.get(long) or below[kind.__name__]
        for key, text in descriptions(kind).items():
            node["properties"][key]["description"] = text
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": title,
    }


@dataclass(frozen=True)
class Shape:
    """What a model says about the value at one key.

    Keys are looked up in types; the schema, which takes longer to make, is asked for words alone.
    """

    model: type[Table]
    """The model of the whole document."""
    path: Path
    kinds: tuple[Any, ...]
    """The types that the value may be of."""

    def child(self, key: Segment) -> "Shape | None":
        """Return the shape of what stands under a key, or None if nothing may."""
        for kind in self.kinds:
            found = _kinds(_under(kind, key))
            if found:
                return Shape(self.model, (*self.path, key), found)
        return None

    def at(self, path: Path) -> "Shape | None":
        """Return the shape of what stands at a path, or None if nothing may."""
        shape: Shape | None = self
        for key in path:
            shape = shape and shape.child(key)
        return shape

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a table, where they are fixed; else the names it may hold, if they are."""
        node = self._node()
        return tuple(node.get("properties", node.get("propertyNames", {}).get("enum", ())))

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that a value may be, if they are few."""
        return tuple(self._node().get("enum", ()))

    @property
    def is_sourced(self) -> bool:
        """Whether this is a table that says where its figures come from."""
        return self._is_table and "source" in self.kinds[0].model_fields

    @property
    def is_named_tables(self) -> bool:
        """Whether this is a table of tables whose names the file chooses."""
        below = None if self._is_table else self.child("any")
        return below is not None and below._is_table

    def owner(self, path: Path) -> Path | None:
        """Return the innermost table above a path that says where its figures come from."""
        found, shape = None, self
        for length, key in enumerate(path):
            if shape.is_sourced:
                found = path[:length]
            below = shape.child(key)
            if below is None:
                return found
            shape = below
        return found

    def words(self) -> str:
        """Return what is allowed here, in words."""
        return _words(self._node(), _definitions(self.model))

    def name_words(self) -> str:
        """Return what the keys of this table may be, in words."""
        if self.keys:
            return one_of(self.keys)
        pattern = next(iter(self._node().get("patternProperties", {"": None})))
        return _words({"type": "string", "pattern": pattern}, {})

    @property
    def _is_table(self) -> bool:
        return len(self.kinds) == 1 and is_table(self.kinds[0])

    def _node(self) -> Schema:
        """Return what the schema says here."""
        definitions = _definitions(self.model)
        node = _followed(_schema(self.model), definitions)
        for key in self.path:
            choices = (_below(each, key) for each in node.get("anyOf", [node]))
            node = _followed(next(found for found in choices if found is not None), definitions)
        return node


@cache
def shape_of(model: type[Table]) -> Shape:
    """Return the shape of a whole document."""
    return Shape(model, (), (model,))


def _under(kind: Any, key: Segment) -> Any:
    """Return the type of what stands under a key of a type; None if nothing may, or anything."""
    if is_table(kind):
        return _hints(kind).get(str(key)) if isinstance(key, str) else None
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(key, str):
        return parts[1] if origin is dict else None
    if origin is tuple and parts[-1] is not Ellipsis:
        return parts[key] if key < len(parts) else None
    return parts[0] if origin in {tuple, list, set, frozenset} else None


@cache
def _hints(table: type[Table]) -> dict[str, Any]:
    """Return the type of each key."""
    fields = table.model_fields.items()
    return {field.alias or name: field.annotation for name, field in fields}


def _kinds(hint: Any) -> tuple[Any, ...]:
    """Return the types that a hint allows, none for anything."""
    if get_origin(hint) is Annotated:
        return _kinds(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        return tuple(kind for part in get_args(hint) for kind in _kinds(part))
    return () if hint in {None, NoneType, Any} else (hint,)


@cache
def _schema(model: type[Table]) -> Schema:
    """Return a model's schema without what it says for people, which takes as long again."""
    schema: Schema = _tidy(model.model_json_schema(by_alias=True))
    return schema


def _definitions(model: type[Table]) -> Schema:
    definitions: Schema = _schema(model).get("$defs", {})
    return definitions


def _followed(node: Schema, definitions: Schema) -> Schema:
    """Follow references and leave out that an optional value may be missing."""
    while True:
        if "$ref" in node:
            node = definitions[node["$ref"].rpartition("/")[2]]
            continue
        choices = [n for n in node.get("anyOf", ()) if n.get("type") != "null"]
        if len(choices) != 1:
            return node
        node = choices[0]


def _below(node: Schema, key: Segment) -> Schema | None:
    if isinstance(key, int):
        places = node.get("prefixItems", ())
        found = places[key] if key < len(places) else node.get("items")
    elif "properties" in node:
        found = node["properties"].get(key)
    else:
        patterns = node.get("patternProperties", {}).values()
        found = next(iter(patterns), node.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _tidy(node: Value) -> Value:
    """Say of decimals that they are numbers, with their limits, which Pydantic's schema hides."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {_LIMITS.get(key, key): _tidy(value) for key, value in node.items()}
    if {"type": "number"} in node.get("anyOf", ()) and {"type": "string"} in node["anyOf"]:
        del node["anyOf"]
        node["type"] = "number"
    if (places := node.pop("decimal_places", None)) is not None:
        node["multipleOf"] = float(Decimal(1).scaleb(-places))
    return node


def _words(node: Schema, definitions: Schema) -> str:
    node = _followed(node, definitions)
    kind = node.get("type")
    if "anyOf" in node:
        choices = [choice for choice in node["anyOf"] if choice.get("type") != "null"]
        return " or ".join(_words(choice, definitions) for choice in choices)
    if "enum" in node:
        return one_of(node["enum"])
    if kind in {"number", "integer"}:
        return _number_words(node)
    if kind == "array":
        return _list_words(node, definitions)
    if kind == "string":
        return _text_words(node)
    return _WORDS.get(str(kind), "a value")


def _number_words(node: Schema) -> str:
    what = "a whole number" if node["type"] == "integer" else "a number"
    low, high = node.get("minimum"), node.get("maximum")
    above = node.get("exclusiveMinimum")
    limit = ""
    if low is not None and high is not None:
        limit = f" between {low} and {high}"
    elif low is not None:
        limit = f" of at least {low}"
    elif above is not None:
        limit = f" above {above}" + (f" and at most {high}" if high is not None else "")
    step = f", in steps of {node['multipleOf']}" if "multipleOf" in node else ""
    return what + limit + step


def _list_words(node: Schema, definitions: Schema) -> str:
    if "prefixItems" in node:
        parts = [_words(item, definitions) for item in node["prefixItems"]]
        same = len(set(parts)) == 1
        return f"a list of {len(parts)}: {'each ' + parts[0] if same else ' and '.join(parts)}"
    low, high = node.get("minItems"), node.get("maxItems")
    count = f" of {low}" if low == high and low else f" of at least {low}" if low else ""
    return f"a list{count}, each {_words(node.get('items', {}), definitions)}"


def _text_words(node: Schema) -> str:
    if node.get("format") == "date":
        return "a date such as 2014-01-06"
    if node.get("pattern") == NAME:
        return 'a lower-case name such as "street-camera"'
    if "pattern" in node:
        return f"a text like {node['pattern']}"
    return f"a text of at most {node['maxLength']} letters" if "maxLength" in node else "a text"

"""Reading a page as a reader does: its words, and the numbers among them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?: ?%)?")
_VOID = {"meta", "br", "link", "img", "input"}


@dataclass
class Node:
    """An element and what stands in it."""

    tag: str
    attributes: dict[str, str]
    parts: list["Node | str"] = field(default_factory=list)

    def words(self) -> str:
        return "".join(part if isinstance(part, str) else part.words() for part in self.parts)

    def all(self, tag: str | None = None, kind: str | None = None) -> list["Node"]:
        found = []
        for part in self.parts:
            if isinstance(part, Node):
                kinds = part.attributes.get("class", "").split()
                if tag in (None, part.tag) and (kind is None or kind in kinds):
                    found.append(part)
                found += part.all(tag, kind)
        return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self.open[-1].tag == tag, (tag, [node.tag for node in self.open])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root]
    return builder.root


def loose(node: Node, told: set[str]) -> list[str]:
    """Return texts with digits that stand outside the elements of the kinds `told`."""
    found = []
    for part in node.parts:
        if isinstance(part, str):
            found += [part.strip()] if any(map(str.isdigit, part)) else []
        else:
            kinds = set(part.attributes.get("class", "").split()) | {part.tag}
            found += [] if kinds & told else loose(part, told)
    return found


def unfound(text: str, numbers: list[float]) -> list[str]:
    """Return the numbers in a text that none of the given ones is, as precisely as it is said."""
    return [said for said in NUMBER.findall(text) if not any(_is(said, n) for n in numbers)]


def _is(said: str, number: float) -> bool:
    plain = said.replace(",", "").rstrip("% ")
    value = abs(100 * number if said.endswith("%") else number)
    digits = len(plain.partition(".")[2])
    return abs(round(value, digits) - float(plain)) < 10.0 ** -(digits + 6)

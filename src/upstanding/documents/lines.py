"""On which line of a TOML file each key stands.

The text has been parsed by `tomllib` before; the scanner need not refuse what TOML refuses.
"""

import re
import tomllib
from bisect import bisect_right

from upstanding.documents.raw import WHOLE_FILE, Path
from upstanding.errors import InputError, Problem

DEEPEST = 16
"""No document needs deeper tables than this; what is deeper is refused, not walked."""

_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_TEXT = r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:[^"\\]|\\.)*"|\'[^\']*\''
_KEY = re.compile(rf"[A-Za-z0-9_-]+|{_TEXT}", re.DOTALL)
_SCALAR = re.compile(rf"{_TEXT}|[^,\]}}#\n]+", re.DOTALL)


def lines_of(text: str, file: str) -> dict[Path, int]:
    r"""Return the line of every key path of a valid TOML text with newlines as its line ends.

    >>> lines_of('a = 1\n[b]\nc = [1,\n 2]', "x.toml")
    {('a',): 1, ('b',): 2, ('b', 'c'): 3, ('b', 'c', 0): 3, ('b', 'c', 1): 4}
    """
    return _Scanner(text, file).scan()


class _Scanner:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.at = text, file, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip(_BLANK):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Step over what matches; return whether anything is left."""
        if match := pattern.match(self.text, self.at):
            self.at = match.end()
        return self.at < len(self.text)

    def header(self) -> Path:
        self.at += 1
        if self.text[self.at] == "[":
            self.refuse("an array of tables", "a named table: [table.name], never [[table]]")
        line = self.line()
        path = self.key(())
        self.mark(path, line)
        self.at += 1
        return path

    def pair(self, table: Path) -> None:
        line = self.line()
        path = self.key(table)
        self.mark(path, line)
        self.at += 1
        self.skip(_SPACE)
        self.value(path)

    def key(self, path: Path) -> Path:
        """Read a dotted key, up to the sign behind it."""
        while True:
            self.skip(_SPACE)
            part = self.take(_KEY)
            path += (_unquoted(part) if part[0] in "\"'" else part,)
            self.skip(_SPACE)
            if len(path) > DEEPEST:
                self.too_deep()
            if self.text[self.at] != ".":
                return path
            self.at += 1

    def value(self, path: Path) -> None:
        if len(path) > DEEPEST:
            self.too_deep()
        opening = self.text[self.at]
        if opening not in "[{":
            self.take(_SCALAR)
            return
        self.at += 1
        index = 0
        while self.skip(_BLANK) and self.text[self.at] not in "]}":
            if opening == "{":
                self.pair(path)
            else:
                self.mark((*path, index), self.line())
                self.value((*path, index))
                index += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        assert match, "the text was parsed before"
        self.at = match.end()
        return match.group()

    def mark(self, path: Path, line: int) -> None:
        for length in range(1, len(path)):
            self.lines.setdefault(path[:length], line)
        self.lines[path] = line

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def too_deep(self) -> None:
        self.refuse("tables or lists in one another", f"at most {DEEPEST} levels deep")

    def refuse(self, found: str, allowed: str) -> None:
        raise InputError([Problem(self.file, self.line(), WHOLE_FILE, found, allowed)])


def _unquoted(part: str) -> str:
    """Return what a quoted key says."""
    return str(next(iter(tomllib.loads(f"{part} = 0"))))

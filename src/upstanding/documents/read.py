"""Reading a TOML file: exact numbers, and the line of every key."""

import pathlib
import re
import tomllib
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from upstanding.documents.lines import lines_of
from upstanding.documents.raw import WHOLE_FILE, Place, Raw, quoted
from upstanding.errors import InputError, Problem

_AT_LINE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)\Z", re.DOTALL)
_TOO_LONG = re.compile(r"\d[\d_]{3999}")


class Text(NamedTuple):
    """A file as it was read."""

    path: pathlib.Path
    content: str


def read(path: pathlib.Path) -> Raw:
    """Read a TOML file; whatever is wrong with the file as such is an InputError."""
    return parsed(text_of(path))


def text_of(path: pathlib.Path) -> Text:
    """Return what a file holds, or raise an InputError."""
    return Text(path, _content(path, str(path)))


def parsed(written: Text) -> Raw:
    """Return what a text of TOML says and where, or raise an InputError."""
    file, text = str(written.path), written.content
    try:
        tree = tomllib.loads(text, parse_float=decimal)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(error, text, file) from None
    except ValueError:
        long = _TOO_LONG.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else None
        raise _refusal(file, line, "a number of thousands of digits", "a shorter one") from None
    except RecursionError:
        raise _refusal(file, None, "hundreds of lists in one another", "flatter") from None
    lines = lines_of(text, file)
    return Raw(tree, file, {path: Place(file, line) for path, line in lines.items()})


def decimal(text: str) -> Decimal:
    """Return a decimal exactly, or infinity where the exponent is beyond all use."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _content(path: pathlib.Path, file: str) -> str:
    try:
        if not path.is_file():
            found = "a directory" if path.is_dir() else "nothing under this name"
            raise _refusal(file, None, found, "a TOML file")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _refusal(file, None, f"a file that cannot be read ({error})", "readable") from None
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02x}, which is not UTF-8"
        raise _refusal(file, line, found, "text in UTF-8") from None


def _malformed(error: tomllib.TOMLDecodeError, text: str, file: str) -> InputError:
    match = _AT_LINE.match(str(error))
    message = match.group(1) if match else str(error)
    line = int(match.group(2)) if match and match.group(2) else text.count("\n") + 1
    return _refusal(file, line, f"malformed TOML ({quoted(message)[1:-1]})", "valid TOML")


def _refusal(file: str, line: int | None, found: str, allowed: str) -> InputError:
    return InputError([Problem(file, line, WHOLE_FILE, found, allowed)])

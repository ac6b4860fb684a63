"""Sentences made of named numbers, so that each number said is found in a file beside the page.

    numbers.say("barred", "{barred:person|people} of {all} are shut out", barred=170, all=4086)

says "170 people of 4,086 are shut out", and keeps `barred.barred` = 170 and `barred.all` = 4086. In
the page each number carries its name. A template may hold no digit of its own: what is no number of
the run, such as the article of a law, is a text among the values.
"""

import json
import string
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from upstanding.words import counted

Value = int | float | str


def told(value: Value, spec: str = "") -> str:
    """Return a value as a sentence says it.

    >>> told(1200), told(0.125, "%"), told(1, "week|weeks"), told(2, "=is|are"), told(3.14, ".1f")
    ('1,200', '12.5%', '1 week', 'are', '3.1')
    """
    if isinstance(value, str):
        return value
    if spec.startswith("="):
        one, many = spec[1:].split("|")
        return one if value == 1 else many
    if "|" in spec:
        one, many = spec.split("|")
        return counted(int(value), one, many)
    if spec:
        return format(value, ".1%" if spec == "%" else spec)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


class Numbers:
    """The numbers of a report by name, and the sentences that say them."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.sentences: dict[str, str] = {}

    def say(self, name: str, template: str, /, **values: Value) -> Markup:
        """Return a sentence for a page, and keep its numbers under `name` and their own names.

        In the template {x:one|many} counts a noun, {x:=is|are} chooses a word by a number, and
        {x:%} is a share.

        Raises:
            ValueError: if the template holds a digit of its own, or the name was used for another
                sentence.

        """
        plain, page = [], []
        for literal, field, spec, _ in string.Formatter().parse(template):
            if any(character.isdigit() for character in literal):
                raise ValueError(f"{name}: a number that has no name: {literal!r}")
            plain.append(literal)
            page.append(escape(literal))
            if field is None:
                continue
            value, words = values[field], told(values[field], spec or "")
            plain.append(words)
            page.append(self._marked(f"{name}.{field}", value, words, spec or ""))
        sentence = "".join(plain)
        if self.sentences.setdefault(name, sentence) != sentence:
            raise ValueError(f"{name}: this name was used for another sentence")
        return Markup("").join(page)

    def keep(self, name: str, value: Value) -> None:
        """Keep a number under a name.

        Raises:
            ValueError: if the name stands for another.

        """
        if self.values.setdefault(name, value) != value:
            raise ValueError(f"{name}: {value} and {self.values[name]} under one name")

    def to_json(self, figures: Mapping[str, Any]) -> str:
        """Return all numbers, sentences and what is said of figures, as JSON."""
        whole = {"numbers": self.values, "sentences": self.sentences, "figures": dict(figures)}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def _marked(self, name: str, value: Value, words: str, spec: str) -> Markup:
        if isinstance(value, str):
            return Markup('<span class="text">{}</span>').format(words)
        self.keep(name, value)
        if spec.startswith("="):
            return escape(words)
        return Markup('<span class="n" data-n="{}">{}</span>').format(name, words)

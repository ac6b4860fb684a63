"""What is remembered within a process, by the content that it was made from."""

import pickle
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, ParamSpec, TypeVar, cast

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


class ByText(Generic[Made]):
    """A value that equals all others of the same text."""

    def __init__(self, value: Made, text: str) -> None:
        self.value = value
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByText) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def remembered(most: int) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Remember what a function made of its last arguments, which are texts and other values.

    It is kept as bytes: each caller has a copy, and what she does to it is nobody else's. What was
    refused is not remembered.
    """

    def remembering(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
        def made_of(*asked: Asked.args, **named: Asked.kwargs) -> bytes:
            return pickle.dumps(function(*asked, **named), pickle.HIGHEST_PROTOCOL)

        kept = cast("Callable[Asked, bytes]", lru_cache(maxsize=most)(made_of))

        @wraps(function)
        def recall(*asked: Asked.args, **named: Asked.kwargs) -> Made:
            made: Made = pickle.loads(kept(*asked, **named))
            return made

        return recall

    return remembering

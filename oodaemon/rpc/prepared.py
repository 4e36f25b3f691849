"""Answers that go to many: converted once, serialised once, written as they are."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

M = TypeVar("M", bound=Message)


class Prepared(Generic[M]):
    """A message that nobody changes any more. A servicer writes it like a message; front ends in this process see the message."""

    __slots__ = ("_wire", "message")

    def __init__(self, message: M) -> None:
        self.message = message
        self._wire: bytes | None = None

    def wire(self) -> bytes:
        """Its bytes, made when they are first asked for."""
        if self._wire is None:
            self._wire = self.message.SerializeToString()
        return self._wire


def serializer(usual: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """A serializer of answers that takes prepared ones as well."""

    def serialised(answer: Any) -> bytes:
        return answer.wire() if isinstance(answer, Prepared) else usual(answer)

    return serialised


def unprepared(answer: Any) -> Any:
    """The message itself, of an answer of either kind."""
    return answer.message if isinstance(answer, Prepared) else answer

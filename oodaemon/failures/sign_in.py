"""What a sign-in means that did not get in: refused credentials, or something that passes. Pure."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from oodaemon.failures.facts import FAULT, TOO_MANY

REFUSAL = 400
NO_VERDICT = frozenset({408, 425, TOO_MANY})
"""Refusals that say nothing of the credentials that came along."""


class Ruling(enum.Enum):
    """Why the site did not let us in."""

    REFUSED = "it refuses the credentials"
    UNCLEAR = "it may have refused the credentials, or something went wrong"
    PASSING = "something went wrong that passes"
    TOO_OFTEN = "it was asked too often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """By which words lines are told apart, in lower case; those of `refused` that are said of other troubles too are `unclear`."""

    refused: Sequence[str]
    unclear: Sequence[str]
    passing: Sequence[str]
    too_often: Sequence[str]

    @classmethod
    def of(cls, texts: Mapping[str, Any]) -> Self:
        """The words as the recordings have them."""
        return cls(**{field.name: tuple(word.lower() for word in texts[f"sign_in_{field.name}"]) for field in fields(cls)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of the request that handed the credentials over: the status of its answer, how the network failed (`broken`), or
    nothing yet (`is_pending`). None of these: no such request was seen.
    """

    status: int | None = None
    broken: str = ""
    retry_after: float | None = None
    is_pending: bool = False

    @property
    def is_verdict(self) -> bool:
        """True when the server looked at the credentials and did not take them."""
        return self.status is not None and REFUSAL <= self.status < FAULT and self.status not in NO_VERDICT

    @property
    def is_lost(self) -> bool:
        """True when the server did not come to look at them."""
        is_fault = self.status is not None and (self.status >= FAULT or self.status in NO_VERDICT)
        return self.is_pending or bool(self.broken) or is_fault

    @property
    def is_decided(self) -> bool:
        """True when waiting for more tells nothing new."""
        return self.is_verdict or (self.is_lost and not self.is_pending)


NOTHING_SEEN = Reply()


def rule(lines: Iterable[str], reply: Reply, words: Words) -> Ruling | None:
    """What the lines that came after the press, and the reply, say together; None when they say nothing.

    A reply that is none outweighs the words. A clear word of refusal and a reply that refuses outweigh the rest; of two that
    contradict each other neither is believed.
    """
    said = [line.lower() for line in lines]
    is_clear = _holds(said, [word for word in words.refused if word not in words.unclear])
    if reply.is_lost:
        return Ruling.TOO_OFTEN if reply.status == TOO_MANY else Ruling.PASSING
    if reply.is_verdict and is_clear:
        return Ruling.REFUSED
    if _holds(said, words.too_often):
        return Ruling.TOO_OFTEN
    if _holds(said, words.passing):
        return Ruling.UNCLEAR if reply.is_verdict else Ruling.PASSING
    if reply.is_verdict or is_clear:
        return Ruling.REFUSED
    return Ruling.UNCLEAR if _holds(said, words.unclear) else None


def telling(lines: Iterable[str], words: Words) -> list[str]:
    """Those of the lines that say why, as they stand there."""
    known = [*words.refused, *words.passing, *words.too_often]
    return [line for line in lines if _holds([line.lower()], known)]


def _holds(said: Sequence[str], words: Sequence[str]) -> bool:
    return any(word in line for line in said for word in words)

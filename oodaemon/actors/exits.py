"""Why an incarnation ended: who asked for it, or what went wrong. Pure."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import trio

from oodaemon.actors.errors import UNCLASSIFIED, ChildFailure, ExitRequested

Classify = Callable[[BaseException], str]

MAX_CAUSES = 8
MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Who wants a child stopped, and why. `canceller` is an actor path, a user, or a part of the daemon."""

    canceller: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure of one incarnation. `causes` is the chain of exceptions, outermost first, as bounded lines of text."""

    failure_class: str
    causes: tuple[str, ...]
    incarnation: int
    at: datetime.datetime


def leaves(error: BaseException) -> list[BaseException]:
    """The single exceptions in nested groups, in order. Cancellations are left out unless there is nothing else."""
    every = list(_flatten(error))
    return [leaf for leaf in every if not isinstance(leaf, trio.Cancelled)] or every


def exit_demand(error: BaseException) -> BaseException | None:
    """The exception inside `error` that no supervisor may absorb, if there is one."""
    for leaf in leaves(error):
        if isinstance(leaf, ExitRequested | KeyboardInterrupt | SystemExit):
            return leaf
    return None


def diagnose(error: BaseException, *, classify: Classify, free_classes: frozenset[str]) -> tuple[str, BaseException]:
    """The failure class of `error`, and the leaf that gave it.

    Of several exceptions in a group the first one in a class that counts decides: a logged-out page must not hide a bug
    that happened beside it.
    """
    diagnoses = [(_class_of(leaf, classify), leaf) for leaf in leaves(error)]
    counted = [diagnosis for diagnosis in diagnoses if diagnosis[0] not in free_classes]
    return (counted or diagnoses)[0]


def causes(error: BaseException) -> tuple[str, ...]:
    """The chain from `error` down to its root cause, one bounded line each."""
    return tuple(_line(link) for link, _ in zip(_chain(error), range(MAX_CAUSES), strict=False))


def _flatten(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _flatten(part)
    else:
        yield error


def _class_of(leaf: BaseException, classify: Classify) -> str:
    if isinstance(leaf, ChildFailure):
        return leaf.failure_class
    try:
        return classify(leaf)
    except Exception:  # noqa: BLE001 - a classifier that fails must not hide the failure it was asked about
        return UNCLASSIFIED


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:MAX_TEXT] if text else type(error).__name__

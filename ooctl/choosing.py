"""Which saved test a user means: what is not certain is asked at a terminal, and refused with the candidates elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ooctl.daemon import Daemon
    from ooctl.session import Session
    from oodaemon.api.v1 import runs_pb2, tests_pb2

NONE = "0"


def choose(session: Session, daemon: Daemon, reference: str) -> tests_pb2.SavedTest:
    """The saved test a reference means. Raises ClientError: NOT_FOUND when nothing is like it, USAGE when it is not certain."""
    found = daemon.tests.find(reference)
    if found.HasField("test"):
        if not found.is_exact:
            session.output.note(f"test: {_line(found.test)}")
        return found.test
    if not found.candidates:
        raise ClientError(
            f"there is no saved test {reference!r}", ExitStatus.NOT_FOUND, hint='"ooctl tests --refresh" reads the list anew'
        )
    if session.can_ask():
        return _ask(session, reference, found.candidates)
    raise ClientError(
        f"{reference!r} may mean {_several(len(found.candidates))}",
        ExitStatus.USAGE,
        details=[_line(each) for each in found.candidates],
        hint="give the id of the one you mean",
    )


def settle(session: Session, daemon: Daemon, spec: runs_pb2.RunSpec) -> None:
    """At a terminal, put the id of the test that is meant into a specification; elsewhere the daemon judges what stands there."""
    kind = spec.WhichOneof("kind")
    if kind and session.can_ask():
        part = getattr(spec, kind)
        part.test = choose(session, daemon, part.test).test.test_id


def _ask(session: Session, reference: str, candidates: Sequence[tests_pb2.SavedTest]) -> tests_pb2.SavedTest:
    session.output.note(f"{one_line(reference)!r} may mean {_several(len(candidates))}:")
    for number, each in enumerate(candidates, start=1):
        session.output.note(f"  {number}  {_line(each)}")
    numbers = [str(number) for number in range(len(candidates) + 1)]
    question = "Which one (0: none of them)"
    answer = click.prompt(question, type=click.Choice(numbers), show_choices=False, default=NONE, err=True)
    if answer == NONE:
        raise ClientError("no test was chosen", ExitStatus.FAILED)
    return candidates[int(answer) - 1]


def _several(count: int) -> str:
    return "one saved test that is called similarly" if count == 1 else f"{count} saved tests"


def _line(test: tests_pb2.SavedTest) -> str:
    return f"{one_line(test.test.name)} ({test.test.test_id})"

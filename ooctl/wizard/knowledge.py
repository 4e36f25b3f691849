"""What the daemon tells the wizard, and the sentences of what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record
    from ooctl.specs.draft import Draft
    from ooctl.wizard.answers import Answers
    from oodaemon.api.v1 import parameters_pb2, tests_pb2

_OF_THE_ANSWER: Final = frozenset({ExitStatus.USAGE, ExitStatus.NOT_FOUND, ExitStatus.CONFLICT})
"""What another answer may mend; everything else ends the wizard."""


class Knowledge(Protocol):
    """Everything that is asked of the daemon before a run is submitted. Every method raises ClientError."""

    parameters: Sequence[parameters_pb2.Parameter]

    def tests(self) -> Sequence[tests_pb2.SavedTest]:
        """The saved tests, most recently used first."""

    def refresh(self) -> None:
        """Read them from the site anew."""

    def find(self, reference: str) -> tests_pb2.FindTestsResponse:
        """The test that is meant, or the candidates."""

    def plan(self, draft: Draft, *, sample: int = 0) -> Record:
        """What the run comes to."""

    def start(self, answers: Answers) -> str:
        """Submit the run; why it was not taken, or empty."""


class FromDaemon:
    """Asked over a connection, each question once."""

    def __init__(self, daemon: Daemon, start: Callable[[Answers], None]) -> None:
        """Asks for the parameters and the tests at once; `start` submits. Raises ClientError."""
        self._daemon, self._start = daemon, start
        self.parameters: Sequence[parameters_pb2.Parameter] = daemon.parameters()
        self._tests: Sequence[tests_pb2.SavedTest] = daemon.tests.listing()
        self._found: dict[str, tests_pb2.FindTestsResponse] = {}
        self._planned: tuple[tuple[Draft, int], Record] | None = None

    def tests(self) -> Sequence[tests_pb2.SavedTest]:
        """See Knowledge."""
        return self._tests

    def refresh(self) -> None:
        """See Knowledge."""
        self._tests = self._daemon.tests.listing(refresh=True)
        self._found.clear()

    def find(self, reference: str) -> tests_pb2.FindTestsResponse:
        """See Knowledge."""
        if reference not in self._found:
            self._found[reference] = self._daemon.tests.find(reference)
        return self._found[reference]

    def plan(self, draft: Draft, *, sample: int = 0) -> Record:
        """See Knowledge."""
        from ooctl.specs.wire import spec_of  # noqa: PLC0415 - imports the wire format

        asked = (draft, sample)
        if self._planned is None or self._planned[0] != asked:
            self._planned = asked, self._daemon.plan(spec_of(draft), sample=sample)
        return self._planned[1]

    def start(self, answers: Answers) -> str:
        """See Knowledge."""
        try:
            self._start(answers)
        except ClientError as error:
            return complaint(error)
        return ""


def complaint(error: ClientError) -> str:
    """What another answer may mend, as one line for the person who typed. Raises the error itself when none can."""
    if error.status not in _OF_THE_ANSWER:
        raise error
    words = "; ".join(error.details) if error.details else error.sentence
    return f"{words} ({error.hint})" if error.hint and not error.details else words


def refusal(knowledge: Knowledge, draft: Draft) -> str:
    """Why the daemon would not take a run; empty when it would. Raises ClientError when there is no answer."""
    try:
        knowledge.plan(draft)
    except ClientError as error:
        return complaint(error)
    return ""

"""The state behind the pages: sessions, and the backtests that were really started."""

import math
import random
import secrets
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import trio

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.faults import Draws
from oodaemon.practice.form import Form
from oodaemon.practice.truth import Figures, figures

PRACTICE_EMAIL = "practice@example.com"
PRACTICE_PASSWORD = "practice"  # noqa: S105  # no secret: it opens a made-up account

DEFAULT = Behaviour()


@dataclass(slots=True, eq=False)
class Session:
    """One signed-in browser. `ended` is set when it is signed out, not when its time is up: ask the site for that."""

    number: int
    token: str
    expires_at: float  # on trio's clock
    ended: trio.Event = field(default_factory=trio.Event)

    def seconds_left(self) -> float:
        """Until it expires; not positive once it has."""
        return self.expires_at - trio.current_time()


@dataclass(slots=True, eq=False)
class Run:
    """One accepted click on Run. `over` is set when it has finished, or when it is lost with its session.

    Figures are not kept here: they follow from the form, and hundreds of runs would fill the memory with trades.
    """

    number: int
    session: Session
    form: Form
    received_at: str
    seconds: float
    finished_at: str | None = None
    over: trio.Event = field(default_factory=trio.Event)
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)

    def as_json(self) -> dict[str, object]:
        """How the run is listed for tests: number, times (UTC, ISO 8601), session, and the complete form."""
        return {
            "n": self.number,
            "received_at": self.received_at,
            "finished_at": self.finished_at,
            "session": self.session.number,
            "form": self.form.to_state(),
        }


class Site:
    """A practice site. It lives in one trio run at a time, in which `work` must be running for backtests to progress.

    The seed decides how long backtests take; figures depend on the form alone.
    """

    def __init__(self, behaviour: Behaviour = DEFAULT, *, seed: int = 1) -> None:
        self.behaviour = behaviour
        self.runs: list[Run] = []
        self.draws = Draws(seed)
        self.connections: dict[tuple[str, int], trio.SocketStream] = {}
        self._initial = behaviour
        self._seed = seed
        self._edited: dict[str, SavedTest | None] = {}
        self._sessions: dict[str, Session] = {}
        self._signed_in = 0
        self._nursery: trio.Nursery | None = None
        self._processors = trio.CapacityLimiter(2)

    async def work(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run the accepted backtests until cancelled; those that run then never finish."""
        async with trio.open_nursery() as self._nursery:
            task_status.started()
            await trio.sleep_forever()

    def sign_in(self, email: str, password: str) -> Session | None:
        """Open a session for the practice account; None for any other credentials."""
        if (email.strip().lower(), password) != (PRACTICE_EMAIL, PRACTICE_PASSWORD):
            return None
        self._signed_in += 1
        life = self.behaviour.session_seconds
        session = Session(self._signed_in, secrets.token_urlsafe(24), trio.current_time() + life)
        self._sessions[session.token] = session
        return session

    def session(self, token: str) -> Session | None:
        """The living session with this token."""
        session = self._sessions.get(token)
        if session is not None and session.seconds_left() <= 0:
            self.sign_out(session)
            return None
        return session

    def sign_out(self, session: Session) -> None:
        """End a session; its running backtests are lost."""
        self._sessions.pop(session.token, None)
        session.ended.set()
        for run in self.runs:
            if run.session is session and not run.over.is_set():
                run.scope.cancel()
                run.over.set()

    def expire_sessions(self) -> int:
        """Sign everybody out; returns how many were signed in."""
        sessions = list(self._sessions.values())
        for session in sessions:
            self.sign_out(session)
        return len(sessions)

    @property
    def tests(self) -> Mapping[str, SavedTest]:
        """The saved tests of the account as they are now, by id."""
        return {test_id: test for test_id in SAVED_TESTS if (test := self._edited.get(test_id, SAVED_TESTS[test_id]))}

    def rename(self, test_id: str, name: str, description: str) -> SavedTest:
        """Save a test under another name and description; the saved test, which may be forgotten. Raises KeyError."""
        test = replace(self.tests[test_id], name=name, description=description)
        if self.behaviour.edits != "forgotten":
            self._edited[test_id] = test
        return test

    def edit(self, test_id: str, form: Form) -> SavedTest:
        """Save a test with another form; the saved test. Raises KeyError."""
        test = self._edited[test_id] = replace(self.tests[test_id], form=form)
        return test

    def remove(self, test_id: str) -> None:
        """Remove a saved test, unless that is forgotten. Raises KeyError."""
        if test_id not in self.tests:
            raise KeyError(test_id)
        if self.behaviour.removals != "forgotten":
            self._edited[test_id] = None

    def restore(self) -> None:
        """The saved tests as they were at first."""
        self._edited.clear()

    def reset(self) -> None:
        """Back to the beginning: everybody signed out, no runs, the first saved tests, the behaviour the site was made with."""
        self.expire_sessions()
        self.runs.clear()
        self.restore()
        self.draws = Draws(self._seed)
        self.behaviour = self._initial

    def start_run(self, form: Form, session: Session, *, is_signed_out: bool = False) -> Run:
        """Accept a backtest and start it; one with `is_signed_out` loses its session half way."""
        assert self._nursery is not None, "the site is not at work"
        number = len(self.runs) + 1
        seconds = random.Random(f"{self._seed}:{number}").uniform(*self.behaviour.run_seconds)  # noqa: S311  # not a secret
        run = Run(number, session, form, _now(), seconds)
        self.runs.append(run)
        self._nursery.start_soon(self._carry_out, run)
        if is_signed_out:
            self._nursery.start_soon(self._sign_out_later, session, seconds / 2)
        return run

    async def _sign_out_later(self, session: Session, seconds: float) -> None:
        await trio.sleep(seconds)
        self.sign_out(session)

    async def _carry_out(self, run: Run) -> None:
        with run.scope:
            ends_at = trio.current_time() + run.seconds
            await self.figures(run.form)
            await trio.sleep_until(ends_at)
            if self.session(run.session.token) is run.session:
                run.finished_at = _now()
        run.over.set()

    async def figures(self, form: Form) -> Figures:
        """The figures of a form, computed beside the event loop. Cancelling abandons the computation."""
        return await trio.to_thread.run_sync(figures, form, limiter=self._processors, abandon_on_cancel=True)

    def strikes(self, fault: str) -> bool:
        """Whether a fault strikes on this occasion; it is counted."""
        return self.draws.strikes(fault, self.behaviour.faults.get(fault, 0.0))

    def struck(self, *faults: str) -> list[str]:
        """Those of several faults that strike on this occasion."""
        return [fault for fault in faults if self.strikes(fault)]

    def cut(self, peer: tuple[str, int] | None) -> None:
        """Reset the connection with a peer, without a word."""
        if peer and (stream := self.connections.get((peer[0], peer[1]))):
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.socket.close()

    def change(self, changes: Mapping[str, object]) -> None:
        """Replace some settings of the behaviour; raises InvalidBehaviour and changes nothing if one is wrong."""
        self.behaviour = self.behaviour.updated(changes)


async def wait_any(*events: trio.Event, seconds: float) -> None:
    """Return when one of the events is set, or after so many seconds."""
    with trio.move_on_after(min(max(seconds, 0.0), math.inf)):
        async with trio.open_nursery() as nursery:
            for event in events:
                nursery.start_soon(_wait, event, nursery.cancel_scope)


async def _wait(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

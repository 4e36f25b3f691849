"""The desk where commands on runs arrive: each is checked, then stored with its events in one transaction."""

import random
from dataclasses import dataclass, field

from oodaemon.clock import WallClock
from oodaemon.dispatch.site import DRAINING, SiteDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.errors import Unavailable
from oodaemon.ids import ulid
from oodaemon.model.runs import Desired, NewRun, Run, Wants
from oodaemon.parameters.registry import Registry
from oodaemon.plans.sweep import Sweep, expand
from oodaemon.store import requests, runs
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Request:
    """Identity of a mutation: the client's id, the method and a digest of the content."""

    request_id: str
    method: str
    digest: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client wants to run. `spec` is the wire form that is kept with the run."""

    test: str
    sweep: Sweep
    spec: str
    name: str = ""
    wants: Wants = field(default_factory=Wants)


class RunDesk:
    """Submits runs and changes what is desired of them. Every method is idempotent by its request."""

    def __init__(
        self, *, store: Store, desk: SiteDesk, book: TestBook, registry: Registry, wall_clock: WallClock, rng: random.Random
    ) -> None:
        self._store, self._desk, self._book, self._registry = store, desk, book, registry
        self._wall_clock, self._rng = wall_clock, rng

    async def submit(self, request: Request, submission: Submission) -> Run:
        """Validate everything, then store the run with all its tasks.

        Raises InvalidArgument and NotFound for what is wrong with the submission, AlreadyExists for a request id used otherwise,
        SignInRefused or Unavailable when the test is not known and the site cannot be asked.
        """
        self._refuse_while_draining()
        tasks = expand(submission.sweep, self._registry)
        self._desk.check_sign_in()
        test = await self._book.resolve(submission.test)
        await self._book.refuse_what_cannot_apply(tasks[0], test)
        new = NewRun(
            run_id=ulid(self._wall_clock(), self._rng),
            name=submission.name or f"{submission.sweep.parameter} of {test.name}",
            test_id=test.test_id,
            spec=submission.spec,
            tasks=tasks,
            wants=submission.wants,
        )
        run = await self._store.write(_submit, request, new)
        self._desk.bell.ring()
        return run

    async def change(self, request: Request, ref: str, desired: Desired, *, reason: str, if_revision: int | None) -> Run:
        """Pause, resume or cancel. Raises NotFound, InvalidArgument, FailedPrecondition, Aborted, AlreadyExists."""
        if desired is Desired.RUN:
            self._refuse_while_draining()
        run = await self._store.write(_change, request, ref, desired, reason, if_revision)
        self._desk.bell.ring()
        return run

    def _refuse_while_draining(self) -> None:
        if DRAINING in self._desk.conditions:
            raise Unavailable("the daemon drains and starts nothing new; start it again, then repeat the command")


def _submit(tx: Transaction, request: Request, new: NewRun) -> Run:
    run_id = requests.once(tx, request.request_id, request.method, request.digest, lambda: runs.submit(tx, new).run_id)
    return runs.get(tx.db, run_id)


def _change(tx: Transaction, request: Request, ref: str, desired: Desired, reason: str, if_revision: int | None) -> Run:
    def produce() -> str:
        return runs.set_desired(tx, ref, desired, reason=reason, if_revision=if_revision).run_id

    return runs.get(tx.db, requests.once(tx, request.request_id, request.method, request.digest, produce))

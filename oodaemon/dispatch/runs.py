"""The desk where commands on runs arrive: each is checked, then stored with its events in one transaction."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from oodaemon.api.v1 import runs_pb2
from oodaemon.clock import WallClock
from oodaemon.dispatch.acquaintance import Acquaintance
from oodaemon.dispatch.site import DRAINING, SiteDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.errors import Unavailable
from oodaemon.ids import ulid
from oodaemon.model.runs import Author, Desired, Mode, NewRun, Run, Wants
from oodaemon.parameters.registry import Registry
from oodaemon.plans.plan import Plan
from oodaemon.store import cache, requests, rulings, runs
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class Request:
    """Identity of a mutation: the client's id, the method, a digest of the content, and who asks (user@host)."""

    request_id: str
    method: str
    digest: str
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be desired of a run, and why. Only while the run has `if_revision`, unless that is None."""

    ref: str
    desired: Desired
    mode: Mode = Mode.DRAIN
    reason: str = ""
    if_revision: int | None = None


Ruling = Callable[[Transaction, rulings.Order], rulings.Ruled]
"""`rulings.retry`, `rulings.skip` or `rulings.accept`."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client wants to run. `spec` is the wire form that is kept with the run; `is_fresh` takes nothing from earlier runs."""

    plan: Plan
    spec: str
    name: str = ""
    wants: Wants = field(default_factory=Wants)
    is_fresh: bool = False


class RunDesk:
    """Submits runs and changes what is desired of them. Every method is idempotent by its request."""

    def __init__(
        self, *, store: Store, desk: SiteDesk, book: TestBook, registry: Registry, wall_clock: WallClock, rng: random.Random
    ) -> None:
        self._store, self._desk, self._book = store, desk, book
        self._wall_clock, self._rng = wall_clock, rng
        self._acquaintance = Acquaintance(desk, store, registry)

    async def answered(self, request: Request) -> Run | None:
        """The run that a request was answered with; None for one that was not carried out.

        To be asked before anything that may stand against a new request: who repeats one gets its answer whatever has become of the
        site, the account or the test meanwhile. Raises InvalidArgument for an empty id, AlreadyExists for one used otherwise.
        """
        return await self._store.read(_answered, request)

    async def submit(self, request: Request, submission: Submission) -> Run:
        """Store the run with the tasks it begins with; a repeated request gets its run, whatever would stand against it now.

        Raises InvalidArgument and NotFound for what is wrong with the submission, AlreadyExists for a request id used otherwise,
        SignInRefused or Unavailable when the test is not known and the site cannot be asked.
        """
        if (before := await self.answered(request)) is not None:
            return before
        self._refuse_while_draining()
        self._desk.check_sign_in()
        plan, batches = submission.plan, submission.plan.first()
        test = await self._book.resolve(plan.test)
        await self._book.refuse_what_cannot_apply(plan, test)
        new = NewRun(
            run_id=ulid(self._wall_clock(), self._rng),
            name=submission.name or f"{plan.title} of {test.name}",
            test_id=test.test_id,
            spec=submission.spec,
            batches=batches,
            wants=submission.wants,
            is_growing=plan.is_growing,
            planned_tasks=plan.planned_tasks,
            is_fresh=submission.is_fresh,
        )
        if not new.is_fresh:
            await self._acquaintance.refresh(test, (point for batch in batches for point in batch.points))
        run = await self._store.write(_submit, request, new)
        self._desk.bell.ring()
        return run

    async def dated(self, spec: runs_pb2.RunSpec) -> runs_pb2.RunSpec:
        """See `TestBook.dated`: what is to be planned."""
        return await self._book.dated(spec)

    async def change(self, request: Request, change: Change) -> Run:
        """Pause, resume or cancel. Raises NotFound, InvalidArgument, FailedPrecondition, Aborted, AlreadyExists."""
        if change.desired is Desired.RUN and await self.answered(request) is None:
            self._refuse_while_draining()
        run, is_resumed = await self._store.write(_change, request, change)
        if is_resumed:
            self._desk.ramp.begin(run.run_id)
        self._desk.bell.ring()
        return run

    async def rule(self, request: Request, ruling: Ruling, order: rulings.Order) -> tuple[Run, int]:
        """Retry, skip or accept tasks; the run, and how many tasks it changed. Raises as `change`."""
        run, changed = await self._store.write(_rule, request, ruling, order)
        self._desk.bell.ring()
        return run, changed

    def _refuse_while_draining(self) -> None:
        if DRAINING in self._desk.conditions:
            raise Unavailable("the daemon drains and starts nothing new; start it again, then repeat the command")


def _answered(db: Snapshot, request: Request) -> Run | None:
    run_id = requests.known(db, request.request_id, request.method, request.digest)
    return None if run_id is None else runs.get(db, run_id)


def _submit(tx: Transaction, request: Request, new: NewRun) -> Run:
    def produce() -> str:
        run_id = runs.submit(tx, new, client=request.client).run_id
        cache.reuse(tx, run_id)
        return run_id

    return runs.get(tx.db, requests.once(tx, request.request_id, request.method, request.digest, produce))


def _change(tx: Transaction, request: Request, change: Change) -> tuple[Run, bool]:
    """The run, and whether it goes on from now on."""
    was_resumed: list[bool] = []

    def produce() -> str:
        before = runs.get(tx.db, change.ref)
        author = Author(request.client, change.reason)
        after = runs.set_desired(tx, before.run_id, change.desired, mode=change.mode, author=author, if_revision=change.if_revision)
        was_resumed.append(after.desired is Desired.RUN and before.desired is not Desired.RUN)
        return after.run_id

    run = runs.get(tx.db, requests.once(tx, request.request_id, request.method, request.digest, produce))
    return run, any(was_resumed)


def _rule(tx: Transaction, request: Request, ruling: Ruling, order: rulings.Order) -> tuple[Run, int]:
    def produce() -> str:
        ruled = ruling(tx, replace(order, author=replace(order.author, client=request.client)))
        return f"{ruled.run_id} {len(ruled.indexes)}"

    run_id, changed = requests.once(tx, request.request_id, request.method, request.digest, produce).split()
    return runs.get(tx.db, run_id), int(changed)

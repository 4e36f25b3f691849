"""Clients on a bad line: answers get lost, requests come twice, streams are cut; a request keeps its id until it is answered."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.loop import call
from oodaemon.model.tasks import FailureClass, Figures
from oodaemon.store import attempts, leases
from tests.histories.history import REFUSED, Record, Verb
from tests.integration.rpc.support import Service, Stubs, sweep

LOST, TWICE, GIVEN_UP = 0.3, 0.1, 0.15
"""How often an answer gets lost, a request arrives twice, and a client does not ask again."""

DESIRED = {
    runs_pb2.RUN_PHASE_RUNNING: "run",
    runs_pb2.RUN_PHASE_PAUSING: "pause",
    runs_pb2.RUN_PHASE_PAUSED: "pause",
    runs_pb2.RUN_PHASE_CANCELLING: "cancel",
    runs_pb2.RUN_PHASE_CANCELLED: "cancel",
}
"""What is desired of a run that has far more tasks than will be done."""


@dataclass
class Client:
    """One client with a line of its own."""

    number: int
    stubs: Stubs
    record: Record
    rng: random.Random

    async def submit(self, values: int) -> str | None:
        """Submit a run under the name of its request; the id of the run, None when no answer arrived and the client gave up."""
        request_id = f"submit-{self.number}-{self.rng.getrandbits(32):08x}"
        request = sweep(*(f"{1 + number / 4:g}" for number in range(values)), request_id=request_id)
        request.name = request_id
        while True:
            self.record.sent.add(request_id)
            answer = await call(_ask, self.stubs.runs.SubmitRun, request)
            if self.rng.random() < TWICE:
                await call(_ask, self.stubs.runs.SubmitRun, request)
            if self.rng.random() >= LOST:
                self.record.submitted.setdefault(request_id, set()).add(answer.run.run_id)
                return str(answer.run.run_id)
            if self.rng.random() < GIVEN_UP:
                return None

    async def command(self, verb: Verb, run_id: str) -> None:
        """Give a command, or look; ask again with the same id until there is an answer, or give up."""
        request_id = f"{verb}-{self.number}-{self.rng.getrandbits(32):08x}"
        for _ in range(4):
            await self._deliver(verb, run_id, request_id, is_lost=self.rng.random() < LOST)
            if self.record.deliveries[-1].heard is not None and self.rng.random() >= TWICE:
                return
            if self.rng.random() < GIVEN_UP:
                return

    async def _deliver(self, verb: Verb, run_id: str, request_id: str, *, is_lost: bool) -> None:
        runs = self.stubs.runs
        methods: dict[str, tuple[Callable[[Any], Any], Any]] = {
            "pause": (runs.PauseRun, runs_pb2.PauseRunRequest),
            "resume": (runs.ResumeRun, runs_pb2.ResumeRunRequest),
            "cancel": (runs.CancelRun, runs_pb2.CancelRunRequest),
        }
        delivery = self.record.begin(self.number, request_id, verb, run_id)
        try:
            if verb == "read":
                answer = await call(_ask, runs.GetRun, runs_pb2.GetRunRequest(run_id=run_id))
            else:
                method, message = methods[verb]
                answer = await call(_ask, method, message(run_id=run_id, request_id=request_id, reason=request_id))
            said = DESIRED[answer.run.phase]
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            said = REFUSED
        if not is_lost:
            self.record.hear(delivery, said)


async def _ask(method: Callable[[Any], Any], request: Any) -> Any:
    return await method(request)


@dataclass
class Listener:
    """Watches one run over a line that is cut so often, each time after at most `longest` frames, by the rule of a client: go on
    from the cursor, drop what was seen.
    """

    stubs: Stubs
    run_id: str
    rng: random.Random
    cuts: int
    longest: int = 5
    began_at: int | None = None
    cursor: runs_pb2.Cursor | None = None
    seqs: list[int] = field(default_factory=list)
    disconnects: int = 0
    is_over: bool = False

    async def listen(self) -> None:
        """Until the run is at rest."""
        while not self.is_over:
            frames = self.rng.randint(1, self.longest) if self.disconnects < self.cuts else None
            await call(self._connection, frames)
            self.disconnects += not self.is_over

    async def _connection(self, frames: int | None) -> None:
        stream = self.stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=self.run_id, cursor=self.cursor))
        try:
            while frames is None or frames > 0:
                frame = await stream.read()
                if frame is grpc.aio.EOF:
                    return
                self._take(frame, is_torn=frames == 1 and self.rng.random() < 0.5)
                frames = None if frames is None else frames - 1
        finally:
            stream.cancel()

    def _take(self, frame: runs_pb2.WatchRunResponse, *, is_torn: bool) -> None:
        kind = frame.WhichOneof("frame")
        if kind == "events":
            events = list(frame.events.events)
            for event in events[: len(events) // 2] if is_torn else events:
                self._see(event.seq)
            if is_torn:
                return
        body = getattr(frame, kind)
        if kind == "snapshot" and self.began_at is None:
            self.began_at = body.cursor.seq
        self.is_over = kind == "bye"
        if self.cursor is None or body.cursor.seq > self.cursor.seq:
            self.cursor = body.cursor

    def _see(self, seq: int) -> None:
        assert self.cursor is not None
        if seq > self.cursor.seq:
            self.seqs.append(seq)
            self.cursor.seq = seq


async def dispatch(service: Service, rng: random.Random, *, limit: int) -> None:
    """In the place of browsers: lease, announce, and succeed or fail, so many times."""
    write = service.parts.store.write
    for _ in range(limit):
        while (leased := await write(leases.lease, f"site/oo/browser/{rng.randrange(3)}", 1)) is None:
            await service.parts.journal.wait_beyond(service.parts.store.head)
        if rng.random() < 0.05:
            await write(attempts.release, leased.token, "recycled")
        elif await write(attempts.intent, leased.token):
            if rng.random() < 0.1:
                await write(attempts.fail, leased.token, rng.choice([FailureClass.TIMING, FailureClass.SESSION]), "no")
            else:
                await write(attempts.succeed, leased.token, Figures({"pl": float(leased.index)}, {}, {"read_back": []}))

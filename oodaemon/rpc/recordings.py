"""RecordingService: how the recordings of the site do."""

from collections.abc import Iterator
from typing import Any

from oodaemon.api.v1 import recordings_pb2, recordings_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.browser.ledger import LEDGER, Ledger
from oodaemon.browser.recordings import Recordings
from oodaemon.dispatch.drift import TOLD
from oodaemon.dispatch.mending import Mender
from oodaemon.dispatch.site import SiteDesk
from oodaemon.rpc import convert
from oodaemon.store import drift
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

SHOWN = 20


class RecordingServicer(recordings_pb2_grpc.RecordingServiceServicer):
    """See recordings.proto."""

    def __init__(self, *, desk: SiteDesk, mender: Mender, store: Store, ledger: Ledger = LEDGER) -> None:
        self._desk, self._mender, self._store, self._ledger = desk, mender, store, ledger

    async def GetRecordings(
        self, request: recordings_pb2.GetRecordingsRequest, context: Any
    ) -> recordings_pb2.GetRecordingsResponse:
        """See recordings.proto."""
        failures, last = await call_trio(self._store.read, _known)
        until_probe = await call_trio(self._until_probe)
        return recordings_pb2.GetRecordingsResponse(
            folder=str(self._mender.folder),
            read_at=convert.timestamp(self._mender.read_at),
            problem=self._mender.problem,
            blocked_by=self._mender.blocked_by,
            next_probe_in=None if until_probe is None else convert.duration(until_probe),
            last_drift_at=None if last is None else convert.timestamp(last[0]),
            last_drift="" if last is None else last[1],
            locators=list(self._locators(self._desk.site.recordings)),
            failures=failures,
        )

    async def _until_probe(self) -> float | None:
        """The clock of trio is asked on its side."""
        return self._mender.until_probe()

    def _locators(self, known: Recordings) -> Iterator[recordings_pb2.RecordedLocator]:
        uses, fallbacks, named = self._ledger.uses(), self._ledger.statistics(known.names()), known.named()
        for name in sorted(named):
            use = uses.get(name)
            yield recordings_pb2.RecordedLocator(
                name=name,
                alternatives=named[name],
                uses=use.count if use else 0,
                fallbacks=fallbacks[name],
                last_used_at=convert.timestamp(use.at) if use else None,
                last_alternative=use.alternative if use else 0,
            )


def _known(db: Snapshot) -> tuple[list[recordings_pb2.DriftFailure], Any]:
    failures = [
        recordings_pb2.DriftFailure(
            run_id=found.task[0],
            index=found.task[1],
            attempt_id=found.attempt_id,
            message=found.message,
            failed_at=convert.timestamp(found.failed_at),
        )
        for found in drift.newest(db, limit=SHOWN)
    ]
    return failures, drift.last_block(db, TOLD)

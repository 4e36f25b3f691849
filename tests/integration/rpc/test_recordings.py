"""What the service says of the recordings: their locators, alternatives that had to be used, and drift."""

import grpc
import pytest
import trio

from oodaemon.api.v1 import recordings_pb2, recordings_pb2_grpc
from oodaemon.browser.ledger import LEDGER, Ledger
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, journal, leases
from tests.integration.rpc.support import Service

HEADING = '"heading" in "test"'


@pytest.fixture(autouse=True)
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The one of this process, as if nothing had been noted."""
    monkeypatch.setattr(LEDGER, "_uses", {})
    monkeypatch.setattr(LEDGER, "_fallbacks", type(LEDGER._fallbacks)())
    return LEDGER


async def recordings(service: Service) -> recordings_pb2.GetRecordingsResponse:
    def ask() -> recordings_pb2.GetRecordingsResponse:
        with grpc.insecure_channel(service.target) as channel:
            return recordings_pb2_grpc.RecordingServiceStub(channel).GetRecordings(recordings_pb2.GetRecordingsRequest())

    return await trio.to_thread.run_sync(ask)


async def test_every_locator_is_told_with_its_alternatives_and_uses(service: Service, ledger: Ledger) -> None:
    for alternative in (0, 1, 1):
        ledger.note(HEADING, alternative)
    answer = await recordings(service)
    known = service.parts.desk.site.recordings
    assert [locator.name for locator in answer.locators] == sorted(known.names())
    by_name = {locator.name: locator for locator in answer.locators}
    heading = by_name[HEADING]
    assert (heading.uses, heading.fallbacks, heading.last_alternative) == (3, 2, 1)
    assert tuple(heading.alternatives) == known.pages["test"]["heading"]
    assert heading.HasField("last_used_at")
    rest = [locator for locator in answer.locators if locator.name != HEADING]
    assert not any(locator.uses or locator.fallbacks or locator.HasField("last_used_at") for locator in rest)
    assert answer.folder == str(service.parts.mender.folder)
    assert (answer.problem, answer.blocked_by, answer.last_drift) == ("", "", "")
    assert not answer.HasField("next_probe_in")


async def test_failures_by_drift_and_the_last_block_are_told(service: Service) -> None:
    run = await service.submit(2)
    write = service.parts.store.write
    lease = await write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    await write(attempts.fail, lease.token, FailureClass.DRIFT, f"{HEADING} is not on the page")
    await write(journal.condition, "SiteBlocked", "drift: a locator")
    await write(journal.condition, "SiteBlocked", "the browsers cannot be started")
    answer = await recordings(service)
    assert [(found.run_id, found.index, found.message) for found in answer.failures] == [
        (run.run_id, 0, f"{HEADING} is not on the page")
    ]
    assert answer.last_drift == "a locator"
    assert answer.HasField("last_drift_at")

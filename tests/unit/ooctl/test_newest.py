"""`latest` becomes one id before anything is sent, wherever a request names a run."""

from __future__ import annotations

import pytest

from ooctl import newest
from oodaemon.api.v1 import analysis_pb2, daemon_pb2, runs_pb2, trades_pb2


def settled(request):
    newest.settle(request, lambda: "01NEW")
    return request


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (runs_pb2.PauseRunRequest(run_id="latest", reason="x"), runs_pb2.PauseRunRequest(run_id="01NEW", reason="x")),
        (daemon_pb2.ReadLogsRequest(run_id="LATEST"), daemon_pb2.ReadLogsRequest(run_id="01NEW")),
        (analysis_pb2.CompareRequest(run_ids=["01OLD", "latest"]), analysis_pb2.CompareRequest(run_ids=["01OLD", "01NEW"])),
        (
            trades_pb2.ListTradesRequest(task=trades_pb2.TaskRef(run_id="latest", index=3)),
            trades_pb2.ListTradesRequest(task=trades_pb2.TaskRef(run_id="01NEW", index=3)),
        ),
    ],
)
def test_the_word_gives_way_to_the_id(given, sent):
    assert settled(given) == sent


def test_nobody_is_asked_without_the_word():
    request = runs_pb2.SubmitRunRequest(name="latest", request_id="latest")
    request.spec.sweep.test = "latest"
    newest.settle(request, lambda: pytest.fail("a test may be called so"))
    assert request.spec.sweep.test == "latest"

"""Reading requests: what they mean, who asks, and which field is wrong."""

import json

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.dispatch.runs import Submission
from oodaemon.errors import InvalidArgument, Violation
from oodaemon.model.runs import Wants
from oodaemon.parameters.registry import discover
from oodaemon.rpc import requests
from oodaemon.rpc.requests import MAX_PAGE, after_index, identity, page_size

REGISTRY = discover([])


def a_request(*, request_id: str = "r1", name: str = "", **parameter) -> runs_pb2.SubmitRunRequest:
    swept = runs_pb2.SweptParameter(name="delta", options={"side": "short_only"}, **parameter)
    return runs_pb2.SubmitRunRequest(
        request_id=request_id, name=name, spec=runs_pb2.RunSpec(sweep=runs_pb2.SweepSpec(test="iron", parameter=swept))
    )


RANGE = runs_pb2.ValueRange(start="10", end="30", step="5")


def refusal(call) -> Violation:
    with pytest.raises(InvalidArgument) as caught:
        call()
    (violation,) = caught.value.violations
    return violation


def submission(request: runs_pb2.SubmitRunRequest) -> Submission:
    return requests.submission(request, REGISTRY)


def test_a_submission_has_a_plan_a_name_and_what_is_wanted() -> None:
    request = a_request(name="mine", range=RANGE)
    request.spec.charts, request.spec.fresh = True, True
    read = submission(request)
    assert (read.plan.test, read.plan.title, read.plan.planned_tasks, read.name) == ("iron", "delta", 5, "mine")
    assert (read.wants, read.is_fresh) == (Wants(charts=True), True)
    assert [point["delta"] for point in read.plan.first()[0].points] == [10, 15, 20, 25, 30]
    assert submission(a_request(range=RANGE)).is_fresh is False


def test_the_specification_is_kept_as_it_was_sent() -> None:
    spec = json.loads(submission(a_request(range=RANGE)).spec)
    assert spec == {
        "sweep": {
            "test": "iron",
            "parameter": {"name": "delta", "range": {"start": "10", "end": "30", "step": "5"}, "options": {"side": "short_only"}},
        }
    }


def test_what_is_missing_is_named() -> None:
    assert refusal(lambda: submission(runs_pb2.SubmitRunRequest())) == Violation(
        "spec", "no kind of run is given; give one of sweep, grid, list, staged, search"
    )
    assert refusal(lambda: submission(a_request())) == Violation("delta", "no values are given; give a range or a list")
    nameless = runs_pb2.SubmitRunRequest(spec=runs_pb2.RunSpec(sweep=runs_pb2.SweepSpec(test="iron")))
    assert refusal(lambda: submission(nameless)).field == "parameter"


def test_who_asks_for_what() -> None:
    request = a_request(range=RANGE)
    who = identity(request, "r1")
    assert (who.request_id, who.method) == ("r1", "SubmitRun")
    assert identity(runs_pb2.PauseRunRequest(), "r2").method == "PauseRun"
    assert len(who.digest) == 32


def test_the_digest_is_that_of_the_whole_content() -> None:
    digest = identity(a_request(range=RANGE), "r1").digest
    assert identity(a_request(range=RANGE), "r1").digest == digest
    others = [
        a_request(range=runs_pb2.ValueRange(start="10", end="30", step="6")),
        a_request(range=RANGE, name="other"),
        a_request(list=runs_pb2.ValueList(values=["10"])),
    ]
    assert len({digest, *(identity(other, "r1").digest for other in others)}) == 4


def test_the_digest_does_not_depend_on_the_order_of_options() -> None:
    first, second = a_request(range=RANGE), a_request(range=RANGE)
    for request, names in ((first, "abcdefgh"), (second, "hgfedcba")):
        for name in names:
            request.spec.sweep.parameter.options[name] = "x"
    assert identity(first, "r").digest == identity(second, "r").digest


@pytest.mark.parametrize(("asked", "size"), [(0, 50), (1, 1), (MAX_PAGE, MAX_PAGE), (MAX_PAGE + 1, MAX_PAGE)])
def test_a_page_has_as_many_rows_as_asked_within_reason(asked: int, size: int) -> None:
    assert page_size(asked, 50) == size


def test_a_negative_page_is_refused() -> None:
    assert refusal(lambda: page_size(-1, 50)) == Violation("page_size", "-1 is negative")


@pytest.mark.parametrize(("token", "index"), [("", -1), ("0", 0), ("999", 999)])
def test_a_token_is_the_index_a_page_begins_after(token: str, index: int) -> None:
    assert after_index(token) == index


@pytest.mark.parametrize("token", ["x", "-1", "1.5", " 1", "²", "9" * 30])
def test_what_is_no_token_is_refused(token: str) -> None:
    """An index the store cannot hold is none that this list ever gave out."""
    assert refusal(lambda: after_index(token)) == Violation("page_token", f"{token!r} is no token of this list")

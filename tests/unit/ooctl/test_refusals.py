import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from ooctl.address import Address
from ooctl.exits import STATUS_OF_CODE, ExitStatus
from ooctl.owners import RUN_HINT, TASK_HINT
from ooctl.refusals import Outage, explain, outage, retry_delay
from tests.unit.ooctl.builders import FakeRpcError, rich_error

ADDRESS = Address("unix:/run/oodaemon.sock")
CODE = grpc.StatusCode


@pytest.mark.parametrize("code", [code for code in CODE if code not in (CODE.OK, CODE.CANCELLED)])
def test_every_code_has_its_exit_code_and_keeps_its_sentence(code):
    error = explain(FakeRpcError(code, "the daemon is draining"), ADDRESS)

    assert error.status is STATUS_OF_CODE.get(code.name, ExitStatus.FAILED)
    assert error.sentence == "the daemon is draining"
    assert error.debug == (f"{code.name}: the daemon is draining",)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (CODE.UNAVAILABLE, "failed to connect to all addresses; last error: … No such file", Outage.NOBODY_THERE),
        (CODE.UNAVAILABLE, "failed to connect to all addresses; … Connection refused", Outage.NOBODY_THERE),
        (CODE.UNAVAILABLE, "errors resolving no.such.host:1: [...]", Outage.NOBODY_THERE),
        (CODE.UNAVAILABLE, "Stream removed (Socket closed)", Outage.CUT_OFF),
        (CODE.UNAVAILABLE, "Cancelling all calls", Outage.CUT_OFF),
        (CODE.UNAVAILABLE, "ping timeout", Outage.CUT_OFF),
        (CODE.UNAVAILABLE, "the site cannot be reached", Outage.REFUSED),
        (CODE.UNAVAILABLE, "", Outage.REFUSED),
        (CODE.RESOURCE_EXHAUSTED, "too many attempts failed", None),
        (CODE.CANCELLED, "CANCELLED", Outage.CUT_OFF),
        (CODE.INTERNAL, "Received RST_STREAM with error code 2", Outage.CUT_OFF),
        (CODE.INTERNAL, "error id 17", None),
        (CODE.NOT_FOUND, "no run x: connection reset", None),
        (CODE.DEADLINE_EXCEEDED, "Deadline Exceeded", None),
    ],
)
def test_an_outage_is_told_from_a_verdict(code, text, expected):
    assert outage(FakeRpcError(code, text)) is expected


def test_a_dead_socket_is_named_with_what_to_do():
    error = explain(FakeRpcError(CODE.UNAVAILABLE, "failed to connect to all addresses"), ADDRESS)

    assert error.sentence.startswith("no daemon answers at unix:/run/oodaemon.sock")
    assert '"oodaemon run"' in error.sentence
    assert error.status is ExitStatus.UNREACHABLE


def test_a_default_socket_that_is_dead_may_not_be_that_of_the_daemon():
    dead = FakeRpcError(CODE.UNAVAILABLE, "failed to connect to all addresses")

    assert "set OODAEMON_STATE_DIR to that folder" in explain(dead, Address(ADDRESS.target, is_default=True)).hint
    assert explain(dead, ADDRESS).hint == ""


def test_violations_become_lines():
    bad = error_details_pb2.BadRequest()
    bad.field_violations.add(field="delta", description="200 is above the maximum 100")
    bad.field_violations.add(field="delta.unit", description="no such option")
    error = explain(rich_error(CODE.INVALID_ARGUMENT, "2 fields are wrong", bad), ADDRESS)

    assert error.status is ExitStatus.USAGE
    assert error.sentence == "2 fields are wrong"
    assert error.details == ("delta: 200 is above the maximum 100", "delta.unit: no such option")


def test_a_sentence_that_only_repeats_its_violations_is_not_said_twice():
    bad = error_details_pb2.BadRequest()
    bad.field_violations.add(field="delta", description="200 is above the maximum 100")
    error = explain(rich_error(CODE.INVALID_ARGUMENT, "delta: 200 is above the maximum 100", bad), ADDRESS)

    assert error.sentence == "the request is not valid"
    assert error.details == ("delta: 200 is above the maximum 100",)


def test_hints_come_from_the_details_first():
    retry = error_details_pb2.RetryInfo()
    retry.retry_delay.FromSeconds(5)
    links = error_details_pb2.Help()
    links.links.add(description="sign in once with oodaemon login")
    unmet = error_details_pb2.PreconditionFailure()
    unmet.violations.add(subject="phase", description="is CANCELLED")

    assert explain(rich_error(CODE.UNAVAILABLE, "busy", retry), ADDRESS).hint == "try again in 5 s"
    assert explain(rich_error(CODE.NOT_FOUND, "x", links), ADDRESS, hint="mine").hint.startswith("sign in once")
    assert explain(FakeRpcError(CODE.NOT_FOUND, "x"), ADDRESS, hint="mine").hint == "mine"
    assert explain(rich_error(CODE.FAILED_PRECONDITION, "x", unmet), ADDRESS).details == ("phase: is CANCELLED",)


def test_a_limit_says_how_many_and_when_there_may_be_a_place():
    full, retry = error_details_pb2.QuotaFailure(), error_details_pb2.RetryInfo()
    full.violations.add(subject="watchers", description="at most 500 at once")
    retry.retry_delay.FromMilliseconds(2500)
    refused = rich_error(CODE.RESOURCE_EXHAUSTED, "too many watchers are connected", full, retry)
    error = explain(refused, ADDRESS)

    assert (outage(refused), retry_delay(refused)) == (Outage.FULL, 2.5)
    assert (error.status, error.sentence) == (ExitStatus.CONFLICT, "too many watchers are connected")
    assert (error.details, error.hint) == (("watchers: at most 500 at once",), "try again in 2 s")
    assert retry_delay(FakeRpcError(CODE.UNAVAILABLE, "x")) == 0


@pytest.mark.parametrize(
    ("sentence", "given", "hint"),
    [
        ("there is no run '01J'", RUN_HINT, RUN_HINT),
        ("there is no task '01J/99'; the run has tasks 0 to 4", RUN_HINT, TASK_HINT),
        ("there is no trade log '01J/3'; only runs that were submitted with trades keep the log", RUN_HINT, ""),
        ("there is no token 'x'; `ooctl token list` shows them", '"ooctl token list" shows them', ""),
        (
            "there is no saved test 'x'; see `ooctl tests`",
            '"ooctl tests --refresh" reads them',
            '"ooctl tests --refresh" reads them',
        ),
    ],
)
def test_what_was_not_found_is_looked_for_where_it_is(sentence, given, hint):
    assert explain(FakeRpcError(CODE.NOT_FOUND, sentence), ADDRESS, hint=given).hint == hint


def test_a_detail_that_only_repeats_the_sentence_is_left_out():
    unmet = error_details_pb2.PreconditionFailure()
    unmet.violations.add(type="PHASE", description="the run is CANCELLED")

    assert explain(rich_error(CODE.FAILED_PRECONDITION, "the run is CANCELLED", unmet), ADDRESS).details == ()


def test_details_that_contradict_the_status_are_passed_over():
    status = status_pb2.Status(code=5, message="another").SerializeToString()
    error = FakeRpcError(CODE.INTERNAL, "error id 17", (("grpc-status-details-bin", status),))

    assert explain(error, ADDRESS).sentence == "error id 17"


def test_a_deadline_of_our_own_is_put_into_words():
    error = explain(FakeRpcError(CODE.DEADLINE_EXCEEDED, "Deadline Exceeded"), ADDRESS)

    assert "did not answer in time" in error.sentence
    assert error.status is ExitStatus.TIMED_OUT

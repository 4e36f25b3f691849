import grpc
import pytest

from ooctl.exits import STATUS_OF_CODE, ExitStatus, status_of_run


def test_the_exit_codes_are_a_promise():
    assert {status.name: int(status) for status in ExitStatus} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "NOT_FOUND": 3,
        "UNREACHABLE": 4,
        "DENIED": 5,
        "CONFLICT": 6,
        "TIMED_OUT": 7,
        "RUN_FAILED": 10,
        "RUN_CANCELLED": 11,
        "INTERRUPTED": 130,
    }


def test_only_real_codes_are_mapped():
    assert set(STATUS_OF_CODE) <= {code.name for code in grpc.StatusCode}


@pytest.mark.parametrize(
    ("phase", "skipped", "status"),
    [
        ("COMPLETED", 0, ExitStatus.OK),
        ("COMPLETED", 1, ExitStatus.RUN_FAILED),
        ("NEEDS_REVIEW", 0, ExitStatus.RUN_FAILED),
        ("CANCELLED", 0, ExitStatus.RUN_CANCELLED),
        ("CANCELLED", 2, ExitStatus.RUN_CANCELLED),
        (None, 0, ExitStatus.RUN_FAILED),
    ],
)
def test_the_outcome_of_a_run(phase, skipped, status):
    assert status_of_run(phase, skipped=skipped) is status

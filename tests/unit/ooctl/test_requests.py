"""The id of a request is on disk before it is sent, found again after a lost answer, and gone after an answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.requests import KEPT, KEPT_STEERING, RequestJournal, caller, folder_of
from oodaemon.api.v1 import runs_pb2

SUBMIT = runs_pb2.SubmitRunRequest(name="sweep")
PAUSE, RESUME = runs_pb2.PauseRunRequest(run_id="01J"), runs_pb2.ResumeRunRequest(run_id="01J")


class Lost(ClientError):
    def __init__(self) -> None:
        super().__init__("the connection broke", ExitStatus.UNREACHABLE)
        self.may_have_happened = True


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def journal(tmp_path: Path, told: list[str]) -> RequestJournal:
    return RequestJournal(tmp_path / "requests", "unix:/a", told.append)


def unanswered(journal: RequestJournal, request) -> str:
    with pytest.raises(Lost), journal.pending(request) as request_id:
        raise Lost
    return request_id


def answered(journal: RequestJournal, request) -> str:
    with journal.pending(request) as request_id:
        return request_id


def test_the_id_is_on_disk_before_the_request_is_sent(journal):
    with journal.pending(SUBMIT) as request_id:
        (entry,) = journal.folder.iterdir()
        assert entry.read_text() == request_id
        assert entry.stat().st_mode & 0o077 == 0
    assert list(journal.folder.iterdir()) == []


def test_a_lost_answer_makes_the_next_one_the_same_request(journal, told):
    first = unanswered(journal, SUBMIT)
    assert unanswered(journal, SUBMIT) == first
    assert answered(journal, SUBMIT) == first
    assert first in told[0]
    assert answered(journal, SUBMIT) != first


def test_an_interruption_leaves_the_id_too(journal):
    with pytest.raises(KeyboardInterrupt), journal.pending(SUBMIT) as request_id:
        raise KeyboardInterrupt
    assert answered(journal, SUBMIT) == request_id


def test_a_refusal_is_an_answer(journal):
    with pytest.raises(ClientError), journal.pending(SUBMIT) as request_id:
        raise ClientError("no", ExitStatus.USAGE)
    assert answered(journal, SUBMIT) != request_id


def test_other_content_and_another_daemon_are_other_requests(journal, tmp_path):
    first = unanswered(journal, SUBMIT)
    assert answered(journal, runs_pb2.SubmitRunRequest(name="another")) != first
    assert answered(RequestJournal(journal.folder, "unix:/b"), SUBMIT) != first
    assert answered(journal, SUBMIT) == first


def test_an_order_after_another_order_is_meant_anew(journal):
    """Paused with a lost answer, resumed, and paused again: the last one must not be taken for the first."""
    first = unanswered(journal, PAUSE)
    answered(journal, RESUME)
    assert answered(journal, PAUSE) != first


def test_the_same_command_given_twice_at_once_is_two_requests(journal):
    with journal.pending(SUBMIT) as one, journal.pending(SUBMIT) as other:
        assert one != other


@pytest.mark.parametrize(("request_", "kept"), [(SUBMIT, KEPT), (PAUSE, KEPT_STEERING)])
def test_an_old_entry_is_not_found_again(journal, request_, kept):
    first = unanswered(journal, request_)
    (entry,) = journal.folder.iterdir()
    os.utime(entry, (time.time() - kept - 5,) * 2)
    assert answered(journal, request_) != first


def test_a_killed_client_leaves_its_id(journal, tmp_path):
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from ooctl.requests import RequestJournal\n"
        "from oodaemon.api.v1 import runs_pb2\n"
        f"journal = RequestJournal(Path({str(journal.folder)!r}), 'unix:/a')\n"
        "with journal.pending(runs_pb2.SubmitRunRequest(name='sweep')) as request_id:\n"
        "    print(request_id, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip()
    assert answered(journal, SUBMIT) == done.stdout.strip()


def test_a_folder_that_cannot_be_used_is_done_without(tmp_path):
    (tmp_path / "file").touch()
    journal = RequestJournal(tmp_path / "file" / "requests", "unix:/a")
    assert answered(journal, SUBMIT)


def test_who_asks_and_where_the_journal_is(tmp_path):
    assert caller({}).count("@") == 1
    assert caller({}).isascii()
    assert folder_of({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "ooctl" / "requests"
    assert folder_of({}).name == "requests"

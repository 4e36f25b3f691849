"""`ooctl failures`: what went wrong, and what the daemon saw."""

import os
import select
import stat
from pathlib import Path

import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID
from tests.integration.ooctl.fake_failures import a_failure, an_item

PICTURE, PAGE = an_item("screenshot.png"), an_item("dom.html")


@pytest.fixture(autouse=True)
def _failures(state, daemon) -> None:
    state.failures = [
        a_failure(3, 0, items=(PICTURE, an_item("trace.zip", is_dropped=True))),
        a_failure(7, 2, items=(PICTURE, PAGE), kind=runs_pb2.FAILURE_CLASS_MISMATCH, pl=12.5),
        a_failure(9, 2),
    ]
    state.evidence = {(3, "screenshot.png"): b"three", (7, "screenshot.png"): b"seven", (7, "dom.html"): b"<p>7</p>"}


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_failures_of_a_run(ooctl, state):
    done = ooctl("failures", SHORT_ID)
    assert done.status is ExitStatus.OK
    assert lines(done.out) == [
        "task attempt class when reason evidence",
        "0 3 TIMING 2026-09-21T14:13:20Z the spinner stayed screenshot.png",
        "2 7 MISMATCH 2026-09-21T14:13:20Z the spinner stayed screenshot.png dom.html",
        "2 9 TIMING 2026-09-21T14:13:20Z the spinner stayed \N{EN DASH}",
    ]
    assert len(state.requests) == 2, "the list is read in pages"


def test_one_class_of_failures(ooctl, state):
    done = ooctl("failures", SHORT_ID, "--class", "mismatch", "-o", "jsonl")
    assert [record["attempt_id"] for record in done.jsonl] == [7]
    assert state.requests[0].failure_class == runs_pb2.FAILURE_CLASS_MISMATCH
    refused = ooctl("failures", SHORT_ID, "--class", "drfit")
    assert refused.status is ExitStatus.USAGE


def test_every_attempt_of_a_task(ooctl):
    done = lines(ooctl("failures", SHORT_ID, "2").out)
    assert done[:2] == ["attempt 7 of task 2", "values delta=12"]
    assert {
        "class MISMATCH",
        "step run",
        "page https://site.example/test/iron Iron",
        "cause Error: timeout",
        "evidence dom.html (5 bytes)",
        "missing trace.zip: the browser is gone",
        "unproven pl 12.5",
    } <= set(done)
    assert "attempt 9 of task 2" in done
    dropped = lines(ooctl("failures", SHORT_ID, "0").out)
    assert "evidence trace.zip (5 bytes, removed 2026-09-21T14:23:20Z to make room)" in dropped


def test_a_task_without_failures(ooctl):
    done = ooctl("failures", SHORT_ID, "1")
    assert (done.status, done.out, done.err) == (ExitStatus.OK, "", "task 1 has no failed attempt\n")


def test_failures_as_json(ooctl):
    record = ooctl("failures", SHORT_ID, "2", "--json").json[0]
    assert (record["failure_class"], record["quarantined"]["metrics"]["pl"], record["quarantined"]["metrics"]["cagr"]) == (
        "MISMATCH",
        12.5,
        None,
    )
    assert record["evidence"][0] == {
        "name": "screenshot.png",
        "media_type": "text/plain",
        "bytes": 5,
        "sha256": "ab" * 32,
        "dropped_at": None,
    }
    assert record["missing"] == {"trace.zip": "the browser is gone"}
    assert ooctl("failures", SHORT_ID, "2", "-o", "json").json[0] == record


def test_evidence_is_saved(ooctl, tmp_path: Path):
    done = ooctl("failures", SHORT_ID, "--to", str(tmp_path / "new"))
    saved = [Path(line) for line in done.out.splitlines()]
    assert [(path.parent.name, path.name, path.read_bytes()) for path in saved] == [
        ("00000-3", "screenshot.png", b"three"),
        ("00002-7", "screenshot.png", b"seven"),
        ("00002-7", "dom.html", b"<p>7</p>"),
    ]


def test_a_name_is_not_trusted_with_a_path(ooctl, state, tmp_path: Path):
    state.failures, state.evidence = [a_failure(1, items=(an_item("../../evil"),))], {(1, "../../evil"): b"x"}
    done = ooctl("failures", SHORT_ID, "--to", str(tmp_path / "a" / "b"))
    assert done.out.splitlines() == [str(tmp_path / "a" / "b" / "00000-1" / "evil")]


def test_without_a_display_the_paths_are_all(ooctl):
    done = ooctl("failures", SHORT_ID, "2", "--open")
    assert done.status is ExitStatus.OK
    paths = [Path(line) for line in done.out.splitlines()]
    assert [path.name for path in paths] == ["screenshot.png", "dom.html"]
    assert all(path.exists() for path in paths)
    assert stat.S_IMODE(paths[0].parents[1].stat().st_mode) == 0o700
    assert done.err == "there is no display to open them on\n"


def test_the_opener_of_the_system_gets_them(spawn, monkeypatch, tmp_path: Path):
    opener, said = tmp_path / "bin" / "xdg-open", tmp_path / "said"
    opener.parent.mkdir()
    os.mkfifo(said)
    opener.write_text(f'#!/bin/sh\necho "$1" > {said}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")
    with os.fdopen(os.open(said, os.O_RDONLY | os.O_NONBLOCK)) as heard:
        client = spawn("failures", SHORT_ID, "0", "--open", "--to", str(tmp_path / "kept"))
        assert select.select([heard], [], [], 30)[0], client.communicate(timeout=30)
        assert heard.readline().strip() == str(tmp_path / "kept" / "00000-3" / "screenshot.png")
        client.communicate(timeout=30)
    assert client.returncode == 0


def test_evidence_that_is_not_there(ooctl, state):
    nothing = ooctl("failures", SHORT_ID, "1", "--open")
    assert (nothing.status, nothing.err.splitlines()[0]) == (ExitStatus.NOT_FOUND, "error: there is no failed attempt")
    state.evidence.clear()
    gone = ooctl("failures", SHORT_ID, "0", "--open")
    assert gone.status is ExitStatus.NOT_FOUND
    assert gone.err.splitlines() == [
        "error: there is no evidence '3/screenshot.png'",
        'hint: "ooctl failures RUN" shows what is kept',
    ]


def test_a_folder_that_cannot_be_written(ooctl, tmp_path: Path):
    (tmp_path / "file").touch()
    done = ooctl("failures", SHORT_ID, "--to", str(tmp_path / "file"))
    assert done.status is ExitStatus.FAILED
    assert done.err.startswith(f"error: {tmp_path}/file/00000-3/screenshot.png cannot be written: ")


def test_a_run_that_is_not_there(ooctl, state):
    done = ooctl("failures", "01NOTHERE")
    assert (done.status, done.err.splitlines()[-1]) == (ExitStatus.NOT_FOUND, 'hint: "ooctl list" shows the runs')

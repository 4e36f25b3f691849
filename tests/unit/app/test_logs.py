"""Logging: no line tells a secret, whatever part of it holds one."""

import sys
from collections.abc import Iterator

import pytest
import structlog

from oodaemon.app import logs
from oodaemon.events.log import Level, LogBook
from oodaemon.failures.redaction import Redaction

SECRETS = ("Xq7vogel", "jane@mail.example")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before
    structlog.reset_defaults()


def test_no_line_tells_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Redaction(SECRETS))
    log = structlog.get_logger()
    try:
        raise RuntimeError(f'fill("{SECRETS[0]}")') from ValueError(SECRETS[1])
    except RuntimeError as error:
        log.error(f"failed for {SECRETS[1]}", reason=error, values=[SECRETS[0]], pids=[4711], code=70, exc_info=error)
    said = capsys.readouterr().err
    assert not any(secret in said for secret in SECRETS)
    assert "fill(" in said
    assert "code=70" in said
    assert "pids=[4711]" in said


def test_no_traceback_of_a_crash_tells_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Redaction(SECRETS))
    error = RuntimeError(f'fill("{SECRETS[0]}")')
    sys.excepthook(type(error), error, None)
    assert capsys.readouterr().err == 'RuntimeError: fill("[redacted]")\n'


def test_every_line_is_kept_for_clients_without_secrets() -> None:
    book = LogBook()
    logs.configure(Redaction(SECRETS), book)
    log = structlog.get_logger()
    log.info("up", actor="browser/1", pids=[4711])
    log.warning("attempt failed", reason=f"fill({SECRETS[0]}) for {SECRETS[1]}", run="01J")
    log.error("broken")
    up, failed, broken = book.read(0, 10).lines
    assert (up.event, up.level, up.fields) == ("up", Level.INFO, {"actor": "browser/1", "pids": "[4711]"})
    assert failed.fields == {"reason": "fill([redacted]) for [redacted]", "run": "01J"}
    assert (failed.level, broken.level) == (Level.WARNING, Level.ERROR)
    assert up.logged_at <= broken.logged_at

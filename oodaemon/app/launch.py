"""From settings to a running process: what must be right before a daemon can be started."""

import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog
import trio

from oodaemon.actors.exits import leaves
from oodaemon.app import accounts, daemon, logs
from oodaemon.app.parts import recordings_folder
from oodaemon.app.pulse import GAVE_UP
from oodaemon.app.settings import Settings
from oodaemon.browser import engine
from oodaemon.errors import ConfigurationError, OODaemonError, StoreHeld, StoreUnusable
from oodaemon.events.log import LogBook
from oodaemon.failures.redaction import Redaction
from oodaemon.parameters.registry import discover

DEFECT = "last-defect.txt"


def launch(settings: Settings) -> int:
    """Run a daemon to its end and return its exit code. Raises ConfigurationError, StoreHeld, StoreUnusable.

    A defect of ours that nothing caught ends it with 71; what is known of it is in a file beside the store, which the log names.
    """
    settings, access = accounts.completed(settings)
    redaction = Redaction((settings.password.get_secret_value(), settings.email, settings.notify_secret.get_secret_value()))
    book = LogBook()
    logs.configure(redaction, book)
    if access.problem:
        structlog.get_logger().warning("account", reason=access.problem)
    _check_browser(settings, os.environ)
    registry = discover()
    for problem in registry.problems:
        structlog.get_logger().warning("plug-in", reason=problem)
    try:
        return trio.run(daemon.run, settings, registry, replace(access, learn=redaction.learn, book=book))
    except OODaemonError:
        raise
    except Exception as error:
        for leaf in leaves(error):
            if isinstance(leaf, ConfigurationError | StoreHeld | StoreUnusable):
                raise leaf from error
        return _defect(error, settings.state_dir)


def _defect(error: Exception, folder: Path) -> int:
    report = folder / DEFECT
    with suppress(OSError):
        report.write_text("".join(traceback.format_exception(error)), "utf-8")
    reason = "; ".join(f"{type(leaf).__name__}: {leaf}" for leaf in leaves(error))
    structlog.get_logger().error("the daemon ended by a defect of its own; start it again", reason=reason, details=str(report))
    return GAVE_UP


def check_parameters(settings: Settings, names: Sequence[str], say: Callable[[str], None]) -> bool:
    """Try parameters out and say what came of each; True when all hold. Raises InvalidArgument, ConfigurationError."""
    from oodaemon.app import trial  # noqa: PLC0415 - it needs a practice site, and a daemon does not

    _check_browser(settings, os.environ)
    registry = discover()
    for problem in registry.problems:
        say(problem)

    def report(verdict: trial.Verdict) -> None:
        say(f"{'FAILED' if verdict.problems else 'ok':7}{verdict.name}: {', '.join(verdict.tried)}")
        for problem in verdict.problems:
            say(f"       {problem}")

    try:
        return trial.check(names, registry, recordings_folder(settings), chromium=settings.chromium, report=report)
    except BaseExceptionGroup as group:
        for error in leaves(group):
            if isinstance(error, OODaemonError):
                raise error from group
        raise


def _check_browser(settings: Settings, environ: Mapping[str, str]) -> None:
    """Say at once what to install. Playwright's own browsers need its driver to be found, so a download is enough here."""
    if settings.chromium or not engine.is_downloaded(environ):
        engine.find("", settings.chromium, is_headless=settings.headless)

"""Logging: one line an event on stderr, for people on a terminal and as key=value pairs elsewhere."""

import datetime
import logging
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import Transition, Unstoppable
from oodaemon.events.log import Level, LogBook
from oodaemon.failures.redaction import NOTHING_SECRET, Redaction

PLAIN = (bool, int, float, type(None))
"""Values of a line that can hold no secret."""
LINE = frozenset({"timestamp", "level", "event"})
"""Parts of a line that every line has."""
LEVELS = {"warning": Level.WARNING, "error": Level.ERROR, "critical": Level.ERROR}
QUIET = frozenset({ChildState.STARTING, ChildState.STOPPING, ChildState.DOWN})


def configure(redaction: Redaction = NOTHING_SECRET, book: LogBook | None = None) -> None:
    """Set up structlog for the process; no line of it, and no traceback of a crash, tells a secret. `book` gets every line too."""

    def redact(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:  # noqa: ANN401 - the logger
        return {key: value if isinstance(value, PLAIN) else redaction.text(str(value)) for key, value in event.items()}

    def keep(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:  # noqa: ANN401 - the logger
        if book is not None:
            rest = {name: str(value) for name, value in event.items() if name not in LINE}
            level = LEVELS.get(str(event.get("level", "")), Level.INFO)
            book.add(datetime.datetime.fromisoformat(event["timestamp"]), level, str(event.get("event", "")), rest)
        return event

    def say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redaction.text("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = say
    is_terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer(colors=is_terminal) if is_terminal else structlog.processors.LogfmtRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            keep,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def log_transition(event: Transition | Unstoppable) -> None:
    """Say what happens in the tree: failures and what is done about them, and what came up."""
    log = structlog.get_logger()
    if isinstance(event, Unstoppable):
        log.error("actor does not stop", actor=event.path, incarnation=event.incarnation, after=round(event.after, 1))
        return
    if event.failure is not None:
        reason = next(iter(event.failure.causes), "")
        log.warning(
            "actor failed",
            actor=event.path,
            state=event.target.value,
            failure=event.failure.failure_class,
            reason=reason,
            retry_in=event.delay,
        )
    elif event.target not in QUIET:
        log.info("actor", actor=event.path, state=event.target.value, incarnation=event.incarnation)


def log_loop(context: Mapping[str, Any]) -> None:
    """What asyncio complains about: a future nobody awaited, usually of a driver that died. Never raises."""
    structlog.get_logger().warning("asyncio", reason=str(context.get("message", "")), error=repr(context.get("exception", "")))

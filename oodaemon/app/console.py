"""The console of a daemon, joined to its services."""

import datetime
from collections.abc import Callable
from functools import partial

import trio

from oodaemon import __version__
from oodaemon.app import configuration
from oodaemon.app.settings import Settings
from oodaemon.clock import utc_now
from oodaemon.console.means import Means, SettingLine
from oodaemon.console.server import ConsoleServer, monotonic
from oodaemon.console.service import Services
from oodaemon.console.sessions import Sessions
from oodaemon.errors import FailedPrecondition
from oodaemon.events.watch import Journal


def console_of(settings: Settings, services: Services, journal: Journal) -> ConsoleServer | None:
    """The console; None when the settings say that there is none."""
    if settings.console_address is None:
        return None
    means = Means(
        services=services,
        journal=journal,
        sessions=Sessions(monotonic),
        wall_clock=utc_now,
        version=__version__,
        is_open=settings.console_reading == "open",
        settings=partial(trio.to_thread.run_sync, lines_of, settings),
    )
    return ConsoleServer(*settings.console_address, means)


def lines_of(settings: Settings) -> list[SettingLine]:
    """The settings as the console shows them. Blocks: the file of accounts may be looked into."""
    found = configuration.in_effect(settings, settings.origins)
    return [SettingLine(entry.name, configuration.as_text(entry), entry.origin, entry.meaning) for entry in found]


def link_of(console: Callable[[], ConsoleServer | None]) -> Callable[[], tuple[str, datetime.datetime]]:
    """Makes links into the console that is there when one is asked for. It raises FailedPrecondition when there is none."""

    def link() -> tuple[str, datetime.datetime]:
        found = console()
        if found is None:
            raise FailedPrecondition("the console of this daemon is off; start it with another OODAEMON_CONSOLE")
        return found.link()

    return link

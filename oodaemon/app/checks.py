"""What a daemon needs of its machine, one question each. Every answer says what is, and where it is not well what to do."""

import os
import shutil
import socket
import stat
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from oodaemon import __version__
from oodaemon.app.accounts import completed, key_of
from oodaemon.app.certificate import days_left
from oodaemon.app.outside import door_of
from oodaemon.app.parts import recordings_folder
from oodaemon.app.settings import Settings
from oodaemon.browser import recordings
from oodaemon.clock import SECONDS, utc_now
from oodaemon.parameters.registry import discover
from oodaemon.rpc import certificates

PATIENCE = 10 * SECONDS
SKEW, FAR_OFF = 5 * SECONDS, 120 * SECONDS
"""A clock that is off by the first makes times hard to compare; by the second, sites refuse TLS or sessions end at once."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MEBIBYTE = 2**20
SOON = 30
"""Days before the end of a certificate from which on it is a warning."""


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found. `advice` says what to do, empty when nothing is to be done."""

    verdict: Verdict
    found: str
    advice: str = ""


def ok(found: str) -> Answer:
    """All is well."""
    return Answer(Verdict.OK, found)


def warning(found: str, advice: str) -> Answer:
    """It works, and could be better."""
    return Answer(Verdict.WARNING, found, advice)


def failed(found: str, advice: str) -> Answer:
    """It will not work like this."""
    return Answer(Verdict.FAILED, found, advice)


class Machine:
    """The machine as a daemon with these settings finds it. `is_up` tells whether such a daemon runs now."""

    def __init__(self, settings: Settings, *, is_up: bool) -> None:
        self._settings, self._is_up = settings, is_up

    def questions(self) -> Iterator[tuple[str, Callable[[], Answer]]]:
        """Name and check, in the order in which they make sense; Chromium is asked elsewhere, as it needs a loop."""
        yield "python", python
        yield "folders", self.folders
        yield "socket", self.socket
        yield "ports", self.ports
        yield "remote", self.remote
        yield "disk", self.disk
        yield "site", self.site
        yield "clock", self.clock
        yield "credentials", self.credentials
        yield "recordings", self.recordings
        yield "parameters", parameters

    def folders(self) -> Answer:
        """The state folder and what is in it: ours, writable, closed to others."""
        folder = self._settings.state_dir
        made = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
        if not made.is_dir():
            return failed(f"{made} is no folder", "set another state_dir")
        if not os.access(made, os.W_OK | os.X_OK):
            return failed(f"{made} cannot be written by this user", f"run chown on {made}, or set another state_dir")
        if made != folder:
            return ok(f"{folder} will be made at the first start")
        open_ = [
            each for each in (folder, *_files(folder)) if each.exists() and each.lstat().st_mode & OTHERS and not each.is_symlink()
        ]
        foreign = [each for each in (folder, *_files(folder)) if each.exists() and each.lstat().st_uid != os.geteuid()]
        if foreign:
            return failed(f"{foreign[0]} belongs to another user", f"run chown -R {os.geteuid()} {folder}")
        private = [each for each in open_ if each != folder and folder.lstat().st_mode & OTHERS]
        if folder.lstat().st_mode & OTHERS:
            more = f", and {len(private)} files in it too" if private else ""
            return warning(f"others may look into {folder}{more}", f"run chmod -R go= {folder}")
        return ok(f"{folder}, for this user alone")

    def socket(self) -> Answer:
        """Where clients will connect."""
        address = self._settings.address
        if self._is_up:
            return ok(f"a daemon serves at {address}")
        assert address.path is not None, "listen names a socket"
        folder = next(each for each in address.path.parents if each.exists())
        if address.path.exists() and not address.path.is_socket():
            return failed(f"{address.path} is there and is no socket", "remove it, or set another listen")
        if not os.access(folder, os.W_OK | os.X_OK):
            return failed(f"{folder} cannot be written by this user", "set another listen, such as unix:~/oodaemon.sock")
        return ok(f"{address}, no daemon runs")

    def ports(self) -> Answer:
        """Where the metrics and the console will be served."""
        asked = {"http": self._settings.http_address, "console": self._settings.console_address}
        wanted = {name: address for name, address in asked.items() if address is not None}
        if not wanted:
            return Answer(Verdict.LEFT_OUT, "http and console are off")
        if self._is_up:
            shown = " and ".join(f"{name} {host}:{port}" for name, (host, port) in wanted.items())
            return ok(f"{shown}: the business of the daemon that runs; `ooctl status` shows it")
        answers = [_port(name, *address) for name, address in wanted.items()]
        worst = next((answer for answer in answers if answer.verdict is not Verdict.OK), None)
        return worst or ok("; ".join(answer.found for answer in answers))

    def remote(self) -> Answer:
        """Where clients on other machines will come in, and with which certificate."""
        address = self._settings.tcp_address
        if address is None:
            return Answer(Verdict.LEFT_OUT, "listen_tcp is not set")
        door = door_of(self._settings)
        assert door is not None, "listen_tcp is set"
        certificates.read(door.files)
        days = days_left(door.files.cert, utc_now())
        if days < SOON:
            said = f"{door.files.cert} {'has expired' if days < 0 else f'expires in {days} days'}"
            answer = failed if days < 0 else warning
            return answer(said, "`oodaemon cert make --force` makes a new one; clients that trust the old one need it")
        if not self._is_up and (taken := _port("listen_tcp", address.host.strip("[]"), address.port)).verdict is Verdict.FAILED:
            return taken
        return ok(f"listen_tcp {address}, with a certificate for {days} more days")

    def disk(self) -> Answer:
        """Free space below the state folder."""
        folder = next(each for each in (self._settings.state_dir, *self._settings.state_dir.parents) if each.exists())
        free, least = shutil.disk_usage(folder).free // MEBIBYTE, self._settings.min_free_mib
        said = f"{free} MiB are free below {folder}, {least} are needed"
        if free < least:
            return failed(said, "make room, or set a smaller min_free_mib; until then nothing new is started")
        return ok(said) if free >= 2 * least else warning(said, "make room soon")

    @cached_property
    def _visit(self) -> tuple[str, float | None]:
        """Why the site cannot be reached, or an empty text; and how many seconds its clock is ahead of ours."""
        request = urllib.request.Request(self._settings.base_url, method="GET", headers={"User-Agent": f"oodaemon/{__version__}"})  # noqa: S310 - checked by the settings
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as page:  # noqa: S310
                return "", _ahead(page.headers.get("Date"), time.monotonic() - began)
        except urllib.error.HTTPError as error:
            ahead = _ahead(error.headers.get("Date"), time.monotonic() - began)
            return (f"it answers {error.code} {error.reason}" if error.code >= 500 else ""), ahead
        except urllib.error.URLError as error:
            return str(error.reason), None
        except (OSError, ValueError) as error:
            return str(error), None

    def site(self) -> Answer:
        """Whether the site answers this machine."""
        if self._settings.practice:
            return ok("the practice site comes with the daemon")
        why, _ = self._visit
        if why:
            return failed(
                f"{self._settings.base_url} cannot be reached: {why}",
                "look at network, name service and proxy; the daemon waits for it",
            )
        return ok(f"{self._settings.base_url} answers")

    def clock(self) -> Answer:
        """The wall clock against that of the site."""
        if self._settings.practice:
            return Answer(Verdict.LEFT_OUT, "a practice site has the same clock")
        _, ahead = self._visit
        if ahead is None:
            return Answer(Verdict.LEFT_OUT, "the site does not tell the time")
        said = f"{abs(ahead):.0f} s {'behind' if ahead > 0 else 'ahead of'} the site"
        advice = "switch on time synchronisation: timedatectl set-ntp true"
        if abs(ahead) >= FAR_OFF:
            return failed(said, advice)
        return ok(f"within {SKEW:g} s of the site") if abs(ahead) < SKEW else warning(said, advice)

    def credentials(self) -> Answer:
        """Whether an account is known, and from where. It is not tried out: that is what `ooctl login` does."""
        settings, access = completed(self._settings)
        if access.problem:
            return failed(access.problem, "sign in again with `ooctl login`")
        if settings.has_account:
            place = f"kept by `ooctl login` ({access.place})" if access.place else "given by the settings"
            return ok(f"account {key_of(settings).name!r}, {place}")
        if settings.practice:
            return ok("the practice site has an account of its own")
        return failed("no account is known", "start the daemon and sign in with `ooctl login`, or set OO_EMAIL and OO_PASSWORD")

    def recordings(self) -> Answer:
        """Whether the recordings of the site load."""
        folder = recordings_folder(self._settings)
        known = recordings.load(folder)
        return ok(f"{len(known.names())} locators in {folder}")


def python() -> Answer:
    """The interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return failed(f"Python {version}", "install oo-automator with Python 3.11, 3.12 or 3.13")
    return ok(f"Python {version}, oodaemon {__version__}")


def parameters() -> Answer:
    """Whether all plug-ins load."""
    registry = discover()
    if registry.problems:
        return warning("; ".join(registry.problems), "mend or remove the package that it comes from")
    return ok(f"{len(list(registry))} parameters")


def _port(name: str, host: str, port: int) -> Answer:
    if port == 0:
        return ok(f"{name} takes a port that is free")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return failed(f"{host}:{port} cannot be used: {error.strerror}", f"set another {name}, or end what listens there")
    return ok(f"{name} {host}:{port} is free")


def _files(folder: Path) -> Iterator[Path]:
    for name in ("oodaemon.db", "accounts.json"):
        yield folder / name
    for inner in ("accounts", "sessions"):
        yield from (folder / inner).glob("*")


def _ahead(date: str | None, took: float) -> float | None:
    """Seconds by which a Date header (whole seconds) is ahead of our clock; None without one."""
    try:
        told = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    if told is None or told.tzinfo is None:
        return None
    return (told - utc_now()).total_seconds() + 0.5 + took / 2

"""What this machine offers: its service manager, and its programs, run without a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from ooctl.exits import ClientError, ExitStatus
from ooctl.pacing import SECONDS

PATIENCE: Final = 180 * SECONDS
"""`systemctl start` returns when the daemon says it is ready, `stop` when it is gone."""
MODE: Final = 0o600
"""Of a unit: it has the settings of a shell in it."""


@dataclass(frozen=True)
class Answer:
    """What a program said, and how it ended; 0 is success."""

    code: int
    out: str = ""
    err: str = ""

    @property
    def reason(self) -> str:
        """Its last line, for a sentence."""
        lines = (self.err or self.out).strip().splitlines()
        return lines[-1] if lines else f"exit code {self.code}"


Run = Callable[[Sequence[str]], Answer]
"""Runs a program and waits for it. Raises ClientError when there is none of this name."""


@dataclass(frozen=True)
class Order:
    """What a service is to run."""

    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How the service is. `notes` are sentences on what stands in its way."""

    manager: str
    unit: str
    is_installed: bool
    is_active: bool
    is_enabled: bool
    state: str
    pid: int = 0
    since: str = ""
    restarts: int | None = None
    said: str = ""
    survives_logout: bool | None = None
    notes: tuple[str, ...] = ()


class ServiceControl(Protocol):
    """One service manager. Every method raises ClientError with what the manager said."""

    def render(self, order: Order) -> str:
        """The unit as it would be written."""
        ...

    def install(self, order: Order, *, is_started: bool) -> Sequence[str]:
        """Write the unit, have it started with every log-in, and now; sentences on what was done and what is left to do."""
        ...

    def uninstall(self) -> Sequence[str]:
        """Stop it and remove what `install` wrote; settings and results stay."""
        ...

    def start(self) -> None:
        """Start it, and return when it serves."""
        ...

    def stop(self) -> None:
        """Stop it, and return when it is gone."""
        ...

    def enable_linger(self) -> str:
        """Let it run while the user is logged out; what was done. Raises ClientError (USAGE) where there is nothing like it."""
        ...

    def standing(self) -> Standing:
        """How it is."""
        ...

    def logs(self, lines: int, *, is_followed: bool) -> Sequence[str]:
        """The command that shows its log."""
        ...


def daemon_command() -> list[str]:
    """How the daemon of this installation is run. Raises ClientError."""
    beside = Path(sys.executable).with_name("oodaemon")
    found = str(beside) if beside.is_file() else shutil.which("oodaemon")
    if found is None:
        raise ClientError("there is no oodaemon beside this ooctl; install both together", ExitStatus.FAILED)
    return [found, "run"]


def runner(env: Mapping[str, str]) -> Run:
    """Runs programs with this environment."""

    def run(args: Sequence[str]) -> Answer:
        program = shutil.which(args[0], path=env.get("PATH", os.defpath))
        if program is None:
            raise ClientError(f"this machine has no {args[0]}", ExitStatus.FAILED, hint=_INSTEAD)
        try:
            done = subprocess.run(  # noqa: S603 - no shell; what it runs is named here
                [program, *args[1:]], env=dict(env), capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise ClientError(f"{' '.join(args)} did not end within {PATIENCE:g} s", ExitStatus.TIMED_OUT) from None
        except OSError as error:
            raise ClientError(f"{program} cannot be run: {error.strerror}", ExitStatus.FAILED) from None
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


def write_unit(path: Path, text: str) -> bool:
    """Put a unit in its place, for this user alone; True when its text changed. Raises ClientError."""
    try:
        if path.is_file() and path.read_text("utf-8") == text:
            path.chmod(MODE)
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), "w", encoding="utf-8") as out:
            out.write(text)
        beside.replace(path)
    except OSError as error:
        raise ClientError(f"{path} cannot be written: {error.strerror}", ExitStatus.FAILED) from None
    return True


def remove_unit(path: Path) -> bool:
    """True when it was there. Raises ClientError."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ClientError(f"{path} cannot be removed: {error.strerror}", ExitStatus.FAILED) from None
    return True


_INSTEAD: Final = (
    "without a service manager `oodaemon run` can be started by any supervisor; `ooctl service install --print` shows a unit"
)

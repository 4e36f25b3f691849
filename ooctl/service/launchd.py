"""The user's launchd: an agent in its folder, steered by launchctl."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.service.host import Answer, Order, Run, Standing, remove_unit, write_unit
from ooctl.service.units import LABEL, launchd_agent

_PID: Final = re.compile(r"^\s*pid = (\d+)$", re.MULTILINE)
_STATE: Final = re.compile(r"^\s*state = (.+)$", re.MULTILINE)
_LAST_EXIT: Final = re.compile(r"^\s*last exit code = (\d+)", re.MULTILINE)
AGENT: Final = "an agent runs while you are logged in; to have it run without, let the machine log you in by itself"


class Launchd:
    """See `host.ServiceControl`."""

    def __init__(self, run: Run, env: Mapping[str, str]) -> None:
        self._run = run
        library = Path(env.get("HOME", "~")).expanduser() / "Library"
        self.path = library / "LaunchAgents" / f"{LABEL}.plist"
        self.log = library / "Logs" / "oodaemon" / "oodaemon.log"
        self._domain = f"gui/{os.getuid()}"
        self._target = f"{self._domain}/{LABEL}"

    def render(self, order: Order) -> str:
        """See `ServiceControl`."""
        return launchd_agent(order.command, order.variables, self.log).decode()

    def install(self, order: Order, *, is_started: bool) -> Sequence[str]:
        """See `ServiceControl`. launchd starts what it loads; without `is_started` it is loaded with the next log-in."""
        is_changed = write_unit(self.path, self.render(order))
        try:
            self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ClientError(f"{self.log.parent} cannot be made: {error.strerror}", ExitStatus.FAILED) from None
        done = [f"{self.path} is {'written' if is_changed else 'as it should be'}; it starts when you log in"]
        if is_started:
            if is_changed and self._is_loaded():
                self._ask("bootout", self._target)
            self.start()
            done.append("the daemon was started")
        return [*done, AGENT]

    def uninstall(self) -> Sequence[str]:
        """See `ServiceControl`."""
        if not self.path.exists():
            return [f"there is no {self.path}; nothing was installed"]
        if self._is_loaded():
            self._ask("bootout", self._target)
        remove_unit(self.path)
        return [f"{self.path} is removed; settings, accounts and results stay"]

    def start(self) -> None:
        """See `ServiceControl`; returns when launchd was told, as an agent cannot say when it is ready."""
        self._installed()
        if not self._is_loaded():
            self._ask("bootstrap", self._domain, str(self.path))
        self._ask("kickstart", self._target)

    def stop(self) -> None:
        """See `ServiceControl`; launchd does not start again what ended with 0."""
        self._installed()
        if self._is_loaded():
            self._ask("kill", "SIGTERM", self._target)

    def enable_linger(self) -> str:
        """See `ServiceControl`."""
        raise ClientError("--linger is for systemd; launchd has nothing like it", ExitStatus.USAGE)

    def standing(self) -> Standing:
        """See `ServiceControl`."""
        told = self._run(["launchctl", "print", self._target])
        pid, state, last = _PID.search(told.out), _STATE.search(told.out), _LAST_EXIT.search(told.out)
        notes = [f"it ended with exit code {last[1]}; `ooctl service logs` tells why"] if last and int(last[1]) else []
        return Standing(
            manager="launchd",
            unit=str(self.path),
            is_installed=self.path.exists(),
            is_active=told.code == 0 and state is not None and state[1].strip() == "running",
            is_enabled=self.path.exists(),
            state=state[1].strip() if told.code == 0 and state else "not loaded",
            pid=int(pid[1]) if pid else 0,
            survives_logout=False,
            notes=(*notes, AGENT),
        )

    def logs(self, lines: int, *, is_followed: bool) -> Sequence[str]:
        """See `ServiceControl`."""
        return ["tail", "-n", str(lines), *(["-F"] if is_followed else []), str(self.log)]

    def _is_loaded(self) -> bool:
        return self._run(["launchctl", "print", self._target]).code == 0

    def _installed(self) -> None:
        if not self.path.exists():
            raise ClientError(
                f"there is no {self.path}", ExitStatus.NOT_FOUND, hint='"ooctl service install" writes it and starts the daemon'
            )

    def _ask(self, verb: str, *args: str) -> Answer:
        answer = self._run(["launchctl", verb, *args])
        if answer.code:
            raise ClientError(f"launchctl {verb}: {answer.reason}", ExitStatus.FAILED)
        return answer

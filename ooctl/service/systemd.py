"""The user's systemd: a unit in its folder, steered by systemctl --user."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.service.host import Answer, Order, Run, Standing, remove_unit, write_unit
from ooctl.service.units import UNIT_NAME, systemd_unit

SHOWN: Final = (
    *("LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID", "ActiveEnterTimestamp", "NRestarts", "StatusText"),
    *("Result", "ExecMainStatus", "NeedDaemonReload"),
)
MEANINGS: Final = {
    "70": "the store is lost or unusable",
    "71": "a defect of the daemon; the log names the file with its details",
    "75": "another daemon has the store",
    "78": "a setting is wrong; `oodaemon config check` says which",
}
LINGER: Final = "it ends when you log out for good; `loginctl enable-linger` lets it go on, and start with the machine"


class Systemd:
    """See `host.ServiceControl`."""

    def __init__(self, run: Run, env: Mapping[str, str]) -> None:
        self._run = run
        home = Path(env["XDG_CONFIG_HOME"]) if env.get("XDG_CONFIG_HOME") else Path(env.get("HOME", "~")).expanduser() / ".config"
        self.path = home / "systemd" / "user" / UNIT_NAME

    def render(self, order: Order) -> str:
        """See `ServiceControl`."""
        return systemd_unit(order.command, order.variables)

    def install(self, order: Order, *, is_started: bool) -> Sequence[str]:
        """See `ServiceControl`. A daemon that runs with an older unit is started again."""
        self._ask("is-system-running", may_fail=True)  # without a bus nothing is written
        is_changed = write_unit(self.path, self.render(order))
        self._ask("daemon-reload")
        self._ask("enable", UNIT_NAME)
        if is_started:
            self._ask("restart" if is_changed else "start", UNIT_NAME)
        done = [f"{self.path} is {'written' if is_changed else 'as it should be'}; it starts when you log in"]
        done += ["the daemon runs"] if is_started else []
        return [*done, *([LINGER] if self._lingers() is False else [])]

    def uninstall(self) -> Sequence[str]:
        """See `ServiceControl`."""
        if not self.path.exists():
            return [f"there is no {self.path}; nothing was installed"]
        self._ask("disable", "--now", UNIT_NAME)
        remove_unit(self.path)
        self._ask("daemon-reload")
        self._ask("reset-failed", UNIT_NAME, may_fail=True)
        return [f"{self.path} is removed; settings, accounts and results stay"]

    def start(self) -> None:
        """See `ServiceControl`."""
        self._installed()
        self._ask("start", UNIT_NAME)

    def stop(self) -> None:
        """See `ServiceControl`."""
        self._installed()
        self._ask("stop", UNIT_NAME)

    def standing(self) -> Standing:
        """See `ServiceControl`."""
        told = self._ask("show", UNIT_NAME, f"--property={','.join(SHOWN)}")
        shown = dict(line.split("=", 1) for line in told.out.splitlines() if "=" in line)
        notes = []
        is_active = shown.get("ActiveState") == "active"
        if shown.get("Result") not in (None, "", "success"):
            status = shown.get("ExecMainStatus", "")
            notes.append(
                f"it ended with {shown['Result']}, exit code {status}: {MEANINGS.get(status, '`ooctl service logs` tells why')}"
            )
        if shown.get("NeedDaemonReload") == "yes":
            notes.append("the unit changed; `systemctl --user daemon-reload` takes it up")
        lingers = self._lingers()
        if lingers is False:
            notes.append(LINGER)
        return Standing(
            manager="systemd",
            unit=str(self.path),
            is_installed=self.path.exists(),
            is_active=is_active,
            is_enabled=shown.get("UnitFileState") == "enabled",
            state=f"{shown.get('ActiveState', 'unknown')} ({shown.get('SubState', 'unknown')})",
            pid=int(shown.get("MainPID") or 0),
            since=shown.get("ActiveEnterTimestamp", "") if is_active else "",
            restarts=int(shown["NRestarts"]) if shown.get("NRestarts", "").isdigit() else None,
            said=shown.get("StatusText", ""),
            survives_logout=lingers,
            notes=tuple(notes),
        )

    def logs(self, lines: int, *, is_followed: bool) -> Sequence[str]:
        """See `ServiceControl`."""
        follow = ("--follow",) if is_followed else ()
        return ["journalctl", "--user", f"--unit={UNIT_NAME}", f"--lines={lines}", "--no-pager", "--output=cat", *follow]

    def enable_linger(self) -> str:
        """Let the user's services run without a log-in; what was done. Raises ClientError."""
        answer = self._run(["loginctl", "enable-linger"])
        if answer.code:
            raise ClientError(
                f"loginctl enable-linger: {answer.reason}",
                ExitStatus.FAILED,
                hint=f"an administrator can allow it: loginctl enable-linger {os.getuid()}",
            )
        return "it goes on when you log out, and starts with the machine"

    def _lingers(self) -> bool | None:
        """None when nobody can tell."""
        try:
            answer = self._run(["loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value"])
        except ClientError:
            return None
        return {"yes": True, "no": False}.get(answer.out.strip()) if answer.code == 0 else None

    def _installed(self) -> None:
        if not self.path.exists():
            raise ClientError(
                f"there is no {self.path}", ExitStatus.NOT_FOUND, hint='"ooctl service install" writes it and starts the daemon'
            )

    def _ask(self, verb: str, *args: str, may_fail: bool = False) -> Answer:
        answer = self._run(["systemctl", "--user", verb, *args])
        is_busless = "connect to bus" in answer.err.lower() or "not been booted with systemd" in answer.err.lower()
        if answer.code and is_busless:
            raise ClientError(
                f"no systemd of this user answers: {answer.reason}",
                ExitStatus.FAILED,
                hint="log in as this user (not with su or sudo), or set XDG_RUNTIME_DIR=/run/user/$(id -u)",
            )
        if answer.code and not may_fail:
            raise ClientError(
                f"systemctl --user {verb}: {answer.reason}",
                ExitStatus.FAILED,
                hint='"ooctl service logs" shows what the daemon said',
            )
        return answer

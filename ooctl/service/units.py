"""Unit and agent from their templates. Pure: text in, text out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).with_name("templates")
UNIT_NAME: Final = "oodaemon.service"
LABEL: Final = "oo-automator.oodaemon"

HANDED_ON: Final = ("PLAYWRIGHT_BROWSERS_PATH", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "PYTHON_KEYRING_BACKEND")
"""Variables besides those of the daemon that decide where it finds things; a service manager does not know the shell's."""
PREFIX: Final = "OODAEMON_"
SECRET: Final = ("OO_EMAIL", "OO_PASSWORD")
"""Never in a unit: every user of the machine may read it."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What of this shell's environment belongs into the unit, by name; no secrets."""
    return {name: env[name] for name in sorted(env) if env[name] and (name in HANDED_ON or name.startswith(PREFIX))}


def systemd_unit(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """The unit of the user's systemd that runs `command`."""
    lines = [f"Environment={_quoted(f'{name}={value}', is_command=False)}" for name, value in variables.items()]
    text = (TEMPLATES / UNIT_NAME).read_text("utf-8")
    text = text.replace("@EXEC_START@", " ".join(_quoted(word, is_command=True) for word in command))
    return text.replace("@ENVIRONMENT@\n", "".join(f"{line}\n" for line in lines))


def launchd_agent(command: Sequence[str], variables: Mapping[str, str], log: Path) -> bytes:
    """The agent of launchd that runs `command`; what it says goes to `log`."""
    import plistlib  # noqa: PLC0415 - only here

    agent = plistlib.loads((TEMPLATES / "oodaemon.plist").read_bytes())
    agent["Label"] = LABEL
    agent["ProgramArguments"] = list(command)
    agent["EnvironmentVariables"] |= variables
    agent["StandardOutPath"] = agent["StandardErrorPath"] = str(log)
    return plistlib.dumps(agent, sort_keys=False)


def _quoted(word: str, *, is_command: bool) -> str:
    """A word as systemd.syntax(7) and systemd.service(5) read it: no specifier, no variable, no escape is taken for one."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if is_command else escaped}"'

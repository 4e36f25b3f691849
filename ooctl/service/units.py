"""Unit and agent from their templates. Pure: text in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ooctl.exits import ClientError, ExitStatus

TEMPLATES: Final = Path(__file__).with_name("templates")
UNIT_NAME: Final = "oodaemon.service"
LABEL: Final = "oo-automator.oodaemon"

HANDED_ON: Final = ("PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "PYTHON_KEYRING_BACKEND")
"""Variables besides those of the daemon that decide where it finds things; a service manager does not know the shell's."""
PREFIX: Final = "OODAEMON_"
_ACCOUNT: Final = "use `ooctl login`"
_RECEIVER: Final = "set notify_url and notify_secret in config.toml, for this user alone (chmod 600)"
SECRET: Final = {
    "OO_EMAIL": _ACCOUNT,
    "OO_PASSWORD": _ACCOUNT,
    "OODAEMON_NOTIFY_URL": _RECEIVER,
    "OODAEMON_NOTIFY_SECRET": _RECEIVER,
}
"""Never in a unit, which is shown, copied and kept in backups; and what to do instead."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What of this shell's environment belongs into the unit, by name; no secrets."""
    told = without_secrets(env)
    return {name: told[name] for name in sorted(told) if told[name] and (name in HANDED_ON or name.startswith(PREFIX))}


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """An environment but for what no unit hands on."""
    return {name: value for name, value in env.items() if name not in SECRET}


def left_out(env: Mapping[str, str]) -> Iterator[str]:
    """What of this environment is secret, and so not in the unit: a sentence for each thing to do about it."""
    for instead in dict.fromkeys(SECRET.values()):
        names = [name for name, remedy in SECRET.items() if remedy == instead and env.get(name)]
        if names:
            were = "were" if len(names) > 1 else "was"
            yield f"{' and '.join(names)} {were} not put into the unit, which is no place for secrets; {instead}"


def systemd_unit(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """The unit of the user's systemd that runs `command`. Raises ClientError for a program that systemd cannot be told of."""
    if any(character in "\"'\\" or not character.isprintable() for character in command[0]):
        raise ClientError(
            f"systemd starts no program whose path has quotes, backslashes or control characters: {command[0]!r}", ExitStatus.FAILED
        )
    lines = [f"Environment={_quoted(f'{name}={value}', is_argument=False)}" for name, value in variables.items()]
    text = (TEMPLATES / UNIT_NAME).read_text("utf-8")
    text = text.replace("@EXEC_START@", " ".join(_quoted(word, is_argument=place > 0) for place, word in enumerate(command)))
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


def _quoted(word: str, *, is_argument: bool) -> str:
    """A word as systemd.syntax(7) and systemd.service(5) read it: no specifier, no variable, no escape is taken for one.

    Variables are replaced in arguments only, not in the name of the program and not in Environment.
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if is_argument else escaped}"'

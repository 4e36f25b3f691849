"""The client's configuration: named contexts, each a daemon to talk to. `~/.config/ooctl/config.toml`, see docs/operations.md.

The file belongs to its user: changes by commands are made to single lines, and comments stay.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ooctl.exits import ClientError, ExitStatus

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
FILES: Final = ("ca", "token_file", "cert", "key")
KEYS: Final = ("daemon", *FILES)
"""What a context can say."""
TOP: Final = ("current", "contexts")
PREAMBLE: Final = """\
# Daemons that ooctl can talk to, by name. `current` is used where neither --daemon, --context nor a variable names one.
# `ooctl context add|use|remove|list` change and show this file; comments stay.
"""
_CURRENT: Final = re.compile(r"^\s*current\s*=")
_TABLE: Final = re.compile(r"^\s*\[")


@dataclass(frozen=True)
class Context:
    """A daemon by name; `daemon` is its address as --daemon takes it.

    The rest are absolute paths for one on another machine, or empty: the certificate to trust, the token, a certificate of our own.
    """

    name: str
    daemon: str
    ca: str = ""
    token_file: str = ""
    cert: str = ""
    key: str = ""


@dataclass(frozen=True)
class Contexts:
    """What the file says; `current` is empty when it names none."""

    file: Path
    current: str = ""
    known: Mapping[str, Context] = field(default_factory=dict)

    def get(self, name: str, *, source: str) -> Context:
        """The context of this name. Raises ClientError (USAGE)."""
        if name in self.known:
            return self.known[name]
        from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

        near = get_close_matches(name, list(self.known), n=1)
        told = f'; did you mean "{near[0]}"?' if near else ""
        raise ClientError(
            f'{source}: there is no context "{name}" in {self.file}{told}',
            ExitStatus.USAGE,
            hint='"ooctl context list" shows those there are, "ooctl context add" makes one',
        )


def file_of(env: Mapping[str, str]) -> Path:
    """OOCTL_CONFIG, else config.toml in the user's folder of configurations."""
    if env.get("OOCTL_CONFIG"):
        return Path(env["OOCTL_CONFIG"]).expanduser().absolute()
    if env.get("XDG_CONFIG_HOME"):
        return Path(env["XDG_CONFIG_HOME"]) / "ooctl" / "config.toml"
    from platformdirs import user_config_path  # noqa: PLC0415 - only without the variables

    return user_config_path("ooctl", appauthor=False) / "config.toml"


def load(env: Mapping[str, str]) -> Contexts:
    """What the file says; nothing when there is none. Raises ClientError (USAGE) for one that is wrong."""
    file = file_of(env)
    try:
        return _parse(file.read_text("utf-8"), file)
    except FileNotFoundError:
        if env.get("OOCTL_CONFIG"):
            raise _wrong(file, "there is no such file, though OOCTL_CONFIG names it") from None
        return Contexts(file)
    except OSError as error:
        raise _wrong(file, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _wrong(file, "it is no text in UTF-8") from None


def check_name(name: str) -> None:
    """Raise ClientError (USAGE) for what no context can be called."""
    if NAME.fullmatch(name) is None:
        raise ClientError(
            f'"{name}" is no name for a context: letters, digits, - and _, at most 32, such as office', ExitStatus.USAGE
        )


def add(env: Mapping[str, str], context: Context, *, is_current: bool) -> Contexts:
    """Add a context, or give it another address; the first one becomes the current one. Raises ClientError."""
    check_name(context.name)
    before, lines = _for_change(env)
    lines = _without_table(lines, context.name)
    while lines and not lines[-1].strip():
        lines.pop()
    lines += ["", f"[contexts.{context.name}]", f"daemon = {_quoted(context.daemon)}"]
    lines += [f"{name} = {_quoted(value)}" for name in FILES if (value := getattr(context, name))]
    current = context.name if is_current or not before.known else before.current
    wanted = Contexts(before.file, current, {**before.known, context.name: context})
    return _save(wanted, _with_current(lines, current))


def use(env: Mapping[str, str], name: str) -> Contexts:
    """Make a context the current one. Raises ClientError."""
    before, lines = _for_change(env)
    before.get(name, source="ooctl context use")
    return _save(Contexts(before.file, name, before.known), _with_current(lines, name))


def remove(env: Mapping[str, str], name: str) -> Contexts:
    """Remove a context; if it was the current one, there is none afterwards. Raises ClientError."""
    before, lines = _for_change(env)
    before.get(name, source="ooctl context remove")
    current = "" if before.current == name else before.current
    known = {key: context for key, context in before.known.items() if key != name}
    if before.known[name].token_file == str(_token_of(env, name)):
        with suppress(OSError):
            _token_of(env, name).unlink()
    return _save(Contexts(before.file, current, known), _with_current(_without_table(lines, name), current))


def keep_token(env: Mapping[str, str], name: str, token: str) -> Path:
    """Keep a token in a file of this user alone beside the configuration, and return it. Raises ClientError."""
    file = _token_of(env, name)
    try:
        _replace(file, token + "\n")
    except OSError as error:
        raise ClientError(f"{file} cannot be written: {error.strerror}", ExitStatus.FAILED) from None
    return file


def _token_of(env: Mapping[str, str], name: str) -> Path:
    return file_of(env).parent / "tokens" / name


def _parse(text: str, file: Path) -> Contexts:
    import tomllib  # noqa: PLC0415 - only where there is a file

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(file, f"it is no TOML: {error}") from None
    _refuse_unknown(content, TOP, file, "")
    current, tables = content.get("current", ""), content.get("contexts", {})
    if not isinstance(current, str) or not isinstance(tables, dict):
        raise _wrong(file, "`current` is a text and `contexts` a table")
    known = {}
    for name, table in tables.items():
        if not isinstance(table, dict) or not isinstance(table.get("daemon"), str):
            raise _wrong(file, f'context "{name}" has no `daemon`, such as "unix:/run/user/1000/oodaemon.sock"')
        _refuse_unknown(table, KEYS, file, f'context "{name}": ')
        if wrong := [key for key in FILES if not isinstance(table.get(key, ""), str)]:
            raise _wrong(file, f'context "{name}": {wrong[0]} is the path of a file')
        known[name] = Context(name, table["daemon"], **{key: table[key] for key in FILES if key in table})
    found = Contexts(file, current, known)
    if current:
        found.get(current, source=f"{file}: current")
    return found


def _refuse_unknown(content: Mapping[str, Any], known: tuple[str, ...], file: Path, where: str) -> None:
    for name in content:
        if name not in known:
            from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

            near = get_close_matches(name, known, n=1)
            raise _wrong(file, f"{where}there is no setting {name!r}" + (f"; did you mean {near[0]}?" if near else ""))


def _wrong(file: Path, reason: str) -> ClientError:
    return ClientError(f"{file}: {reason}", ExitStatus.USAGE, hint="mend the file, or name another one with OOCTL_CONFIG")


def _for_change(env: Mapping[str, str]) -> tuple[Contexts, list[str]]:
    file = file_of(env)
    if not file.exists():
        return Contexts(file), PREAMBLE.splitlines()
    return load(env), file.read_text("utf-8").splitlines()


def _with_current(lines: list[str], name: str) -> list[str]:
    first_table = next((place for place, line in enumerate(lines) if _TABLE.match(line)), len(lines))
    head = [line for line in lines[:first_table] if not _CURRENT.match(line)]
    while head and not head[-1].strip():
        head.pop()
    return [*head, *([f"current = {_quoted(name)}"] if name else []), "", *lines[first_table:]]


def _without_table(lines: list[str], name: str) -> list[str]:
    header = re.compile(rf"""^\s*\[\s*contexts\s*\.\s*["']?{re.escape(name)}["']?\s*\]""")
    kept, is_inside = [], False
    for line in lines:
        if _TABLE.match(line):
            is_inside = header.match(line) is not None
        if not is_inside:
            kept.append(line)
    return kept


def _save(wanted: Contexts, lines: list[str]) -> Contexts:
    """Write the file when it then says what is wanted, and nothing otherwise: it may be written in a way that is not ours."""
    text = "\n".join(lines).strip("\n") + "\n"
    try:
        is_right = _parse(text, wanted.file) == wanted
    except ClientError:
        is_right = False
    if not is_right:
        raise ClientError(
            f"{wanted.file} is written in a way that cannot be changed line by line; change it with an editor", ExitStatus.FAILED
        )
    try:
        _replace(wanted.file, text)
    except OSError as error:
        raise ClientError(f"{wanted.file} cannot be written: {error.strerror}", ExitStatus.FAILED) from None
    return wanted


def _replace(file: Path, text: str) -> None:
    import secrets  # noqa: PLC0415 - only to write

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        beside.replace(file)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _quoted(text: str) -> str:
    """A basic string of TOML; an address has no control characters, but a user may type anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'

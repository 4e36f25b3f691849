"""Where settings come from: flags, environment, the service manager's credentials, config.toml. The first that names one wins."""

import difflib
import os
import stat
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

APP = "oodaemon"
PREFIX = "OODAEMON_"
ACCOUNT = {"OO_EMAIL": "email", "OO_PASSWORD": "password"}
CREDENTIALS = {"oo_email": "email", "oo_password": "password"}
"""Names of systemd credentials, see systemd.exec(5), and what each sets."""
CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was given, where each came from in words for people, and what is wrong, one line each."""

    given: Mapping[str, Any]
    origins: Mapping[str, str]
    problems: list[str] = field(default_factory=list)


def gather(flags: Mapping[str, Any], environ: Mapping[str, str], settable: Collection[str]) -> Gathered:
    """Read every source. `settable` are the names of settings, without those of the account. Raises nothing."""
    problems: list[str] = []
    config = _read_config(environ, settable, problems)
    credentials = _read_credentials(environ, problems)
    from_env = _read_environment(environ, settable, problems)
    place = config_file(environ)
    origins = {
        **{name: f"{place}: {name}" for name in config},
        **{name: f"systemd credential {key}" for key, name in CREDENTIALS.items() if name in credentials},
        **{name: variable(name) for name in from_env},
        **{name: "--" + name.replace("_", "-") for name in flags},
    }
    return Gathered({**config, **credentials, **from_env, **flags}, origins, problems)


def config_file(environ: Mapping[str, str]) -> Path:
    """The file that is read: OODAEMON_CONFIG, else config.toml in the user's folder of configurations."""
    named = environ.get(f"{PREFIX}CONFIG")
    return Path(named) if named else platformdirs.user_config_path(APP) / "config.toml"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return next((key for key, value in ACCOUNT.items() if value == name), f"{PREFIX}{name.upper()}")


def loose_password(environ: Mapping[str, str]) -> str:
    """A sentence when the file holds a password and others may read it; else an empty text."""
    file = config_file(environ)
    try:
        mode = file.stat().st_mode
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    if not mode & GROUP_AND_OTHERS:
        return ""
    if "password" in content:
        return f"{file} holds a password and others may read it; run chmod 600 {file}, or better `ooctl login`"
    return f"{file} holds notify_secret and others may read it; run chmod 600 {file}" if "notify_secret" in content else ""


def _read_config(environ: Mapping[str, str], settable: Collection[str], problems: list[str]) -> dict[str, Any]:
    named, file = environ.get(f"{PREFIX}CONFIG"), config_file(environ)
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        if named:
            problems.append(f"{PREFIX}CONFIG: there is no file {file}")
        return {}
    except OSError as error:
        problems.append(f"{file}: cannot be read: {error.strerror}")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{file}: is no TOML: {error}")
        return {}
    known = [*settable, *ACCOUNT.values()]
    problems += [f"{file}: there is no setting {name!r}{_near(name, known)}" for name in content if name not in known]
    return {name: value for name, value in content.items() if name in known}


def _read_credentials(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    folder = environ.get(CREDENTIALS_DIRECTORY)
    found: dict[str, str] = {}
    for key, name in CREDENTIALS.items() if folder else ():
        file = Path(str(folder)) / key
        try:
            found[name] = file.read_text("utf-8").rstrip("\r\n")
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(f"{file}: cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            problems.append(f"{file}: is no text in UTF-8")
    return found


def _read_environment(environ: Mapping[str, str], settable: Collection[str], problems: list[str]) -> dict[str, Any]:
    ours = {key: value for key, value in environ.items() if key.startswith(PREFIX) and key != f"{PREFIX}CONFIG" and value}
    settings = {name: value for key, value in ours.items() if (name := key.removeprefix(PREFIX).lower()) in settable}
    unknown = [key for key in ours if key.removeprefix(PREFIX).lower() not in settable]
    variables = [*(variable(name) for name in settable), *ACCOUNT]
    problems += [f"{key}: there is no such setting{_near(key, variables)}" for key in unknown]
    return {**settings, **{name: environ[key] for key, name in ACCOUNT.items() if environ.get(key)}}


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


def forget_secrets(environ: "os._Environ[str]") -> None:
    """Take what leads to secrets out of the environment, so that no browser or driver inherits it.

    With DEBUG=pw:... the driver writes every text that is typed to standard error.
    """
    for name in ("OO_PASSWORD", "OODAEMON_NOTIFY_SECRET", "OOCTL_TOKEN", CREDENTIALS_DIRECTORY, "DEBUG", "DEBUG_FILE", "PWDEBUG"):
        environ.pop(name, None)

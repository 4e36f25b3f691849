"""Settings: flags over environment over config.toml, strictly checked, every error at once."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from oodaemon.analysis import scoring
from oodaemon.dispatch.pace import MANNERS, Manners, Pace
from oodaemon.errors import ConfigurationError
from oodaemon.rpc.address import SOCKET_NAME, Address, is_loopback, parse

APP = "oodaemon"
PREFIX = "OODAEMON_"
ACCOUNT = {"OO_EMAIL": "email", "OO_PASSWORD": "password"}
OFF = "off"


class Settings(BaseModel):
    """What a user can set. `state_dir`, `listen` and `base_url` are filled in by `load`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state_dir: Path
    base_url: str = "https://optionomega.com"
    browsers: int = Field(default=2, ge=1, le=16)
    headless: bool = True
    listen: str = ""
    http: str = "127.0.0.1:9464"
    pace: Pace = Pace.POLITE
    practice: bool = False
    min_seconds_between_runs: float | None = Field(default=None, ge=0, le=3600, allow_inf_nan=False)
    max_runs_per_minute: int | None = Field(default=None, ge=1, le=600)
    ease_off: bool = True
    min_free_mib: int = Field(default=1024, ge=0)
    chromium: str = ""
    recordings: Path | None = None
    # Evidence of failed attempts.
    trace: bool = False
    evidence_max_mb: int = Field(default=256, ge=1, le=100_000)
    # What is kept of the past, and for how many hours what is known of a saved test counts without looking at it again.
    cache_trust: float = Field(default=24, ge=0, le=24 * 30, allow_inf_nan=False)
    keep_events_days: int = Field(default=30, ge=1)
    backups_kept: int = Field(default=7, ge=0)
    # The end of the daemon, and of its browsers.
    drain: float = Field(default=20, ge=0, le=3600)
    recycle_tasks: int = Field(default=1000, ge=1)
    recycle_hours: float = Field(default=12, gt=0)
    recycle_mib: int = Field(default=3000, ge=200)
    watchdog_exit: bool = False
    # What a recommendation weighs, by goal and figure, where it is not the usual.
    recommend: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    # The account.
    email: str = ""
    password: SecretStr = SecretStr("")

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"{value!r} is no web address; it looks like https://optionomega.com")
        return value.rstrip("/")

    @field_validator("state_dir", "recordings")
    @classmethod
    def _is_at_home(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser().absolute()
        except RuntimeError:
            raise ValueError(f"{str(value)!r} names a home folder that is not known") from None

    @field_validator("http")
    @classmethod
    def _is_http_address(cls, value: str) -> str:
        if value != OFF:
            _host_port(value)
        return value

    @field_validator("listen")
    @classmethod
    def _is_listen_address(cls, value: str) -> str:
        try:
            if value:
                parse(value)
        except ConfigurationError as error:
            raise ValueError(error.problems[0].removeprefix("listen: ")) from None
        return value

    @field_validator("recommend", mode="before")
    @classmethod
    def _are_weights(cls, value: object) -> Mapping[str, Mapping[str, float]]:
        return scoring.read_weights(value)

    @property
    def manners(self) -> Manners:
        """Those of the pace, but for what is set. A real site is always eased off."""
        usual = MANNERS[self.pace]
        between, per_minute = self.min_seconds_between_runs, self.max_runs_per_minute
        return replace(
            usual,
            between_runs=usual.between_runs if between is None else between,
            per_minute=usual.per_minute if per_minute is None else per_minute,
            eases_off=self.ease_off or self.pace is not Pace.FAST,
        )

    @property
    def address(self) -> Address:
        """Where the service listens."""
        return parse(self.listen)

    @property
    def http_address(self) -> tuple[str, int] | None:
        """Host and port of the HTTP endpoint; None when it is off."""
        return None if self.http == OFF else _host_port(self.http)

    @property
    def has_account(self) -> bool:
        """True when both credentials are set."""
        return bool(self.email and self.password.get_secret_value())

    def with_defaults(self, environ: Mapping[str, str], *, is_state_dir_given: bool) -> Self:
        """Fill in what depends on other settings. The practice store is kept apart from the real one unless a folder is named."""
        return self.model_copy(
            update={
                "listen": self.listen or f"unix:{_default_socket(environ, self.state_dir, is_state_dir_given=is_state_dir_given)}",
                "state_dir": self.state_dir / "practice" if self.practice and not is_state_dir_given else self.state_dir,
                "pace": Pace.FAST if self.practice and "pace" not in self.model_fields_set else self.pace,
            }
        )


def load(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The effective settings. `flags` holds only those that were given. Raises ConfigurationError with one line a problem."""
    problems: list[str] = []
    config, from_env = _read_config(environ, problems), _read_environment(environ, problems)
    given: dict[str, Any] = {**config, **from_env, **flags}
    origins = {
        **{name: f"{_config_file(environ)}: {name}" for name in config},
        **{name: _variable(name) for name in from_env},
        **{name: "--" + name.replace("_", "-") for name in flags},
    }
    default_state = platformdirs.user_state_path(APP)
    settings: Settings | None = None
    try:
        settings = Settings(**{"state_dir": default_state, **given})
    except ValidationError as error:
        problems += [_problem(dict(detail), origins) for detail in error.errors()]
    if problems or settings is None:
        raise ConfigurationError(problems)
    return settings.with_defaults(environ, is_state_dir_given="state_dir" in given)


def _read_config(environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    named, file = environ.get(f"{PREFIX}CONFIG"), _config_file(environ)
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
    return _known(content, str(file), problems)


def _config_file(environ: Mapping[str, str]) -> Path:
    named = environ.get(f"{PREFIX}CONFIG")
    return Path(named) if named else platformdirs.user_config_path(APP) / "config.toml"


def _read_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    ours = {key: value for key, value in environ.items() if key.startswith(PREFIX) and key != f"{PREFIX}CONFIG" and value}
    settings = {name: value for key, value in ours.items() if (name := key.removeprefix(PREFIX).lower()) in _settable()}
    unknown = [key for key in ours if key.removeprefix(PREFIX).lower() not in _settable()]
    problems += [
        f"{key}: there is no such setting{_near(key, [*(_variable(name) for name in _settable()), *ACCOUNT])}" for key in unknown
    ]
    return {**settings, **{name: environ[key] for key, name in ACCOUNT.items() if environ.get(key)}}


def _known(content: Mapping[str, Any], place: str, problems: list[str]) -> dict[str, Any]:
    known = [*_settable(), *ACCOUNT.values()]
    problems += [f"{place}: there is no setting {name!r}{_near(name, known)}" for name in content if name not in known]
    return {name: value for name, value in content.items() if name in known}


def _settable() -> list[str]:
    return [name for name in Settings.model_fields if name not in ACCOUNT.values()]


def _variable(name: str) -> str:
    return next((key for key, value in ACCOUNT.items() if value == name), f"{PREFIX}{name.upper()}")


def _near(name: str, known: list[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


def _problem(detail: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    name = str(detail["loc"][0])
    message = str(detail["msg"]).removeprefix("Value error, ")
    is_said = name == "password" or repr(detail["input"]) in message
    shown = "" if is_said else f" (it is {detail['input']!r})"
    return f"{origins.get(name, name)}: {message[0].lower()}{message[1:]}{shown}"


def _host_port(value: str) -> tuple[str, int]:
    host, colon, port = value.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"{value!r} is neither HOST:PORT nor off")
    if not is_loopback(host):
        raise ValueError(f"{host} is reachable from other machines; only loopback addresses are supported")
    return host.strip("[]"), int(port)


def _default_socket(environ: Mapping[str, str], state_dir: Path, *, is_state_dir_given: bool) -> Path:
    runtime = environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / SOCKET_NAME if runtime and not is_state_dir_given else state_dir / SOCKET_NAME


def forget_password(environ: "os._Environ[str]") -> None:
    """Take the password out of the environment, so that no browser or driver inherits it; and what would make a driver tell it.

    With DEBUG=pw:... the driver writes every text that is typed to standard error.
    """
    for name in ("OO_PASSWORD", "DEBUG", "DEBUG_FILE", "PWDEBUG"):
        environ.pop(name, None)

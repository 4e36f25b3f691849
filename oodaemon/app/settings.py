"""Settings: flags over environment over systemd credentials over config.toml, strictly checked, every error at once."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator

from oodaemon.analysis import scoring
from oodaemon.app.outward import check_webhook, made_certificate, unmet, unsigned, words
from oodaemon.app.sources import ACCOUNT, APP, config_file, forget_secrets, gather
from oodaemon.dispatch.pace import MANNERS, Manners, Pace
from oodaemon.errors import ConfigurationError
from oodaemon.model.notices import Topic
from oodaemon.model.tasks import HELD_AT_ONCE
from oodaemon.rpc.address import SOCKET_NAME, Address, is_loopback, parse, parse_tcp
from oodaemon.vault.sealed import key_file

OFF = "off"
SECRETS = ("password", "notify_secret")
"""Settings whose values are shown nowhere."""


class Settings(BaseModel):
    """What a user can set. `state_dir`, `listen` and `base_url` are filled in by `load`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state_dir: Path
    base_url: str = "https://optionomega.com"
    browsers: int = Field(default=2, ge=1, le=16)
    pages: int = Field(default=6, ge=1, le=HELD_AT_ONCE)
    headless: bool = True
    listen: str = ""
    listen_tcp: str = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    http: str = "127.0.0.1:9464"
    console: str = "127.0.0.1:9465"
    console_reading: Literal["open", "session"] = "open"
    pace: Pace = Pace.POLITE
    practice: bool = False
    min_seconds_between_runs: float | None = Field(default=None, ge=0, le=3600, allow_inf_nan=False)
    max_runs_per_minute: int | None = Field(default=None, ge=1, le=600)
    ease_off: bool = True
    min_free_mib: int = Field(default=1024, ge=0)
    chromium: str = ""
    recordings: Path | None = None
    block_trackers: bool = True
    # Evidence of failed attempts.
    trace: bool = False
    profile_tasks: bool = False
    evidence_max_mb: int = Field(default=256, ge=1, le=100_000)
    # What is kept of the past, and for how many hours what is known of a saved test counts without looking at it again.
    cache_trust: float = Field(default=24, ge=0, le=24 * 30, allow_inf_nan=False)
    keep_events_days: int = Field(default=30, ge=1)
    backups_kept: int = Field(default=7, ge=0)
    # The end of the daemon, and of its browsers.
    drain: float = Field(default=20, ge=0, le=3600)
    recycle_tasks: int = Field(default=1000, ge=1)
    recycle_hours: float = Field(default=12, gt=0)
    recycle_mib: int = Field(default=5000, ge=200)
    watchdog_exit: bool = False
    # Who is told of the end of runs and of what needs a person.
    notify_command: tuple[str, ...] = ()
    notify_url: str = Field(default="", repr=False)  # the path of many is a secret of its own
    notify_secret: SecretStr = SecretStr("")
    notify_on: tuple[Topic, ...] = tuple(Topic)
    # What a recommendation weighs, by goal and figure, where it is not the usual.
    recommend: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    # The account.
    account: str = Field(default="default", pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    credentials_key: Path | None = None
    email: str = ""
    password: SecretStr = SecretStr("")

    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"{value!r} is no web address; it looks like https://optionomega.com")
        return value.rstrip("/")

    @field_validator("state_dir", "recordings", "credentials_key", "tls_cert", "tls_key", "tls_client_ca")
    @classmethod
    def _is_at_home(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser().absolute()
        except RuntimeError:
            raise ValueError(f"{str(value)!r} names a home folder that is not known") from None

    @field_validator("http", "console")
    @classmethod
    def _is_http_address(cls, value: str) -> str:
        if value != OFF:
            _host_port(value)
        return value

    @field_validator("listen", "listen_tcp")
    @classmethod
    def _is_listen_address(cls, value: str, info: ValidationInfo) -> str:
        try:
            if value:
                (parse_tcp if info.field_name == "listen_tcp" else parse)(value)
        except ConfigurationError as error:
            raise ValueError(error.problems[0].removeprefix(f"{info.field_name}: ")) from None
        return value

    @field_validator("notify_command", "notify_on", mode="before")
    @classmethod
    def _are_words(cls, value: object, info: ValidationInfo) -> object:
        return words(value, splits_at_commas=info.field_name == "notify_on")

    @field_validator("notify_url")
    @classmethod
    def _is_webhook(cls, value: str) -> str:
        return check_webhook(value)

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
    def origins(self) -> Mapping[str, str]:
        """Where each setting that was given came from, by its name."""
        return self._origins

    @property
    def address(self) -> Address:
        """Where the service listens."""
        return parse(self.listen)

    @property
    def tcp_address(self) -> Address | None:
        """Where the remote listener listens; None without one."""
        return parse_tcp(self.listen_tcp) if self.listen_tcp else None

    @property
    def http_address(self) -> tuple[str, int] | None:
        """Host and port of the HTTP endpoint; None when it is off."""
        return None if self.http == OFF else _host_port(self.http)

    @property
    def console_address(self) -> tuple[str, int] | None:
        """Host and port of the web console; None when it is off."""
        return None if self.console == OFF else _host_port(self.console)

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
                **made_certificate(self.listen_tcp, self.tls_cert, self.tls_key, config_file(environ).parent),
                "credentials_key": self.credentials_key or key_file(environ, config_file(environ).parent),
                "pace": Pace.FAST if self.practice and "pace" not in self.model_fields_set else self.pace,
            }
        )


def load(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The effective settings. `flags` holds only those that were given. Raises ConfigurationError with one line a problem."""
    return read(flags, environ)[0]


def read(flags: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[Settings, Mapping[str, str]]:
    """As `load`, and beside it where each setting that was given came from, by its name."""
    found = gather(flags, environ, settable())
    problems = list(found.problems)
    settings: Settings | None = None
    try:
        settings = Settings(**{"state_dir": platformdirs.user_state_path(APP), **found.given})
    except ValidationError as error:
        problems += [_problem(dict(detail), found.origins) for detail in error.errors()]
    if settings is not None:
        settings = settings.with_defaults(environ, is_state_dir_given="state_dir" in found.given)
        problems += unmet(settings.listen_tcp, settings.tls_cert, settings.tls_key)
        problems += unsigned(settings.notify_url, settings.notify_secret.get_secret_value())
    if problems or settings is None:
        raise ConfigurationError(problems)
    settings._origins = found.origins
    return settings, found.origins


def settable() -> list[str]:
    """The names of all settings but those of the account."""
    return [name for name in Settings.model_fields if name not in ACCOUNT.values()]


def _problem(detail: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    name = str(detail["loc"][0])
    message = str(detail["msg"]).removeprefix("Value error, ")
    is_said = name in SECRETS or name == "notify_url" or repr(detail["input"]) in message
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
    """See `sources.forget_secrets`."""
    forget_secrets(environ)

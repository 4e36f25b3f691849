"""What is configured: every setting with its value, where it came from and what it means; secrets masked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from oodaemon.app.accounts import key_of, vault_of
from oodaemon.app.outward import without_path
from oodaemon.app.settings import SECRETS, Settings, read
from oodaemon.app.sources import config_file, loose_password, variable
from oodaemon.vault.account import Place, Unkept, masked

MASK = "********"
DEFAULT, PRACTICE = "default", "default of --practice"
MEANINGS: Mapping[str, str] = {
    "state_dir": "Folder of the store, its backups, evidence and sessions.",
    "base_url": "Address of the site.",
    "browsers": "How many browsers work at once, 1 to 16.",
    "pages": "How many pages of a browser take turns at most, 1 to 8: one asks the site, others prove or fill.",
    "headless": "Browsers without a window; false lets a person answer a CAPTCHA.",
    "listen": "Where clients connect: unix:PATH. If not set, in a state folder that is named, else in XDG_RUNTIME_DIR.",
    "listen_tcp": "HOST:PORT for clients on other machines, beside the socket; with TLS and tokens only.",
    "tls_cert": "Certificate of listen_tcp, PEM; that of `oodaemon cert make` if not set. Read again when it changes.",
    "tls_key": "Key of that certificate, PEM, for this user alone.",
    "tls_client_ca": "Authority of the clients' certificates, PEM; when set, clients must have one.",
    "notify_command": "Program to run when there is something to tell, as a list of words; no shell.",
    "notify_url": "Web address to tell; https, or http on this machine.",
    "notify_secret": "Secret that what is sent there is signed with.",
    "notify_on": "What is told: run_ended, attention, recovered.",
    "http": "HOST:PORT for /metrics, or off.",
    "console": "HOST:PORT of the web console, or off; loopback only.",
    "console_reading": "open lets every user of this machine read the console; session asks for the link of `ooctl console` first.",
    "pace": "polite or fast; fast is for practice sites.",
    "ease_off": "Slower after trouble; false is for practice sites that have trouble on purpose, and only heeded with pace fast.",
    "practice": "Drive a practice site that comes with the daemon.",
    "min_seconds_between_runs": "Least seconds between two backtests of the account; that of the pace if not set.",
    "max_runs_per_minute": "Most backtests in any 60 s; that of the pace if not set.",
    "min_free_mib": "MiB that must be free below the state folder; with less nothing new begins.",
    "chromium": "Program to start as browser; the one found if empty.",
    "recordings": "Folder with the recordings of the site; those that came with the daemon if not set.",
    "block_trackers": "Browsers do not ask the trackers and font hosts of blocked_hosts.json in the recordings.",
    "trace": "Keep Playwright's trace of failed attempts; slower.",
    "profile_tasks": "Say on stdout where the time of each attempt went.",
    "evidence_max_mb": "MiB of evidence of failed attempts to keep.",
    "keep_events_days": "Days after which the events of a run at rest give way to a summary.",
    "backups_kept": "How many daily backups are kept; 0 makes none.",
    "drain": "Seconds that what is in flight may take after the first signal.",
    "recycle_tasks": "A browser is replaced after so many tasks.",
    "recycle_hours": "A browser is replaced after so many hours.",
    "recycle_mib": "A browser is replaced when its processes hold so many MiB.",
    "watchdog_exit": "Without systemd: end with 71 when the daemon does not work, for another supervisor to start it again.",
    "cache_trust": "Hours for which what is known of a saved test counts without a new look, before earlier results are taken.",
    "recommend": "What a recommendation weighs, by goal and figure, where it is not the usual; tables in the file.",
    "account": "Which account of `ooctl login` to use.",
    "credentials_key": "Key of the encrypted file of `ooctl login --store file`.",
    "email": "E-mail address of the account, better given by `ooctl login`.",
    "password": "Password of the account, better given by `ooctl login`.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting. `value` is what a TOML file could say, None where nothing is set; a secret is masked."""

    name: str
    value: Any
    origin: str
    meaning: str


def entries(flags: Mapping[str, Any], environ: Mapping[str, str]) -> list[Entry]:
    """Every setting as it is in effect. Raises ConfigurationError. Asks no keyring: what is kept there is only named."""
    return in_effect(*read(flags, environ))


def in_effect(settings: Settings, origins: Mapping[str, str]) -> list[Entry]:
    """As `entries`, of settings that are known."""
    found = []
    for name in Settings.model_fields:
        value = _plain(getattr(settings, name))
        if name == "notify_url" and value:
            value = without_path(value)
        found.append(Entry(name, value, _origin(name, settings, origins), MEANINGS.get(name, "")))
    return _with_account(found, settings)


def warnings(environ: Mapping[str, str]) -> list[str]:
    """What is not wrong and should be otherwise; a sentence each."""
    return [text for text in (loose_password(environ),) if text]


def as_record(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    return {"name": entry.name, "value": entry.value, "origin": entry.origin, "variable": variable(entry.name)}


def as_lines(found: list[Entry]) -> Iterator[str]:
    """The entries as rows: name, value, origin."""
    shown = [(entry.name, as_text(entry), entry.origin) for entry in found]
    widths = [max(len(row[place]) for row in shown) for place in (0, 1)]
    for name, value, origin in shown:
        yield f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}".rstrip()


def example(environ: Mapping[str, str]) -> Iterator[str]:
    """A config.toml that says what every setting means and what it is without being set; all of it commented out."""
    yield f"# Settings of oodaemon: {config_file(environ)}, or the file that OODAEMON_CONFIG names."
    yield "# A flag of `oodaemon run` wins over the environment (OODAEMON_BROWSERS=3), that over this file."
    for name, told in Settings.model_fields.items():
        if name in ("email", *SECRETS):
            continue
        value = _plain(told.get_default(call_default_factory=True)) if not told.is_required() else None
        yield ""
        yield f"# {MEANINGS.get(name, '')}".rstrip()
        yield f"# {name} = {_toml(value)}" if value not in (None, "") else f"# {name} ="
    yield ""
    yield "# The account is given by `ooctl login`, by OO_EMAIL and OO_PASSWORD, or systemd credentials oo_email and oo_password."


def _origin(name: str, settings: Settings, origins: Mapping[str, str]) -> str:
    if name in origins:
        return origins[name]
    return PRACTICE if settings.practice and name in ("pace", "state_dir") else DEFAULT


def _with_account(found: list[Entry], settings: Settings) -> list[Entry]:
    """Where `ooctl login` kept the account, if no setting names one."""
    if settings.email or settings.password.get_secret_value():
        return found
    try:
        kept = vault_of(settings).find(key_of(settings))
    except Unkept as error:
        return [Entry(e.name, e.value, f"unknown: {error}", e.meaning) if e.name in ("email", "password") else e for e in found]
    if kept is None:
        return found
    origin = f"ooctl login: {'keyring' if kept.place is Place.KEYRING else 'encrypted file'}, account {kept.key.name}"
    values = {"email": kept.address, "password": MASK}
    return [Entry(e.name, values[e.name], origin, e.meaning) if e.name in values else e for e in found]


def as_text(entry: Entry) -> str:
    """The value of an entry as a file would say it; a dash for none."""
    return "-" if entry.value is None else _toml(entry.value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a setting can be
    match value:
        case SecretStr():
            return MASK if value.get_secret_value() else None
        case Path():
            return str(value)
        case tuple():
            return [str(each) for each in value] or None
        case str():
            return (masked(value) if "@" in value and "://" not in value else str(value)) or None
        case _:
            return value


def _toml(value: Any) -> str:  # noqa: ANN401 - whatever a setting can be
    """As a TOML file would say it: for numbers, truth values and texts JSON and TOML agree."""
    return json.dumps(value, ensure_ascii=False)

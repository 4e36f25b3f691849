"""Signed-in sessions between two starts: one file an account, mode 0600, without anything that tells the account itself."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from oodaemon.failures.redaction import Redaction
from oodaemon.vault import private
from oodaemon.vault.account import Key

FOLDER = "sessions"

log = structlog.get_logger()


class SessionFile:
    """Where the signed-in state of one account is kept. Whatever is wrong with it costs a sign-in, never more."""

    def __init__(self, state_dir: Path, key: Key) -> None:
        self.path = state_dir / FOLDER / f"{key.name}.json"
        self._site = key.site

    def load(self, email: str) -> Mapping[str, Any] | None:
        """The state that was kept for this site and address; None when there is none that can be used."""
        try:
            content = private.read(self.path)
            kept = json.loads(content) if content else {}
            if kept.get("site") == self._site and kept.get("of") == _digest(self._site, email):
                storage = kept["storage"]
                return storage if isinstance(storage, dict) else None
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
            log.warning("the kept session cannot be read; signing in again", file=str(self.path), reason=str(error))
        return None

    def save(self, email: str, storage: Mapping[str, Any], redaction: Redaction) -> None:
        """Keep it, but for what holds a secret of the account: a site may put the address into its own storage."""
        clean = _without_secrets(storage, redaction)
        if _tells(clean, redaction, is_whole=True):
            clean = {"cookies": clean.get("cookies", []), "origins": []}
        kept = {"site": self._site, "of": _digest(self._site, email), "storage": clean}
        try:
            private.write(self.path, json.dumps(kept, ensure_ascii=False).encode())
        except OSError as error:
            log.warning("the session cannot be kept; the next start signs in again", file=str(self.path), reason=error.strerror)

    def forget(self) -> bool:
        """True when there was one."""
        try:
            return private.remove(self.path)
        except OSError as error:
            log.warning("the kept session cannot be removed", file=str(self.path), reason=error.strerror)
            return False


def _digest(site: str, email: str) -> str:
    return hashlib.sha256(f"{site}\n{email.casefold()}".encode()).hexdigest()[:16]


def _without_secrets(value: Any, redaction: Redaction) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same without list entries (cookies, items of a storage, records of a database) in which a secret stands."""
    if isinstance(value, Mapping):
        return {name: _without_secrets(inner, redaction) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(each, redaction) for each in value if not _tells(each, redaction)]
    return value


def _tells(value: Any, redaction: Redaction, *, is_whole: bool = False) -> bool:  # noqa: ANN401 - as above
    """True for an entry that would have to be left out: a name and a value, or a record; not for an origin with its entries."""
    if not is_whole and isinstance(value, Mapping) and any(isinstance(inner, list) for inner in value.values()):
        return False
    text = json.dumps(value, ensure_ascii=False)
    return redaction.literal(text) != text

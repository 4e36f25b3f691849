"""The encrypted file: AES-256-GCM, with a key that lies elsewhere. For machines without a keyring, and only when asked for.

The key is the credential `oodaemon_key` of the service manager, else a file of its own beside the configuration. So a copy of the
state folder (a backup, a shared disk) tells nothing. Whoever may read all files of this user can read the account too.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from pathlib import Path

from oodaemon.vault import private
from oodaemon.vault.account import Key, Login, Unkept

MAGIC = b"oodaemon-sealed-1\n"
KEY_BYTES, NONCE_BYTES = 32, 12
CREDENTIAL, KEY_NAME = "oodaemon_key", "credentials.key"


def key_file(environ: Mapping[str, str], config_folder: Path) -> Path:
    """Where the key is, or will be."""
    given = environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(given) / CREDENTIAL if given else None
    return credential if credential is not None and credential.is_file() else config_folder / KEY_NAME


def seal(file: Path, key: Key, login: Login, *, with_key: Path) -> None:
    """Write the account into an encrypted file; a key is made if there is none yet. Raises Unkept."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow, and rarely needed

    nonce = secrets.token_bytes(NONCE_BYTES)
    try:
        box = AESGCM(_read_key(with_key) or _make_key(with_key))
        private.write(file, MAGIC + nonce + box.encrypt(nonce, login.to_bytes(), _context(key)))
    except OSError as error:
        raise Unkept(f"{error.filename or file} cannot be written: {error.strerror}") from error


def unseal(file: Path, key: Key, *, with_key: Path) -> Login | None:
    """The account in the file; None when there is no file. Raises Unkept."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    again = "sign in again with `ooctl login --store file`"
    try:
        content = private.read(file)
        if content is None:
            return None
        secret = _read_key(with_key)
    except OSError as error:
        raise Unkept(f"{error.filename or file} cannot be read: {error.strerror}") from error
    if secret is None:
        raise Unkept(f"the key {with_key} of {file} is gone; {again}")
    if not content.startswith(MAGIC):
        raise Unkept(f"{file} is no sealed account; {again}")
    sealed = content.removeprefix(MAGIC)
    try:
        return Login.from_bytes(AESGCM(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(key)))
    except (InvalidTag, ValueError):
        raise Unkept(f"{file} was not sealed with {with_key} for this account and site, or was changed; {again}") from None


def _context(key: Key) -> bytes:
    """A file that is moved to another account or site does not open."""
    return f"{key.site}\n{key.name}".encode()


def _make_key(file: Path) -> bytes:
    secret = secrets.token_bytes(KEY_BYTES)
    private.write(file, base64.b64encode(secret) + b"\n")
    return secret


def _read_key(file: Path) -> bytes | None:
    content = private.read(file)
    if content is None:
        return None
    try:
        secret = base64.b64decode(content.strip(), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Unkept(f"{file} is no key; it holds {KEY_BYTES} random bytes in base64")
    return secret

"""Settings that lead out of this machine: what they may be, and what they need of each other."""

import json
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oodaemon.rpc.address import is_loopback

FOLDER, CERT, KEY = "tls", "cert.pem", "key.pem"
"""Where `oodaemon cert make` puts what it makes, below the folder of the configuration."""


def made_certificate(listen_tcp: str, cert: Path | None, key: Path | None, configuration: Path) -> dict[str, Any]:
    """The settings of the certificate that `oodaemon cert make` made, where a listener has none named and there is one."""
    folder = configuration / FOLDER
    if not listen_tcp or cert is not None or key is not None or not (folder / CERT).exists():
        return {}
    return {"tls_cert": folder / CERT, "tls_key": folder / KEY}


def unmet(listen_tcp: str, cert: Path | None, key: Path | None) -> list[str]:
    """What a listener on the network lacks, a sentence each."""
    if not listen_tcp:
        return []
    missing = [name for name, file in (("tls_cert", cert), ("tls_key", key)) if file is None]
    told = "the network is only listened to with a certificate; `oodaemon cert make` makes one"
    return [f"listen_tcp: {' and '.join(missing)} not set: {told}"] if missing else []


def words(value: object, *, splits_at_commas: bool) -> object:
    """A list that may be given as one text: as JSON, with commas, or as a shell would split it (no shell is ever asked)."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [word.strip() for word in value.split(",") if word.strip()] if splits_at_commas else shlex.split(value)


def check_webhook(url: str) -> str:
    """The address of a webhook. Raises ValueError for one that is none, or that would tell everybody on the way."""
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is no web address; it looks like https://hooks.example/oodaemon")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("it is not https; what is sent there in the clear could be read and changed on the way")
    return url


def unsigned(url: str, secret: str) -> list[str]:
    """What a webhook lacks, a sentence each."""
    if not url or secret:
        return []
    return ["notify_url: notify_secret is not set: the receiver could not tell our messages from those of others"]


def without_path(url: str) -> str:
    """An address as it may be shown: what comes after the host is often a secret of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/..." if parts.hostname else ""

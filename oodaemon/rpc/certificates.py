"""Certificates of the remote listener: read, checked, and read again when their files change."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import structlog

from oodaemon.errors import ConfigurationError

log = structlog.get_logger()

ALPN = "h2"


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Certificate and key of the daemon in PEM, and the authority of its clients, if they must have certificates too."""

    cert: Path
    key: Path
    client_ca: Path | None = None

    def all(self) -> tuple[Path, ...]:
        """The files there are."""
        return tuple(file for file in (self.cert, self.key, self.client_ca) if file is not None)


def read(files: CertificateFiles) -> ssl.SSLContext:
    """What TLS needs to know of them. Raises ConfigurationError with one sentence."""
    for name, file in (("tls_cert", files.cert), ("tls_key", files.key), ("tls_client_ca", files.client_ca)):
        if file is not None:
            _check(name, file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([ALPN])
    try:
        context.load_cert_chain(files.cert, files.key, password=_no_password)
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise ConfigurationError([f"tls_cert: {files.cert} and {files.key} cannot be used: {reason}"]) from error
    if files.client_ca is not None:
        try:
            context.load_verify_locations(files.client_ca)
        except (ssl.SSLError, OSError) as error:
            raise ConfigurationError([f"tls_client_ca: {files.client_ca} holds no certificate in PEM"]) from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _check(name: str, file: Path) -> None:
    try:
        mode = file.stat().st_mode
        file.open("rb").close()
    except OSError as error:
        raise ConfigurationError([f"{name}: {file} cannot be read: {error.strerror}; `oodaemon cert make` makes one"]) from error
    if name == "tls_key" and mode & 0o077:
        raise ConfigurationError([f"tls_key: {file} may be read by others; run chmod 600 {file}"])


def _no_password() -> bytes:
    raise ValueError("the key is encrypted, and a daemon has nobody to ask for its password")


class Certificates:
    """The context for the next connection. Files that change are read again; those that are wrong then leave it as it was."""

    def __init__(self, files: CertificateFiles) -> None:
        """Raises ConfigurationError."""
        self._files = files
        self._stamp = self._look()
        self._context = read(files)

    def context(self) -> ssl.SSLContext:
        """For a connection that begins now."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._context = read(self._files)
                log.info("the certificate was read again", file=str(self._files.cert))
            except ConfigurationError as error:
                log.error("the changed certificate cannot be used; the one of before stays", reason=str(error))
        return self._context

    def _look(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stamp(file) for file in self._files.all())


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

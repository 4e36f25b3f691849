"""`oodaemon cert make`: a certificate of one's own, for a daemon that is reached over the network."""

import datetime
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oodaemon.app.outward import CERT, KEY
from oodaemon.errors import ConfigurationError
from oodaemon.vault import private

if TYPE_CHECKING:
    from cryptography import x509

DAYS = 825
"""The longest validity of a certificate that all systems accept without asking."""
EARLIER = datetime.timedelta(hours=1)
"""So much before now it begins, for clients whose clocks are behind."""
ALWAYS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, and what a person compares: the SHA-256 of the certificate, as pairs of hexadecimal digits."""

    cert: Path
    key: Path
    names: tuple[str, ...]
    until: datetime.datetime
    fingerprint: str


def make(folder: Path, names: Sequence[str], *, days: int, now: datetime.datetime, force: bool = False) -> Made:
    """Write a key (EC P-256) and a certificate for these names and those of this machine, signed by itself, mode 0600.

    Raises ConfigurationError for a name that is none, and where there is one already unless forced.
    """
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - slow, and rarely needed
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    cert_file, key_file = folder / CERT, folder / KEY
    there = [file for file in (cert_file, key_file) if file.exists()]
    if there and not force:
        told = "clients that trust it would refuse a new one"
        raise ConfigurationError([f"{there[0]} is there already, and {told}; --force replaces it, --dir chooses another folder"])
    wanted = tuple(dict.fromkeys((*names, *_own_names(), *ALWAYS)))
    until = now + datetime.timedelta(days=days)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder(wanted, now - EARLIER, until).public_key(key.public_key()).sign(key, hashes.SHA256())
    try:
        encoded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        private.write(key_file, encoded)
        private.write(cert_file, made.public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise ConfigurationError([f"{folder}: cannot be written: {error.strerror}"]) from error
    return Made(cert_file, key_file, wanted, until, made.fingerprint(hashes.SHA256()).hex(":").upper())


def days_left(cert: Path, now: datetime.datetime) -> int:
    """Whole days until a certificate ends; negative once it has. Raises OSError, ValueError."""
    from cryptography import x509  # noqa: PLC0415 - as above

    return (x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc - now).days


def _builder(names: Sequence[str], begin: datetime.datetime, end: datetime.datetime) -> "x509.CertificateBuilder":
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # noqa: PLC0415

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "oodaemon")])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )


def _name(text: str) -> "x509.GeneralName":
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        return x509.IPAddress(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        labels = text.encode("ascii").decode().removeprefix("*.").rstrip(".").split(".")
    except UnicodeEncodeError:
        labels = [""]
    if not all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels):
        raise ConfigurationError([f"--name: {text!r} is neither the name of a host nor an IP address"])
    return x509.DNSName(text.rstrip("."))


def _own_names() -> list[str]:
    """What this machine calls itself, so far as that can be in a certificate."""
    found = []
    for name in (socket.gethostname(), socket.getfqdn()):
        try:
            _name(name)
        except ConfigurationError:
            continue
        found.append(name)
    return found

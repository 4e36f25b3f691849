"""A certificate of one's own: for which names, for how long, and that none is lost."""

import datetime
import ipaddress
import socket
import ssl
import stat
from pathlib import Path

import click.testing
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from oodaemon.__main__ import cli
from oodaemon.app.certificate import days_left, make
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError
from oodaemon.rpc.certificates import CertificateFiles, Certificates, read

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def test_what_is_in_it(tmp_path: Path) -> None:
    made = make(tmp_path / "tls", ["office.example", "192.168.1.20", "[2001:db8::1]"], days=90, now=NOW)
    found = x509.load_pem_x509_certificate(made.cert.read_bytes())
    key = found.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts, addresses = names.get_values_for_type(x509.DNSName), names.get_values_for_type(x509.IPAddress)
    assert {"office.example", "localhost", socket.gethostname()} <= set(hosts)
    assert {ipaddress.ip_address(each) for each in ("192.168.1.20", "2001:db8::1", "127.0.0.1", "::1")} <= set(addresses)
    assert found.not_valid_after_utc == NOW + datetime.timedelta(days=90) == made.until
    assert found.not_valid_before_utc < NOW
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert days_left(made.cert, NOW) == 90
    assert days_left(made.cert, made.until + datetime.timedelta(days=2)) == -2
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (made.cert, made.key, made.cert.parent)]
    assert modes == [0o600, 0o600, 0o700]


def test_one_that_is_there_is_not_replaced_unless_forced(tmp_path: Path) -> None:
    first = make(tmp_path, [], days=1, now=NOW)
    before = first.cert.read_bytes(), first.key.read_bytes()
    with pytest.raises(ConfigurationError, match="--force"):
        make(tmp_path, [], days=1, now=NOW)
    assert (first.cert.read_bytes(), first.key.read_bytes()) == before
    assert make(tmp_path, [], days=1, now=NOW, force=True).fingerprint != first.fingerprint


@pytest.mark.parametrize("name", ["a b", "", "a..b", "büro.example", "-", "a/b", "http://x"])
def test_what_is_no_name_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="neither the name of a host nor an IP address"):
        make(tmp_path / "tls", [name], days=1, now=NOW)
    assert not (tmp_path / "tls").exists()


def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    environ = {"OODAEMON_CONFIG": str(tmp_path / "config.toml")}
    done = click.testing.CliRunner().invoke(cli, ["cert", "make", "--name", "office.example"], env=environ)
    assert done.exit_code == 0
    assert str(tmp_path / "tls" / "cert.pem") in done.output
    assert "--address office.example:50051 --ca cert.pem --token-file" in done.output
    assert "SHA-256" in done.output
    assert "PRIVATE KEY" not in done.output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda files: files.key.unlink(), "tls_key: .* cannot be read"),
        (lambda files: files.cert.unlink(), "tls_cert: .* cannot be read"),
        (lambda files: files.key.chmod(0o640), "chmod 600"),
        (lambda files: files.cert.write_text("nothing"), "cannot be used"),
        (
            lambda files: files.key.write_bytes(make(files.key.parent / "other", [], days=1, now=utc_now()).key.read_bytes()),
            "cannot be used",
        ),
    ],
)
def test_files_that_cannot_be_used_are_one_sentence(tmp_path: Path, spoil: "object", said: str) -> None:
    made = make(tmp_path, [], days=1, now=utc_now())
    files = CertificateFiles(made.cert, made.key)
    assert read(files).minimum_version is ssl.TLSVersion.TLSv1_2
    assert callable(spoil)
    spoil(files)
    with pytest.raises(ConfigurationError, match=said) as caught:
        read(files)
    assert len(caught.value.problems) == 1


def test_the_authority_of_clients_must_be_one(tmp_path: Path) -> None:
    made = make(tmp_path, [], days=1, now=utc_now())
    empty = tmp_path / "empty.pem"
    empty.touch()
    with pytest.raises(ConfigurationError, match="tls_client_ca"):
        read(CertificateFiles(made.cert, made.key, empty))
    assert read(CertificateFiles(made.cert, made.key, made.cert)).verify_mode is ssl.CERT_REQUIRED


def test_files_that_did_not_change_are_read_once(tmp_path: Path) -> None:
    made = make(tmp_path, [], days=1, now=utc_now())
    certificates = Certificates(CertificateFiles(made.cert, made.key))
    first = certificates.context()
    assert certificates.context() is first
    make(tmp_path, [], days=1, now=utc_now(), force=True)
    assert certificates.context() is not first

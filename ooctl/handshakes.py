"""What a connection that could not be made secure means to the user; trying again would not help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from ooctl.address import Address


@dataclass(frozen=True)
class _Verdict:
    sentence: str
    status: ExitStatus
    hint: str


# gRPC tells of a failed handshake in the text of UNAVAILABLE and nowhere else. An unknown text counts as an outage.
_VERDICTS: Final = {
    "peer name": _Verdict(
        "the certificate of the daemon at {} is for another name",
        ExitStatus.DENIED,
        'use a name it holds, or make one for this name with "oodaemon cert make --name HOST"',
    ),
    "hostname verification": _Verdict(
        "the certificate of the daemon at {} is for another name",
        ExitStatus.DENIED,
        'use a name it holds, or make one for this name with "oodaemon cert make --name HOST"',
    ),
    "certificate has expired": _Verdict(
        "the certificate of the daemon at {} has expired", ExitStatus.DENIED, '"oodaemon cert make --force" there makes a new one'
    ),
    "certificate_verify_failed": _Verdict(
        "the certificate of the daemon at {} is not one that is trusted here",
        ExitStatus.DENIED,
        'give the one it has: "ooctl context add NAME --address ADDR --ca cert.pem", or OOCTL_CA',
    ),
    "wrong_version_number": _Verdict(
        "what listens at {} does not speak TLS: it is no oodaemon", ExitStatus.UNREACHABLE, "look at the address and its port"
    ),
    "certificate_required": _Verdict(
        "the daemon at {} asks for a certificate of the client",
        ExitStatus.DENIED,
        'give one: "ooctl context add NAME --address ADDR --cert cert.pem --key key.pem", or OOCTL_CERT and OOCTL_KEY',
    ),
}
_ENDED: Final = ("socket closed", "connection reset", "recvmsg", "broken pipe", "endpoint closing")


def is_hopeless(text: str) -> bool:
    """True for the text of an outage that would be the same at the next try."""
    return _found(text) is not None


def verdict(text: str, address: Address, *, debug: tuple[str, ...] = ()) -> ClientError | None:
    """What the user should read; None when no handshake is behind the text."""
    found = _found(text)
    if found is None:
        return None
    return ClientError(found.sentence.format(address), found.status, hint=found.hint, debug=debug)


def hint_of(text: str) -> str:
    """What may be behind a daemon that cannot be reached although something listens there; empty otherwise."""
    if any(mark in text.lower() for mark in _ENDED):
        return "something listens there and ended the connection: it may ask for a certificate of the client, see --cert and --key"
    return ""


def _found(text: str) -> _Verdict | None:
    lowered = text.lower()
    return next((each for mark, each in _VERDICTS.items() if mark in lowered), None)

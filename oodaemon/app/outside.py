"""What connects a daemon with other machines, made from its settings: the remote listener, and the ways of telling people."""

from pathlib import Path

from oodaemon.app.settings import Settings
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError
from oodaemon.events.watch import Journal
from oodaemon.notices.channel import Channel
from oodaemon.notices.command import Command
from oodaemon.notices.teller import Teller
from oodaemon.notices.webhook import Webhook
from oodaemon.rpc import certificates
from oodaemon.rpc.address import is_loopback
from oodaemon.rpc.certificates import CertificateFiles
from oodaemon.rpc.remote import Door
from oodaemon.store.store import Store
from oodaemon.vault.tokens import TokenBook


def door_of(settings: Settings) -> Door | None:
    """Where other machines come in; None when they do not."""
    address, beside = settings.tcp_address, settings.address.path
    if address is None:
        return None
    assert beside is not None, "the socket is always there"
    return Door(address, _files(settings), beside)


def check_door(settings: Settings, tokens: TokenBook) -> None:
    """Raise ConfigurationError for a listener that must not be: a certificate that cannot be used, or nobody who could come in."""
    address = settings.tcp_address
    if address is None:
        return
    certificates.read(_files(settings))
    if not is_loopback(address.host) and not tokens.is_any_good:
        reason = f"listen_tcp: {address} is reachable from other machines and there is no token that is good"
        advice = "start without listen_tcp, make one with `ooctl token create NAME --scope read`, then set listen_tcp again"
        raise ConfigurationError([f"{reason}; {advice}"])


def channels_of(settings: Settings) -> list[Channel]:
    """The ways of telling people that are set; none by default."""
    found: list[Channel] = []
    if settings.notify_command:
        found.append(Command(settings.notify_command))
    if settings.notify_url:
        found.append(Webhook(settings.notify_url, settings.notify_secret.get_secret_value()))
    return found


def teller_of(settings: Settings, store: Store, journal: Journal) -> Teller | None:
    """Who tells people; None when nobody wants to be told."""
    found = channels_of(settings)
    return Teller(store, journal, found, settings.notify_on, utc_now) if found and settings.notify_on else None


def _files(settings: Settings) -> CertificateFiles:
    return CertificateFiles(settings.tls_cert or Path(), settings.tls_key or Path(), settings.tls_client_ca)

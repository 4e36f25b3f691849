"""Who failed to prove who they are is heard less and less often: a bounded table, by the address they come from. Pure.

Only those who fail are kept waiting. Whoever brings a good token is let in whatever others did from the same address: guessing 256
random bits is hopeless at any speed, so what is limited is the work and the log lines that wrong ones cost.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from oodaemon.clock import MINUTES, SECONDS

FREE = 5
"""So many failures are simply told."""
FIRST, LONGEST = 1 * SECONDS, 5 * MINUTES
"""How long the next failures are refused unheard: doubled with each of them."""
FORGOTTEN = 15 * MINUTES
"""After so long without a failure an address begins anew."""
PEERS = 1024
"""Addresses that are remembered; the one that failed least recently makes room."""


@dataclass(slots=True)
class _Record:
    failures: int = 0
    failed_at: float = 0.0
    until: float = 0.0
    is_told: bool = False


class Throttle:
    """Counts failures by peer. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def refusal(self, peer: str) -> float:
        """Seconds for which failures of this peer are still refused; 0 when they are heard."""
        record = self._records.get(key_of(peer))
        return 0.0 if record is None else max(0.0, record.until - self._clock())

    def fail(self, peer: str) -> float:
        """Count a failure that was heard; the seconds for which further ones are refused, 0 for the first few."""
        now, key = self._clock(), key_of(peer)
        record = self._records.pop(key, None)
        if record is None or now - max(record.failed_at, record.until) >= FORGOTTEN:
            record = _Record()
        record.failures, record.failed_at, record.is_told = record.failures + 1, now, False
        excess = record.failures - FREE
        record.until = now + min(LONGEST, FIRST * 2.0 ** min(excess, 30)) if excess >= 0 else 0.0
        self._records[key] = record
        while len(self._records) > PEERS:
            self._records.popitem(last=False)
        return max(0.0, record.until - now)

    def is_first_refusal(self, peer: str) -> bool:
        """True once for each time that failures are refused, for who writes a log."""
        record = self._records.get(key_of(peer))
        if record is None or record.is_told:
            return False
        record.is_told = True
        return True


def key_of(peer: str) -> str:
    """Whose failures count together: an address without its port, and of IPv6 the network of 64 bits that one subscriber has."""
    host = peer.rpartition(":")[0].strip("[]") or peer
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))

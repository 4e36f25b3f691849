"""Words to the service manager: the protocol of sd_notify(3), over a datagram socket. Silent where there is no manager."""

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress

from oodaemon.clock import SECONDS

MICROSECONDS = 1_000_000


class Notifier:
    """Tells systemd how the daemon is. Takes its variables out of the environment, so that no browser speaks in our name."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._address = environ.pop("NOTIFY_SOCKET", "")
        period, pid = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
        is_ours = period.isdigit() and int(period) > 0 and pid in ("", str(os.getpid()))
        self.watchdog: float | None = int(period) / MICROSECONDS * SECONDS if is_ours and self._address else None
        """Seconds within which the manager expects a pulse; None when it expects none."""

    def send(self, **fields: str | int) -> None:
        """Send fields such as `READY=1`. Never raises: a manager that does not listen must not end the daemon."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        message = "\n".join(f"{name}={str(value).replace(chr(10), ' ')}" for name, value in fields.items())
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)  # noqa: FBT003 - as it is called
            out.sendto(message.encode(), address)

    def ready(self, status: str) -> None:
        """The daemon serves."""
        self.send(READY=1, MAINPID=os.getpid(), STATUS=status)

    def stopping(self, seconds: float) -> None:
        """The daemon ends within so many seconds."""
        self.send(STOPPING=1, STATUS="stopping", EXTEND_TIMEOUT_USEC=int(seconds * MICROSECONDS))

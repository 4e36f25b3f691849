"""The practice site as a supervised child, and its account."""

import signal
import socket
from collections.abc import Callable, Sequence
from functools import partial

import trio

from oodaemon.actors.child import Child
from oodaemon.browser.session import Credentials
from oodaemon.errors import ConfigurationError
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.faults import InvalidFault, parse_faults
from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class PracticeActor:
    """Serves one practice site on one port for as long as the daemon lives, so that its address stays the same."""

    def __init__(self) -> None:
        self._port = free_port()
        self._site = Site()
        self.credentials = Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD)

    @property
    def base_url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self._port}"

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Serve until cancelled."""
        async with trio.open_nursery() as nursery:
            await nursery.start(partial(serve, self._site, host=HOST, port=self._port))
            child.progress(self.base_url)
            task_status.started()


def serve_alone(*, host: str, port: int, seed: int, say: Callable[[str], None], faults: Sequence[str] = ()) -> None:
    """Serve a practice site until SIGTERM or Ctrl-C, and say where it is; `faults` are texts such as `stale_page=0.2`.

    Raises ConfigurationError for a port that is taken, and for faults there are none of.
    """
    try:
        site = Site(Behaviour(faults=parse_faults(faults)), seed=seed)
    except InvalidFault as error:
        raise ConfigurationError([f"--fault: {error}"]) from error
    try:
        trio.run(_serve_alone, site, host, port, say)
    except OSError as error:
        raise ConfigurationError(
            [f"cannot serve the practice site at {host}:{port}: {error.strerror}; choose another --port"]
        ) from error


async def _serve_alone(site: Site, host: str, port: int, say: Callable[[str], None]) -> None:
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with trio.open_nursery() as nursery:
            bound = await nursery.start(partial(serve, site, host=host, port=port))
            say(f"practice site at http://{host}:{bound} - sign in as {PRACTICE_EMAIL} with password {PRACTICE_PASSWORD}")
            await anext(signals)
            nursery.cancel_scope.cancel()

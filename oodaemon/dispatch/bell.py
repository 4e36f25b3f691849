"""A bell: wakes everybody who waits, when something may have changed."""

import trio


class Bell:
    """Level-triggered use only: look again after each ring."""

    def __init__(self) -> None:
        self._event = trio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = trio.Event()

    def listen(self) -> trio.Event:
        """What to wait for; take it before looking, so that no ring is missed."""
        return self._event

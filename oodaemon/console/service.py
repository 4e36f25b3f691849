"""What the console needs of the daemon: its services, called in process."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from google.protobuf.message import Message

CLIENT = "console"
"""Author of what is done on the pages, as the journal names it."""


class Services(Protocol):
    """The services of the API by SERVICE.METHOD, such as `RunService.ListRuns`; see proto/."""

    async def call(self, method: str, request: Message, *, client: str) -> Any:
        """The answer. Raises OODaemonError."""
        ...

    def stream(self, method: str, request: Message, *, client: str) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """The frames of a streaming method, while the block lasts. Iterating raises OODaemonError."""
        ...

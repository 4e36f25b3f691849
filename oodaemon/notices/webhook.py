"""A web address that is told: the notice as JSON, signed, so that the receiver knows that it is ours and not an old one."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    import httpx

from oodaemon.clock import SECONDS
from oodaemon.model.notices import Notice
from oodaemon.notices.channel import Delivery

LIMIT = 15 * SECONDS
ID, TIMESTAMP, SIGNATURE = "X-OODaemon-Id", "X-OODaemon-Timestamp", "X-OODaemon-Signature"
LATER = frozenset({408, 425, 429})
"""Refusals that mean "not now"; other 4xx mean "not this"."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256 (RFC 2104) of `timestamp.body` under the secret, in hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _client() -> "httpx.AsyncClient":
    """Importing it and reading the authorities of the system takes a moment: done in a thread. It keeps no connection open."""
    import httpx  # noqa: PLC0415 - as above

    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False, limits=limits)  # noqa: S113 - one limit for all


class Webhook:
    """Posts to a web address."""

    name = "webhook"

    def __init__(self, url: str, secret: str, *, limit: float = LIMIT, clock: Callable[[], float] = time.time) -> None:
        self._url, self._secret, self._limit, self._clock = url, secret, limit, clock
        self._client: httpx.AsyncClient | None = None

    async def deliver(self, notice: Notice) -> Delivery:
        """See Channel."""
        if self._client is None:
            self._client = await trio.to_thread.run_sync(_client)
        client = self._client
        import httpx  # noqa: PLC0415 - only a daemon that has something to tell pays for it

        body = json.dumps(notice.as_record(), ensure_ascii=False).encode()
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "oodaemon",
            ID: notice.notice_id,
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self._secret, timestamp, body),
        }
        try:
            with trio.fail_after(self._limit):
                async with client.stream("POST", self._url, content=body, headers=headers) as answer:
                    code = answer.status_code
        except trio.TooSlowError:
            return Delivery(is_done=False, reason=f"it did not answer within {self._limit:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Delivery(is_done=False, reason=f"it cannot be reached: {type(error).__name__}")
        if 200 <= code < 300:
            return Delivery(is_done=True)
        return Delivery(is_done=False, reason=f"it answered {code}", is_final=300 <= code < 500 and code not in LATER)

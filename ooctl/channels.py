"""Connections: plain to a socket of this machine, over TLS to another one. Importing this module imports grpc."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import grpc

from ooctl.pacing import SECONDS

if TYPE_CHECKING:
    from ooctl.access import Access
    from ooctl.address import Address

CLOSE: Final = 1 * SECONDS
OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    # Not min_reconnect_backoff_ms: it is also the time a connection may take, and a busy machine needs its 20 s.
    ("grpc.max_reconnect_backoff_ms", 1000),
    # A stopped daemon is noticed after 30 s; grpc.keepalive_timeout_ms never takes effect, ping_timeout does.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
)


def open_channel(address: Address, access: Access | None) -> grpc.Channel:
    """Connects on the first request, not before. A token only ever goes over TLS: gRPC itself refuses to send it otherwise."""
    if access is None:
        return grpc.insecure_channel(address.target, options=OPTIONS)
    secure = grpc.ssl_channel_credentials(access.ca, access.key, access.cert)
    if access.token:
        secure = grpc.composite_channel_credentials(secure, grpc.access_token_call_credentials(access.token))
    return grpc.secure_channel(address.target, secure, options=OPTIONS)


def close(channel: grpc.Channel) -> None:
    """Close a channel, within a second: after a handshake that failed, closing waits for ever now and then (grpc 1.85)."""
    closing = threading.Thread(target=channel.close, daemon=True)
    closing.start()
    closing.join(CLOSE)

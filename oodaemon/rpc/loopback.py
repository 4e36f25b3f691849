"""A question of the daemon to itself, the way a client asks it."""

from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from oodaemon.bridge.loop import call
from oodaemon.errors import Unavailable
from oodaemon.rpc.address import Address


async def check_health(address: Address, *, patience: float) -> None:
    """Ask the health service at our own address (trio-flavoured). Raises Unavailable when it does not say SERVING in time."""
    await call(_check, str(address), patience)


async def _check(target: str, patience: float) -> None:
    options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0))
    async with grpc.aio.insecure_channel(target, options=options) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)  # made by a generator that types nothing
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=patience)
        except grpc.aio.AioRpcError as error:
            raise Unavailable(f"the service does not answer: {error.code().name}") from error
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        raise Unavailable("the service does not serve")

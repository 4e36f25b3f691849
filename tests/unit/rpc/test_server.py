"""Before a server is opened: every method must be one that the loop can run."""

from typing import Any

import pytest

from oodaemon.api.v1 import parameters_pb2, runs_pb2
from oodaemon.rpc.server import Service, check

PARAMETERS = parameters_pb2.DESCRIPTOR.services_by_name["ParameterService"]
RUNS = runs_pb2.DESCRIPTOR.services_by_name["RunService"]


class Sound:
    """Every method is an async def."""

    async def ListParameters(self, request: Any, context: Any) -> None:  # noqa: N802 - named by grpc
        """Nothing."""


class Plain:
    """grpc would run this one in a thread, where trio is not."""

    def ListParameters(self, request: Any, context: Any) -> None:  # noqa: N802 - named by grpc
        """Nothing."""


class Generator:
    """An async generator is no coroutine function."""

    async def ListParameters(self, request: Any, context: Any) -> Any:  # noqa: N802 - named by grpc
        yield None


def service(servicer: object, descriptor: Any = PARAMETERS) -> Service:
    return Service(descriptor, servicer, lambda servicer, server: None)


def test_coroutine_functions_are_taken() -> None:
    check([service(Sound())])


@pytest.mark.parametrize("servicer", [Plain(), Generator()], ids=lambda s: type(s).__name__)
def test_anything_else_is_refused_by_name(servicer: object) -> None:
    with pytest.raises(TypeError, match=r"oodaemon\.api\.v1\.ParameterService\.ListParameters is no async def"):
        check([service(Sound()), service(servicer)])


def test_every_method_is_looked_at() -> None:
    methods = {method.name: Sound.ListParameters for method in RUNS.methods}
    last = RUNS.methods[-1].name
    check([service(type("All", (), methods)(), RUNS)])
    with pytest.raises(TypeError, match=last):
        check([service(type("AllButOne", (), {**methods, last: Plain.ListParameters})(), RUNS)])

"""ParameterService and TestService: what can be swept, and on which saved tests."""

from typing import Any

from oodaemon.api.v1 import parameters_pb2, parameters_pb2_grpc, tests_pb2, tests_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.tests import TestBook
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Bool, Choice, Date, Field, Float, Int, Text, Time
from oodaemon.parameters.registry import Registry
from oodaemon.rpc.convert import Converter


class ParameterServicer(parameters_pb2_grpc.ParameterServiceServicer):
    """See parameters.proto."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def ListParameters(
        self, request: parameters_pb2.ListParametersRequest, context: Any
    ) -> parameters_pb2.ListParametersResponse:
        """See parameters.proto."""
        return parameters_pb2.ListParametersResponse(parameters=[_parameter(parameter) for parameter in self._registry])


class TestServicer(tests_pb2_grpc.TestServiceServicer):
    """See tests.proto."""

    __test__ = False

    def __init__(self, book: TestBook, converter: Converter) -> None:
        self._book, self._converter = book, converter

    async def ListTests(self, request: tests_pb2.ListTestsRequest, context: Any) -> tests_pb2.ListTestsResponse:
        """See tests.proto."""
        found = await call_trio(self._book.listing, refresh=request.refresh)
        return tests_pb2.ListTestsResponse(tests=[self._converter.saved_test(n, test) for n, test in enumerate(found, start=1)])


def _parameter(parameter: Parameter) -> parameters_pb2.Parameter:
    return parameters_pb2.Parameter(
        name=parameter.name,
        description=parameter.description,
        section=parameter.section,
        requires_toggle=parameter.requires_toggle,
        value=_field("value", parameter.value),
        options=[_field(name, field) for name, field in parameter.options.items()],
    )


def _field(name: str, field: Field) -> parameters_pb2.Field:
    minimum, maximum, step = field.limits()
    return parameters_pb2.Field(
        name=name,
        kind=_kind(field),
        description=field.description,
        default_value="" if field.default is None else field.text(field.default),
        minimum=minimum,
        maximum=maximum,
        default_step=step,
        choices=field.choices if isinstance(field, Choice) else (),
        decimals=field.decimals if isinstance(field, Float) else 0,
        unit=field.unit,
    )


def _kind(field: Field) -> parameters_pb2.FieldKind.ValueType:
    match field:
        case Int():
            return parameters_pb2.FIELD_KIND_INT
        case Float():
            return parameters_pb2.FIELD_KIND_FLOAT
        case Choice():
            return parameters_pb2.FIELD_KIND_CHOICE
        case Time():
            return parameters_pb2.FIELD_KIND_TIME
        case Bool():
            return parameters_pb2.FIELD_KIND_BOOL
        case Text():
            return parameters_pb2.FIELD_KIND_TEXT
        case Date():
            return parameters_pb2.FIELD_KIND_DATE
        case _:
            return parameters_pb2.FIELD_KIND_UNSPECIFIED

"""ParameterService: what can be swept."""

from typing import Any

from oodaemon.api.v1 import parameters_pb2, parameters_pb2_grpc
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Bool, Choice, Date, Field, Float, Int, Text, Time
from oodaemon.parameters.registry import Registry


class ParameterServicer(parameters_pb2_grpc.ParameterServiceServicer):
    """See parameters.proto."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def ListParameters(
        self, request: parameters_pb2.ListParametersRequest, context: Any
    ) -> parameters_pb2.ListParametersResponse:
        """See parameters.proto."""
        return parameters_pb2.ListParametersResponse(parameters=[_parameter(parameter) for parameter in self._registry])


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

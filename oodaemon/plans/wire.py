"""Parameters as they come over the wire, in the words of the plans."""

from collections.abc import Iterable

from oodaemon.api.v1 import runs_pb2
from oodaemon.plans.axes import Fixed, Range, Swept


def swept(parameter: runs_pb2.SweptParameter) -> Swept:
    """A parameter with several values; with none when it has neither a range nor a list."""
    options = dict(parameter.options)
    match parameter.WhichOneof("values"):
        case "range":
            values = parameter.range
            return Swept(parameter.name, Range(values.start, values.end, values.step), options)
        case "list":
            return Swept(parameter.name, tuple(parameter.list.values), options)
        case _:
            return Swept(parameter.name, None, options)


def fixed(parameters: Iterable[runs_pb2.FixedParameter]) -> tuple[Fixed, ...]:
    """Parameters with one value."""
    return tuple(Fixed(one.name, one.value, dict(one.options)) for one in parameters)

"""Parameters in a described run: what takes several values, and what is fixed.

A parameter is written as `delta: 5..50/1`, `delta: [5, 10]`, `delta: 20` (fixed), or as fields: `min`, `max` and `step` (also
`start` and `end`, `q` for `step`), `values`, `value` (fixed), `range`, and `options`. `delta.side: short_only` beside it is an
option too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ooctl.specs.fields import Fields, as_text, texts, wrong
from ooctl.sweep import Fixed, Range, Sweep, read_values

if TYPE_CHECKING:
    from collections.abc import Iterator

Values = Range | tuple[str, ...] | str
"""A range, a list, or the one value of a parameter that is fixed."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(@[A-Za-z0-9_-]+)?")
_SCALES: Final = ("uniform", "q_uniform", "int_uniform", "categorical", "constant")
_WHOLE_STEP: Final = "int_uniform"


def read(content: object, path: str) -> tuple[tuple[Sweep, ...], tuple[Fixed, ...]]:
    """The parameters of a mapping by name, or of a list whose items have a `name`. Raises ClientError (USAGE)."""
    swept: list[Sweep] = []
    fixed: list[Fixed] = []
    for name, values, options, at in _each(content, path):
        if not NAME.fullmatch(name):
            raise wrong(at, f"is called {name!r}, which is no name of a parameter; it looks like delta or vix@low")
        if isinstance(values, str):
            fixed.append(Fixed(name, values, options))
        else:
            swept.append(Sweep(name, values, options))
    return tuple(swept), tuple(fixed)


def read_fixed(content: object, path: str) -> tuple[Fixed, ...]:
    """As `read`, where every parameter has one value. Raises ClientError (USAGE)."""
    swept, fixed = read(content, path)
    for one in swept:
        raise wrong(f"{path}.{one.parameter}", "has several values; only parameters with one value may stand here")
    return fixed


def _each(content: object, path: str) -> Iterator[tuple[str, Values, dict[str, str], str]]:
    if isinstance(content, list):
        for place, item in enumerate(content, start=1):
            at = f"{path}[{place}]"
            fields = Fields(item, at)
            name = fields.text("name", "parameter")
            if not name:
                raise wrong(at, "has no name; say which parameter it is")
            values, options = _described(fields)
            yield name, values, options, at
        return
    yield from _by_name(Fields(content, path))


def _by_name(fields: Fields) -> Iterator[tuple[str, Values, dict[str, str], str]]:
    beside: dict[str, dict[str, str]] = {}
    names = [name for name in fields.names() if "." not in name]
    for key in fields.names():
        name, dot, option = key.partition(".")
        if dot:
            if name not in names:
                raise wrong(fields.at(key), f"is an option of {name}, which is not given here")
            beside.setdefault(name, {})[option] = as_text(fields.raw(key), fields.at(key))
    for name in names:
        values, options = _one(fields.raw(name), fields.at(name))
        for option in options.keys() & beside.get(name, {}).keys():
            raise wrong(fields.at(f"{name}.{option}"), f"is given twice, here and among the options of {name}")
        yield name, values, {**options, **beside.get(name, {})}, fields.at(name)


def _one(content: Any, path: str) -> tuple[Values, dict[str, str]]:  # noqa: ANN401 - whatever the file holds
    if isinstance(content, str):
        return _written(content, path), {}
    if isinstance(content, list):
        return _listed(content, path), {}
    return _described(Fields(content, path))


def _written(text: str, path: str) -> Values:
    """As after -p; a single value is a fixed one."""
    if ".." in text or "," in text:
        return read_values(text, name=path)
    if not text.strip():
        raise wrong(path, "has no value")
    return text.strip()


def _listed(content: list[Any], path: str) -> tuple[str, ...]:
    if not content:
        raise wrong(path, "has no values")
    return tuple(as_text(one, f"{path}[{place}]") for place, one in enumerate(content, start=1))


def _described(fields: Fields) -> tuple[Values, dict[str, str]]:
    options = texts(fields.raw("options"), fields.at("options")) if "options" in fields else {}
    scale = fields.text("distribution")
    if scale and scale not in _SCALES:
        raise wrong(fields.at("distribution"), f"{scale!r} is not known; give values, or min, max and step")
    form = fields.one_of("values", "value", "range", "min", "start")
    values = _values(fields, form, "1" if scale == _WHOLE_STEP else "")
    fields.done()
    return values, options


def _values(fields: Fields, form: str, step: str) -> Values:
    if form == "values":
        found = fields.raw("values")
        return _listed(found, fields.at("values")) if isinstance(found, list) else _several(found, fields.at("values"))
    if form == "value":
        return fields.text("value")
    if form == "range":
        return _several(fields.raw("range"), fields.at("range"))
    start, end = fields.text("min", "start"), fields.text("max", "end")
    if not start or not end:
        raise wrong(fields.path, "has no values; give values, or min and max, or value")
    return Range(start.strip(), end.strip(), fields.text("step", "q").strip() or step)


def _several(content: object, path: str) -> Values:
    return read_values(as_text(content, path), name=path)

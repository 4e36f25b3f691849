"""The grammar of `-p`: which parameter is swept, over which values, with which options. All values stay text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(@[A-Za-z0-9_-]+)?")
_OPTION: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_EXAMPLE: Final = 'write -p delta=5..50/1, -p delta=5,10,20 or -p delta.unit=percent; "ooctl parameters" lists the names'


@dataclass(frozen=True)
class Range:
    """Both ends included; an empty step means the parameter's own."""

    start: str
    end: str
    step: str = ""


@dataclass(frozen=True)
class LongForm:
    """What --param, --start, --end and --step were given."""

    parameter: str | None = None
    start: str | None = None
    end: str | None = None
    step: str | None = None


@dataclass(frozen=True)
class Sweep:
    """One parameter, its values as the user wrote them, and its options."""

    parameter: str
    values: Range | tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fixed:
    """A parameter that has the same value in every task, and its options."""

    parameter: str
    value: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """What is asked of the daemon; the same `request_id` with the same content is the same run."""

    test: str
    sweep: Sweep
    name: str
    request_id: str
    fixed: tuple[Fixed, ...] = ()
    has_trades: bool = False
    has_charts: bool = False


@dataclass(frozen=True)
class _Assignment:
    name: str
    option: str
    value: str


def read_sweep(assignments: Iterable[str], long: LongForm | None = None) -> Sweep:
    """Put the `-p` texts and the long form together.

    Raises ClientError (USAGE) for anything that is not exactly one swept parameter with options of its own.
    """
    given = [_read_assignment(text) for text in assignments]
    swept = [(each.name, read_values(each.value, name=each.name)) for each in given if not each.option]
    swept += _read_long(long or LongForm())
    names = list(dict.fromkeys(name for name, _ in swept))
    if not swept:
        raise _usage("no parameter to sweep was given")
    if len(names) > 1:
        raise _usage(f"only one parameter can be swept in a run; {' and '.join(names)} were given")
    if len(swept) > 1:
        raise _usage(f"{names[0]}: the values were given more than once")
    name, values = swept[0]
    return Sweep(name, values, _options_of(name, given))


def read_fixed(assignments: Iterable[str]) -> tuple[Fixed, ...]:
    """Put the `--with` texts together: NAME=VALUE fixes a parameter, NAME.OPTION=VALUE sets an option of it.

    Raises ClientError (USAGE) for a value given twice, and for options of a parameter that has no value.
    """
    given = [_read_assignment(text, flag="--with") for text in assignments]
    values: dict[str, str] = {}
    for each in given:
        if not each.option:
            if each.name in values:
                raise _usage(f"--with {each.name} was given more than once; call one of them {each.name}@LABEL to use it twice")
            values[each.name] = each.value
    for each in given:
        if each.option and each.name not in values:
            raise _usage(f"--with {each.name}.{each.option} was given, but no value for {each.name}")
    return tuple(Fixed(name, value, _options_of(name, [e for e in given if e.name == name])) for name, value in values.items())


def read_values(text: str, *, name: str) -> Range | tuple[str, ...]:
    """Read `START..END[/STEP]` or `V1,V2,…`; a single value is a list of one.

    `name` is for the sentence of the ClientError (USAGE) raised for anything else.
    """
    if ".." not in text:
        values = tuple(part.strip() for part in text.split(","))
        if not all(values):
            raise _usage(f'{name}: "{text}" has an empty value')
        return values
    if "..." in text or text.count("..") > 1:
        raise _usage(f'{name}: "{text}" has more dots than one range needs')
    if "," in text:
        raise _usage(f'{name}: "{text}" mixes a range and a list')
    start, _, rest = text.partition("..")
    end, slash, step = rest.partition("/")
    start, end, step = start.strip(), end.strip(), step.strip()
    if not start or not end:
        raise _usage(f'{name}: "{text}" is a range without {"a start" if not start else "an end"}')
    if (slash and not step) or "/" in step or "/" in start:
        raise _usage(f'{name}: "{text}" is not START..END/STEP')
    return Range(start, end, step)


def _read_assignment(text: str, flag: str = "-p") -> _Assignment:
    key, equals, value = text.partition("=")
    name, dot, option = key.strip().partition(".")
    value = value.strip()
    if not equals or not _NAME.fullmatch(name) or (dot and not _OPTION.fullmatch(option)):
        raise _usage(f'{flag} "{text}" is not {"NAME=VALUES" if flag == "-p" else "NAME=VALUE"} or NAME.OPTION=VALUE')
    if not value:
        raise _usage(f"{key.strip()}: no value was given")
    return _Assignment(name, option, value)


def _read_long(long: LongForm) -> list[tuple[str, Range]]:
    if long.parameter is None:
        stray = [flag for flag in ("start", "end", "step") if getattr(long, flag) is not None]
        if stray:
            raise _usage(f"--{stray[0]} needs --param")
        return []
    if not _NAME.fullmatch(long.parameter):
        raise _usage(f'--param "{long.parameter}" is not the name of a parameter')
    if not long.start or not long.end:
        raise _usage(f"--param {long.parameter} needs --start and --end")
    return [(long.parameter, Range(long.start.strip(), long.end.strip(), (long.step or "").strip()))]


def _options_of(name: str, given: Iterable[_Assignment]) -> dict[str, str]:
    options: dict[str, str] = {}
    for each in given:
        if not each.option:
            continue
        if each.name != name:
            raise _usage(f"{each.name}.{each.option} was given, but {each.name} is not swept; {name} is")
        if each.option in options:
            raise _usage(f"{name}.{each.option}: the option was given more than once")
        options[each.option] = each.value
    return options


def _usage(sentence: str) -> ClientError:
    return ClientError(sentence, ExitStatus.USAGE, hint=_EXAMPLE)

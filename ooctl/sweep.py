"""The grammar of `-p` and `--with`: which parameters, with which values, with which options. All values stay text."""

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


NO_LONG_FORM: Final = LongForm()


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
class _Assignment:
    name: str
    option: str
    value: str


def read_sweeps(assignments: Iterable[str], long: LongForm = NO_LONG_FORM) -> tuple[Sweep, ...]:
    """Put the `-p` texts and the long form together; the parameters stand in the order in which they were given.

    Raises ClientError (USAGE) for anything that is not at least one swept parameter, each with options of its own.
    """
    given = [_read_assignment(text) for text in assignments]
    swept = [(each.name, read_values(each.value, name=each.name)) for each in given if not each.option]
    swept += _read_long(long)
    values: dict[str, Range | tuple[str, ...]] = {}
    for name, found in swept:
        if name in values:
            raise _usage(f"{name}: the values were given more than once; call one of them {name}@LABEL to use it twice")
        values[name] = found
    if not values:
        raise _usage("no parameter to sweep was given")
    for each in given:
        if each.name not in values:
            names = " and ".join(values)
            are = "is" if len(values) == 1 else "are"
            raise _usage(f"{each.name}.{each.option} was given, but {each.name} is not swept; {names} {are}")
    return tuple(Sweep(name, found, _options_of(name, given)) for name, found in values.items())


def read_options(assignments: Iterable[str]) -> dict[str, dict[str, str]]:
    """The options in `-p` texts by parameter, where no parameter may have values. Raises ClientError (USAGE)."""
    given = [_read_assignment(text) for text in assignments]
    for each in given:
        if not each.option:
            raise _usage(f"-p {each.name}={each.value} was given, but the values come from the file; only options may be given")
    return {name: _options_of(name, given) for name in dict.fromkeys(each.name for each in given)}


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
    return tuple(Fixed(name, value, _options_of(name, given)) for name, value in values.items())


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
        if not each.option or each.name != name:
            continue
        if each.option in options:
            raise _usage(f"{name}.{each.option}: the option was given more than once")
        options[each.option] = each.value
    return options


def _usage(sentence: str) -> ClientError:
    return ClientError(sentence, ExitStatus.USAGE, hint=_EXAMPLE)

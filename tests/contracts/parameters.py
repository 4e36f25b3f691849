"""What every parameter plug-in must hold; give `check` an instance of yours, or run the functions in `CHECKS` one by one.

Each function takes a Parameter and raises AssertionError with a sentence when a promise of `oodaemon.parameters.base` is broken.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Bool, Choice, Field, FieldError, Float, Time, Value
from oodaemon.parameters.form import Bullet, LegValues, SetField, SetLegs, SetToggle
from oodaemon.parameters.registry import Registry

Check = Callable[[Parameter], None]

NAME = re.compile(r"[a-z][a-z0-9_]*")
FORM_NUMBER = re.compile(r"-?\d*(\.\d{1,2})?")
"""What the inputs of the site take as a number."""
IN_BETWEEN = ("0.5", "1", "1.25", "2", "7", "30", "99")


def samples(field: Field) -> list[str]:
    """A few values of a field as a user would write them: its ends, its choices, and some in between."""
    match field:
        case Bool():
            return ["on", "off"]
        case Choice():
            return list(field.choices)
        case Time():
            return [field.earliest, "12:00", "13:05", field.latest]
        case Float():
            ends = [text for text in field.limits()[:2] if text]
            return list(dict.fromkeys(text for text in [*ends, *IN_BETWEEN] if _is_taken(field, text)))
        case _:
            return [] if field.default is None else [field.text(field.default)]


def settings(parameter: Parameter) -> Iterator[Setting]:
    """Settings of a parameter: every sample value with its plain options, and the first one with every sample of each option."""
    plain = {name: samples(field)[0] for name, field in parameter.options.items() if field.default is None}
    values = samples(parameter.value)
    for value in values:
        yield parameter.setting(value, plain)
    for name, field in parameter.options.items():
        for text in samples(field):
            yield parameter.setting(values[0], {**plain, name: text})


def describes_itself(parameter: Parameter) -> None:
    """A name that is a word without dots, a description, a section, fields."""
    assert NAME.fullmatch(parameter.name), f"the name {parameter.name!r} is no lower-case word"
    assert parameter.description.strip(), "there is no description"
    assert parameter.section.strip(), "there is no section"
    assert isinstance(parameter.value, Field), "the value is no Field"
    assert isinstance(parameter.options, Mapping), "the options are no mapping"
    for name, field in parameter.options.items():
        assert NAME.fullmatch(name), f"the option {name!r} is no lower-case word"
        assert isinstance(field, Field), f"the option {name} is no Field"


def has_sound_fields(parameter: Parameter) -> None:
    """Every sample and every default comes back from its text; limits are values."""
    for field in (parameter.value, *parameter.options.values()):
        assert samples(field), f"no value of {field} is known"
        for text in samples(field):
            value = field.parse(text)
            assert field.parse(field.text(value)) == value, f"{value!r} does not come back from its text"
        if field.default is not None:
            text = field.text(field.default)
            assert _is_taken(field, text), f"the default {text} is no value"
            assert field.parse(text) == field.default, f"the default {field.default!r} does not come back from its text"


def makes_ranges_of_its_values(parameter: Parameter) -> None:
    """A range of the value field stays between its ends and ascends, or there are no ranges at all."""
    first, *_, last = samples(parameter.value) if len(samples(parameter.value)) > 1 else samples(parameter.value) * 2
    try:
        steps = list(islice(parameter.value.steps(first, last, ""), 50))
    except FieldError:
        return
    assert steps[0] == parameter.value.parse(first), "a range does not begin at its start"
    assert steps == sorted(set(steps)), "a range does not ascend"
    for value in steps:
        assert parameter.value.parse(parameter.value.text(value)) == value, f"{value!r} of a range is no value"


def survives_being_stored(parameter: Parameter) -> None:
    """Values written to the store as JSON make the same setting again."""
    for setting in settings(parameter):
        values: dict[str, Value] = {parameter.name: setting.value}
        values |= {f"{parameter.name}.{name}": value for name, value in setting.options.items()}
        stored = json.loads(json.dumps(values))
        assert Registry([parameter]).settings(stored) == [(parameter, setting)], f"{values} is another setting when it is read back"


def says_what_to_set(parameter: Parameter) -> None:
    """At least one action, all of them data the form can take, the same ones each time it is asked."""
    for setting in settings(parameter):
        actions = parameter.actions(setting)
        assert isinstance(actions, tuple), "actions are a tuple"
        assert actions, f"nothing is set for {setting}"
        assert actions == parameter.actions(setting), "actions differ from call to call"
        for action in actions:
            match action:
                case SetField():
                    assert action.section, f"{action} has no section"
                    assert action.label, f"{action} has no label"
                    assert action.text, f"{action} types nothing"
                case SetToggle():
                    assert action.section, f"{action} has no section"
                    assert action.caption, f"{action} has no caption"
                case SetLegs():
                    assert action.legs.unit, f"{action} names no unit"
                    assert FORM_NUMBER.fullmatch(action.text), f"{action} types no number the form takes"
                case _:
                    raise AssertionError(f"{action!r} is no action")


def sets_what_was_asked_for(parameter: Parameter) -> None:
    """Different values are set differently; a value that changes nothing would give one figure under two names."""
    _assert_told_apart(parameter, parameter.actions, "sets the same")


def proves_what_was_asked_for(parameter: Parameter) -> None:
    """What is expected is data, fits the line it asks for, and what is expected for one value is not fulfilled by another."""
    for setting in settings(parameter):
        expectations = parameter.expectations(setting)
        assert isinstance(expectations, tuple), "expectations are a tuple"
        for expectation in expectations:
            match expectation:
                case Bullet():
                    assert expectation.prefix, "a bullet without a prefix is every line"
                    assert expectation.fits(str(expectation)), f"{expectation} does not fit its own line"
                case LegValues():
                    assert isinstance(expectation.number, Decimal), f"{expectation} is compared as a float"
                case _:
                    raise AssertionError(f"{expectation!r} is no expectation")
    if any(parameter.expectations(setting) for setting in settings(parameter)):
        _assert_told_apart(parameter, parameter.expectations, "is proven by the same")


def refuses_what_it_does_not_know(parameter: Parameter) -> None:
    """An option that does not exist is refused by name."""
    plain = {name: samples(field)[0] for name, field in parameter.options.items() if field.default is None}
    said = ""
    try:
        parameter.setting(samples(parameter.value)[0], {**plain, "no_such_option": "1"})
    except FieldError as error:
        said = str(error)
    assert "no_such_option" in said, f"an unknown option is not refused by name: {said!r}"


CHECKS: tuple[Check, ...] = (
    describes_itself,
    has_sound_fields,
    makes_ranges_of_its_values,
    survives_being_stored,
    says_what_to_set,
    sets_what_was_asked_for,
    proves_what_was_asked_for,
    refuses_what_it_does_not_know,
)


def check(parameter: Parameter) -> None:
    """Run every check. Raises AssertionError at the first promise that is broken."""
    for promise in CHECKS:
        promise(parameter)


def _is_taken(field: Field, text: str) -> bool:
    try:
        field.parse(text)
    except FieldError:
        return False
    return True


def _assert_told_apart(parameter: Parameter, say: Callable[[Setting], object], what: str) -> None:
    seen: dict[str, Value] = {}
    plain = {name: samples(field)[0] for name, field in parameter.options.items() if field.default is None}
    for text in samples(parameter.value):
        setting = parameter.setting(text, plain)
        other = seen.setdefault(repr(say(setting)), setting.value)
        assert other == setting.value, f"{parameter.name} {what} for {other!r} and {setting.value!r}"

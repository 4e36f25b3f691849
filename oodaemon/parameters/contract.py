"""What every parameter plug-in must hold; give `check` an instance of yours, or run the functions in `CHECKS` one by one.

For the authors of plug-ins, and for the daemon's own parameters. `oodaemon parameters check NAME` adds what needs a browser.
Each function takes a Parameter and raises AssertionError with a sentence when a promise of `oodaemon.parameters.base` is broken.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Bool, Choice, Date, Field, FieldError, Float, Time, Value
from oodaemon.parameters.form import (
    Action,
    Asked,
    Bullet,
    CardText,
    Choose,
    Expectation,
    Hint,
    LegValues,
    Needs,
    NeedsLegs,
    PressOne,
    SetAny,
    SetDays,
    SetField,
    SetInline,
    SetLegs,
    SetToggle,
)
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
            inside = [text for text in ("12:00", "13:05") if _is_taken(field, text)]
            return list(dict.fromkeys([field.earliest, *inside, field.latest]))
        case Date():
            inside = [text for text in ("2022-05-16", "2024-02-29") if _is_taken(field, text)]
            return list(dict.fromkeys([field.earliest, *inside, field.latest]))
        case Float():
            ends = [text for text in field.limits()[:2] if text]
            return list(dict.fromkeys(text for text in [*ends, *IN_BETWEEN] if _is_taken(field, text)))
        case _:
            return [] if field.default is None else [field.text(field.default)]


def values(parameter: Parameter) -> list[str]:
    """Samples of the value, as a user would write them: the examples of the plug-in, and those of its field."""
    return list(dict.fromkeys([*parameter.examples, *samples(parameter.value)]))


def plain_options(parameter: Parameter) -> dict[str, str]:
    """The options that must be given: those of the first example, else the first sample of each."""
    given = parameter.example_options[0] if parameter.example_options else {}
    return {
        name: given.get(name) or next(iter(samples(field)), "x")
        for name, field in parameter.options.items()
        if field.default is None
    }


def examples(parameter: Parameter) -> list[tuple[str, dict[str, str]]]:
    """Three values with options that make sense together: the examples of the plug-in, else the first steps of its value field.

    Raises AssertionError when there are none.
    """
    given, options = list(parameter.examples), list(parameter.example_options) or [{}]
    if not given:
        first, last = samples(parameter.value)[0], samples(parameter.value)[-1]
        try:
            given = [parameter.value.text(value) for value in islice(parameter.value.steps(first, last, ""), 1, 4)]
        except FieldError:
            given = samples(parameter.value)[:3]
    assert given, f"{parameter.name} says no examples, and its field has none"
    plain = plain_options(parameter)
    return [(value, {**plain, **options[min(n, len(options) - 1)]}) for n, value in enumerate(given[:3])]


def settings(parameter: Parameter) -> Iterator[Setting]:
    """Settings of a parameter: every sample with its plain options, the examples, and the first with every sample of each option.

    Combinations that the parameter itself refuses are left out.
    """
    plain, asked = plain_options(parameter), values(parameter)
    combined = [(value, plain) for value in asked] + examples(parameter)
    combined += [(asked[0], {**plain, name: text}) for name, field in parameter.options.items() for text in samples(field)]
    for value, options in combined:
        try:
            yield parameter.setting(value, options)
        except FieldError:
            continue


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
    """Every sample and every default comes back from its text; limits are values; the examples go together."""
    assert values(parameter), "no value is known; give examples"
    assert list(settings(parameter)), "no value goes with the options it must have"
    for example, options in examples(parameter):
        parameter.setting(example, options)
    for field in (parameter.value, *parameter.options.values()):
        for text in samples(field):
            value = field.parse(text)
            assert field.parse(field.text(value)) == value, f"{value!r} does not come back from its text"
        if field.default is not None:
            text = field.text(field.default)
            assert _is_taken(field, text), f"the default {text} is no value"
            assert field.parse(text) == field.default, f"the default {field.default!r} does not come back from its text"


def makes_ranges_of_its_values(parameter: Parameter) -> None:
    """A range of the value field stays between its ends and ascends, or there are no ranges at all."""
    found = samples(parameter.value)
    if not found:
        return
    first, last = found[0], found[-1]
    try:
        steps = list(islice(parameter.value.steps(first, last, ""), 50))
    except FieldError:
        return
    assert steps[0] == parameter.value.parse(first), "a range does not begin at its start"
    assert steps == sorted(set(steps)), "a range does not ascend"
    for step in steps:
        assert parameter.value.parse(parameter.value.text(step)) == step, f"{step!r} of a range is no value"


def survives_being_stored(parameter: Parameter) -> None:
    """Values written to the store as JSON make the same setting again."""
    for setting in settings(parameter):
        for name in (parameter.name, f"{parameter.name}@2"):
            kept: dict[str, Value] = {name: setting.value}
            kept |= {f"{name}.{option}": value for option, value in setting.options.items()}
            stored = json.loads(json.dumps(kept))
            assert Registry([parameter]).settings(stored) == [(parameter, setting)], (
                f"{kept} is another setting when it is read back"
            )


def says_what_to_set(parameter: Parameter) -> None:
    """At least one action, all of them data the form can take, the same ones each time it is asked."""
    for setting in settings(parameter):
        for say in (parameter.opens, parameter.actions):
            actions = say(setting)
            assert isinstance(actions, tuple), "actions are a tuple"
            assert actions == say(setting), "actions differ from call to call"
            for action in actions:
                _assert_sound(action)
        assert parameter.actions(setting), f"nothing is set for {setting}"


def _assert_sound(action: Action) -> None:
    match action:
        case SetField() | SetAny():
            assert all((action.section, action.label)), f"{action} names no control"
            assert action.text, f"{action} types nothing"
        case SetInline():
            assert all((action.section, action.caption)), f"{action} names no control"
            assert FORM_NUMBER.fullmatch(action.text), f"{action} types no number the form takes"
        case SetToggle():
            assert all((action.section, action.caption)), f"{action} names no control"
        case Choose():
            assert all((action.section, action.label, action.option)), f"{action} chooses nothing"
        case SetDays():
            assert all((action.section, action.days)), f"{action} chooses nothing"
        case PressOne():
            assert all((action.section, action.label)), f"{action} names no control"
            assert action.button in action.among, f"{action} presses none of its buttons"
        case SetLegs():
            assert FORM_NUMBER.fullmatch(action.text), f"{action} types no number the form takes"
        case Needs():
            assert all((action.section, action.label, action.why)), f"{action} does not say what is missing"
        case NeedsLegs():
            assert str(action.legs) != "leg", f"{action} takes any leg"
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
            _assert_provable(expectation)
    if any(parameter.expectations(setting) for setting in settings(parameter)):
        _assert_told_apart(parameter, parameter.expectations, "is proven by the same")


def _assert_provable(expectation: Expectation) -> None:
    match expectation:
        case Bullet():
            assert expectation.prefix, "a bullet without a prefix is every line"
            assert expectation.is_about(str(expectation)), f"{expectation} is not about its own line"
            assert expectation.fits(str(expectation)), f"{expectation} does not fit its own line"
        case Hint():
            assert all(expectation.prefixes or ("",)), "a hint without a prefix is every line"
            assert not expectation.is_contradicted([str(expectation)]), f"{expectation} contradicts its own line"
        case CardText():
            assert all((expectation.card, expectation.text)), f"{expectation} names no card or no text"
        case Asked():
            assert expectation.texts, f"{expectation} allows nothing"
        case LegValues():
            assert isinstance(expectation.number, Decimal), f"{expectation} is compared as a float"
        case _:
            raise AssertionError(f"{expectation!r} is no expectation")


def refuses_what_it_does_not_know(parameter: Parameter) -> None:
    """An option that does not exist is refused by name."""
    said = ""
    try:
        parameter.setting(values(parameter)[0], {**plain_options(parameter), "no_such_option": "1"})
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
    plain = plain_options(parameter)
    for text in values(parameter):
        try:
            setting = parameter.setting(text, plain)
        except FieldError:
            continue
        if said := say(setting):
            other = seen.setdefault(repr(said), setting.value)
            assert other == setting.value, f"{parameter.name} {what} for {other!r} and {setting.value!r}"

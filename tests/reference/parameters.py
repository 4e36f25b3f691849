"""docs/parameters.md: every parameter of this installation, out of what the plug-ins say of themselves."""

from itertools import groupby

from ooctl.manual.markdown import escaped
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Choice, Field
from oodaemon.parameters.registry import discover


def page(mark: str) -> str:
    """The page as text. Plug-ins of other distributions that happen to be installed are left out."""
    found = [each for each in discover() if type(each).__module__.startswith("oodaemon.")]
    lines = [
        mark,
        "",
        "# Parameters",
        "",
        "What can be swept with `-p`, fixed with `--with`, and named in a file for `ooctl submit`. `ooctl parameters` shows the",
        "same for the daemon you talk to, with the plug-ins that are installed there; [write-a-parameter.md](write-a-parameter.md)",
        "shows how to make one.",
        "",
        "A range is `START..END/STEP` with both ends, a list `V1,V2,...`; without a step the one of the table is used. One",
        "parameter serves several times in a run under labels: `vix@low`, `vix@high`. Options are written `-p NAME.OPTION=VALUE`.",
        "",
        "| parameter | what it is | section of the form |",
        "|---|---|---|",
        *(f"| [`{each.name}`](#{each.name}) | {escaped(each.description)} | {escaped(each.section)} |" for each in found),
    ]
    for each in found:
        lines += ["", f"## {each.name}", "", *_about(each)]
    return "\n".join(lines) + "\n"


def _about(parameter: Parameter) -> list[str]:
    toggle = f"; it is set behind the toggle *{escaped(parameter.requires_toggle)}*" if parameter.requires_toggle else ""
    lines = [f"{escaped(parameter.description)}. Section *{escaped(parameter.section)}* of the form{toggle}.", ""]
    lines += ["| | kind | limits | step | unit | default |", "|---|---|---|---|---|---|", _row("value", parameter.value)]
    lines += [_row(f".{name}", field) for name, field in parameter.options.items()]
    return [*lines, "", "```", _example(parameter), "```"]


def _row(name: str, field: Field) -> str:
    minimum, maximum, step = field.limits()
    limits = ", ".join(field.choices) if isinstance(field, Choice) else " to ".join(part for part in (minimum, maximum) if part)
    default = "" if field.default is None else field.text(field.default)
    cells = (f"`{name}`", field.kind, escaped(limits), step, escaped(field.unit), escaped(default))
    return f"| {' | '.join(cells)} |"


def _example(parameter: Parameter) -> str:
    values = ",".join(str(value) for value, _ in groupby(parameter.examples)) or "VALUES"
    options = parameter.example_options[0] if parameter.example_options else {}
    said = "".join(f" -p {parameter.name}.{name}={value}" for name, value in options.items())
    return f'ooctl submit --test "My Condor" -p {parameter.name}={values}{said}'

"""Files that describe a run: YAML or JSON, read so that every value stays the text its author wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from typing import NoReturn, TextIO

LARGEST: Final = 64 * 2**20
STDIN: Final = "-"

Node = str | list[Any] | dict[str, Any]
"""A text, a list or a mapping; numbers, days, times and flags are texts."""


def read(name: str, stdin: TextIO | None = None) -> Node:
    """The content of a file, or of standard input for `-`. Raises ClientError (USAGE) that names file and line."""
    text = (stdin or sys.stdin).read() if name == STDIN else text_of(name)
    shown = "standard input" if name == STDIN else name
    if text.lstrip().startswith(("{", "[")):
        return _json(text, shown)
    return _yaml(text, shown)


def text_of(name: str) -> str:
    """The text of a file. Raises ClientError (USAGE) that says why it cannot be read."""
    path = Path(name)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            refuse(f"{name} has {size / 2**20:.0f} MiB; at most {LARGEST / 2**20:.0f} MiB are read")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8")
    except OSError as error:
        refuse(f"{name} cannot be read: {error.strerror}")


def _json(text: str, name: str) -> Node:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [key for key, _ in found]
        for key in names:
            if names.count(key) > 1:
                refuse(f"{name}: {key!r} is given twice")
        return dict(found)

    def constant(word: str) -> NoReturn:
        refuse(f"{name}: {word} is no value")

    try:
        found: Node = _texts(json.loads(text, parse_int=str, parse_float=str, parse_constant=constant, object_pairs_hook=pairs))
    except json.JSONDecodeError as error:
        refuse(f"{name}, line {error.lineno}: {error.msg}")
    except RecursionError:
        refuse(f"{name} is nested too deeply")
    return found


def _texts(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same with every value as text; what is null was not given."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return ["" if inner is None else _texts(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _yaml(text: str, name: str) -> Node:
    import yaml  # noqa: PLC0415 - only files need it

    try:
        # Not the safe loader: to it, 10:00 is 600, 0.10 is 0.1, and `on` is true.
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        if node is None:
            refuse(f"{name} is empty; describe a run in it")
        found: Node = _content(node, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark is not None else ""
        refuse(f"{name}{line}: {error.problem or error.context}")
    except yaml.YAMLError as error:
        refuse(f"{name} is no YAML: {str(error).splitlines()[0]}")
    except RecursionError:
        refuse(f"{name} is nested too deeply")
    return found


def _content(node: Any, name: str) -> Any:  # noqa: ANN401 - nodes of an untyped library
    """The texts of a node; an empty plain one was not given."""
    import yaml  # noqa: PLC0415 - only files need it

    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in ("", "~", "null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return ["" if (item := _content(one, name)) is None else item for one in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            refuse(f"{name}, line {line}: a name must be a text")
        if key.value in found:
            refuse(f"{name}, line {line}: {key.value!r} is given twice")
        found[key.value] = _content(value, name)
    return {key: value for key, value in found.items() if value is not None}


def refuse(sentence: str) -> NoReturn:
    """Raise ClientError (USAGE)."""
    raise ClientError(sentence, ExitStatus.USAGE) from None

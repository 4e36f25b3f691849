"""Completion in the shell: scripts for bash, zsh and fish, and the words that only the daemon knows.

A shell asks by running ooctl with _OOCTL_COMPLETE in its environment. Whatever goes wrong, the answer is empty and nothing is said.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    from ooctl.daemon import Daemon
    from ooctl.session import Session

VARIABLE: Final = "_OOCTL_COMPLETE"
SHELLS: Final = ("bash", "zsh", "fish")
DEADLINE: Final = 0.3
"""Seconds that the daemon may take to answer; somebody waits with a finger on the key."""
MOST: Final = 200

# As click has it, and besides: a word is quoted where it has to be, and none is closed after `=`, where its values follow.
_BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value current="${COMP_WORDS[COMP_CWORD]}"
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" %(complete_var)s=bash_complete "$1" 2>/dev/null)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            case $current in
                [\\'\\"]*) COMPREPLY+=("$value") ;;
                *) COMPREPLY+=("$(printf '%%q' "$value")") ;;
            esac
            [[ $value == *= ]] && compopt -o nospace
        fi
    done
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


def script(shell: str, root: click.Command) -> str:
    """The script that makes a shell ask. `shell` is one of SHELLS."""
    source: str = _completer(shell, root, None).source()
    return source


def answer(root: click.Command, session: Session, instruction: str) -> None:
    """Print the completions that a shell asks for with `bash_complete` and the like; nothing on any trouble."""
    shell, _, verb = instruction.partition("_")
    if shell not in SHELLS or verb not in ("complete", "source"):
        return
    text = ""
    with suppress(Exception):
        text = script(shell, root) if verb == "source" else _completer(shell, root, session).complete()
    session.output.out.write(text + ("\n" if text and not text.endswith("\n") else ""))
    session.output.out.flush()


def complete_runs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of runs, newest first, with what they are; none that stand on the line already."""
    given = context.params.get(parameter.name or "")
    taken = set(given) if isinstance(given, tuple) else set()

    def ask(daemon: Daemon) -> Iterable[tuple[str, str]]:
        from ooctl.records import run_record  # noqa: PLC0415 - only with a daemon

        for run in map(run_record, daemon.runs(limit=MOST)):
            if run["run_id"] not in taken:
                yield run["run_id"], f"{run['phase']} {run['name'] or run['test']['name']}"

    return _items(context, ask, incomplete)


def complete_tests(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001 - of click
    """Names of saved tests, with their ids. Case does not matter."""

    def ask(daemon: Daemon) -> Iterable[tuple[str, str]]:
        return ((each.test.name, each.test.test_id) for each in daemon.tests.listing(refresh=False, recent=False))

    return _items(context, ask, incomplete)


def complete_parameters(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of parameters; before `=`, and after a point the options of one. An option of the command gets `NAME=`."""
    mark = "=" if parameter.param_type_name == "option" else ""
    if "=" in incomplete:
        return []

    def ask(daemon: Daemon) -> Iterable[tuple[str, str]]:
        for each in daemon.parameters():
            yield f"{each.name}{mark}", each.description
            if "." in incomplete and mark:
                label = incomplete.partition(".")[0]
                if label.partition("@")[0] == each.name:
                    yield from ((f"{label}.{option.name}=", option.description) for option in each.options)

    return _items(context, ask, incomplete)


def complete_contexts(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001 - of click
    """Names of contexts, with their addresses; no daemon is asked."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - for completion alone

    from ooctl import contexts  # noqa: PLC0415

    with suppress(Exception):
        found = contexts.load(context.obj.env).known
        return [CompletionItem(name, help=found[name].daemon) for name in found if name.startswith(incomplete)]
    return []


def _items(context: click.Context, ask: Callable[[Daemon], Iterable[tuple[str, str]]], incomplete: str) -> list[CompletionItem]:
    """What a daemon that is there answers in time, and nothing otherwise."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - for completion alone

    from ooctl.render.text import one_line  # noqa: PLC0415

    session, wanted = context.obj, incomplete.casefold()
    found: dict[str, str] = {}
    with suppress(Exception):
        if _is_absent(session):
            return []
        session.timeout = DEADLINE
        with session.connect() as daemon:
            for value, help_ in ask(daemon):
                if value.casefold().startswith(wanted):
                    found.setdefault(one_line(value), one_line(help_))
    return [CompletionItem(value, help=help_) for value, help_ in found.items()]


def _is_absent(session: Session) -> bool:
    """Whether there is no socket: then grpc need not be loaded to find that out."""
    from ooctl.address import find_daemon  # noqa: PLC0415 - for completion alone

    target = find_daemon(session.daemon, session.env, context=session.context).target
    if not target.startswith("unix:"):
        return False
    try:
        return not stat.S_ISSOCK(os.stat(target.removeprefix("unix:")).st_mode)  # noqa: PTH116 - no more than that
    except OSError:
        return True


def _completer(shell: str, root: click.Command, session: Session | None) -> Any:  # noqa: ANN401 - one of click's
    from click.shell_completion import BashComplete, FishComplete, ZshComplete  # noqa: PLC0415 - for completion alone

    class Bash(BashComplete):
        source_template = _BASH

        @staticmethod
        def _check_version() -> None:
            """Bash 4.4 is ten years old, and asking for its version starts one."""

    kinds = {"bash": Bash, "zsh": ZshComplete, "fish": FishComplete}
    return kinds[shell](root, {"obj": session}, "ooctl", VARIABLE)

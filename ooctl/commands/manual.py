"""`ooctl help`, `options`, `completion` and `man`: the client about itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ooctl import __version__
from ooctl import cli as click
from ooctl.commands.options import common_options, folder_option
from ooctl.completion import SHELLS
from ooctl.exits import ClientError, ExitStatus
from ooctl.session import Session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete_topics(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - for completion alone

    from ooctl.manual.topics import TOPICS  # noqa: PLC0415

    if context.params.get(parameter.name or ""):
        return []
    names = [*TOPICS, *_root(context).list_commands(context)]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _root(context: click.Context) -> click.Group:
    root = context.find_root().command
    assert isinstance(root, click.Group)
    return root


@click.command("help")
@click.argument("words", metavar="[TOPIC|COMMAND...]", nargs=-1, shell_complete=_complete_topics, help="What to explain.")
@common_options
@click.pass_context
def help_(context: click.Context, *, words: tuple[str, ...]) -> None:
    """Explain a command, or a topic: exit-codes, environment, formatting.

    \b
    Examples:
      ooctl help exit-codes
      ooctl help tests rename
    """
    from ooctl.manual.topics import TOPICS  # noqa: PLC0415 - other commands do without

    output = context.ensure_object(Session).output
    if len(words) == 1 and words[0] in TOPICS:
        for line in TOPICS[words[0]][1]():
            output.line(line)
        return
    found, inner = _root(context), context.find_root()
    for word in words:
        command = found.get_command(inner, word) if isinstance(found, click.Group) else None
        if command is None:
            raise _unknown(word, [*(TOPICS if len(words) == 1 else ()), *getattr(found, "list_commands", lambda _: [])(inner)])
        found, inner = command, click.Context(command, info_name=word, parent=inner, obj=context.obj)  # type: ignore[assignment]
    output.out.write(found.get_help(inner) + "\n")
    if not words:
        output.line(f"\nTopics of ooctl help: {', '.join(TOPICS)}")


def _unknown(word: str, names: list[str]) -> ClientError:
    from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

    near = get_close_matches(word, names, n=1)
    hint = f"did you mean {near[0]}?" if near else '"ooctl help" lists commands and topics'
    return ClientError(f"there is neither a command nor a topic called {word!r}", ExitStatus.USAGE, hint=hint)


@click.command()
@common_options
@click.pass_context
def options(context: click.Context) -> None:
    """Show the options that every command takes.

    \b
    Example:
      ooctl options
    """
    import click as plain  # noqa: PLC0415 - its formatter

    root = context.find_root()
    formatter = plain.HelpFormatter(width=click.WIDTH)
    shared = [each for each in root.command.get_params(root) if isinstance(each, click.GlobalOption)]
    formatter.write_dl([record for each in shared if (record := each.get_help_record(root)) is not None])
    context.ensure_object(Session).output.out.write(formatter.getvalue())


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), help="Your shell.")
@common_options
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print the script that completes commands, options, runs, tests and parameters in a shell: bash, zsh or fish.

    \b
    Examples:
      ooctl completion bash > ~/.local/share/bash-completion/completions/ooctl
      ooctl completion zsh > "${fpath[1]}/_ooctl"
      ooctl completion fish > ~/.config/fish/completions/ooctl.fish
    """
    from ooctl.completion import script  # noqa: PLC0415 - click's part of it is loaded here

    context.ensure_object(Session).output.out.write(script(shell, context.find_root().command))


@click.command()
@folder_option
@common_options
@click.pass_context
def man(context: click.Context, *, folder: Path) -> None:
    """Write the manual for man(1): a page for ooctl and for each of its commands. What is there under these names is replaced.

    \b
    Examples:
      ooctl man --dir ~/.local/share/man/man1
      man ooctl-submit
    """
    from ooctl.manual.pages import pages  # noqa: PLC0415 - other commands do without
    from ooctl.manual.roff import file_name, roff  # noqa: PLC0415
    from ooctl.manual.topics import TOPICS  # noqa: PLC0415

    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for page in pages(_root(context), "ooctl"):
            further = [(heading, list(lines())) for heading, lines in TOPICS.values()] if len(page.path) == 1 else []
            written.append(folder / file_name(page))
            written[-1].write_text(roff(page, version=__version__, epilogue=further), "utf-8")
    except OSError as error:
        raise ClientError(f"{folder} cannot be written to: {error.strerror}", ExitStatus.FAILED) from error
    for path in written:
        context.ensure_object(Session).output.line(str(path))

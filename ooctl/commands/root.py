"""The `ooctl` command itself: global options, the list of commands, and suggestions for a mistyped one."""

from __future__ import annotations

from difflib import get_close_matches

import rich_click as click

from ooctl import __version__
from ooctl.commands import (
    accounts,
    catalogue,
    charts,
    console,
    contexts,
    daemon,
    decisions,
    doubts,
    exports,
    failures,
    live,
    logs,
    reports,
    rulings,
    runs,
    service,
    submissions,
    tasks,
    tests,
    tokens,
    trades,
    watching,
    wizard,
)
from ooctl.commands.options import common_options
from ooctl.session import Session

FIRST_STEPS = """\
ooctl run      put a run together step by step and start it
ooctl list     the runs there are; ooctl watch RUN follows one
ooctl --help   all commands"""


class Commands(click.RichGroup):
    """A group that names the command that was probably meant, and keeps the order in which they were added."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As inherited, with a suggestion for an unknown name."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            near = get_close_matches(name, list(self.commands), n=1)
            ctx.fail(f"There is no command '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as inherited
        """In the order of a run's life."""
        return list(self.commands)


@click.group(
    cls=Commands,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.rich_config(help_config={"text_paragraph_linebreaks": "\n\n", "padding_helptext_first_line": (0, 0, 1, 0)})
@click.version_option(__version__, prog_name="ooctl", message="%(prog)s %(version)s")
@common_options
@click.pass_context
def ooctl(context: click.Context) -> None:
    """Run backtests through oodaemon: submit, watch, steer, read.

    The daemon is found by --daemon, --context, OOCTL_DAEMON, OOCTL_CONTEXT, OODAEMON_LISTEN, OODAEMON_STATE_DIR, the current
    context, or at its default socket.

    \b
    Example:
      ooctl submit --test 1 -p delta=5..50/1 --watch
    \b
    Exit codes:
      0 ok, 1 failed, 2 usage, 3 not found, 4 daemon unreachable, 5 no permission,
      6 conflict, 7 time-out, 10 run ended with failures, 11 run cancelled,
      130 Ctrl-C
    """
    if context.invoked_subcommand is None:
        session = context.ensure_object(Session)
        click.echo(FIRST_STEPS if session.can_ask() else context.get_help(), err=True)
        context.exit(2)


for command in (
    wizard.run,
    submissions.submit,
    submissions.plan,
    watching.watch,
    live.top,
    live.wait,
    daemon.status,
    live.explain,
    console.console,
    runs.list_runs,
    tasks.results,
    tasks.tasks,
    tasks.charts,
    decisions.recommend,
    decisions.best,
    decisions.compare,
    doubts.robustness,
    doubts.walkforward,
    doubts.montecarlo,
    trades.trades,
    exports.export,
    charts.chart,
    reports.report,
    failures.failures,
    runs.pause,
    runs.resume,
    runs.cancel,
    rulings.retry,
    rulings.skip,
    rulings.accept,
    tests.tests,
    catalogue.parameters,
    trades.import_,
    trades.imports,
    logs.logs,
    daemon.drain,
    daemon.tree,
    daemon.dump,
    accounts.login,
    accounts.logout,
    accounts.accounts,
    contexts.context,
    tokens.token,
    service.service,
):
    ooctl.add_command(command)

"""The `ooctl` command itself: the options of every command, and the list of commands.

A command is imported when it is named. A new one needs its line in COMMANDS, and its name in SECTIONS to stand under a heading.
"""

from __future__ import annotations

from typing import Final

from ooctl import __version__
from ooctl import cli as click
from ooctl.commands.options import common_options
from ooctl.exits import MEANINGS, ExitStatus
from ooctl.session import Session

FIRST_STEPS: Final = """\
ooctl run      put a run together step by step and start it
ooctl list     the runs there are; ooctl watch RUN follows one
ooctl --help   all commands"""

COMMANDS: Final = {
    name: f"ooctl.commands.{place}"
    for name, place in {
        "run": "wizard:run",
        "submit": "submissions:submit",
        "plan": "submissions:plan",
        "watch": "watching:watch",
        "top": "live:top",
        "wait": "live:wait",
        "status": "daemon:status",
        "explain": "live:explain",
        "list": "runs:list_runs",
        "results": "tasks:results",
        "tasks": "tasks:tasks",
        "charts": "tasks:charts",
        "recommend": "decisions:recommend",
        "best": "decisions:best",
        "compare": "decisions:compare",
        "robustness": "doubts:robustness",
        "walkforward": "doubts:walkforward",
        "montecarlo": "doubts:montecarlo",
        "trades": "trades:trades",
        "export": "exports:export",
        "chart": "charts:chart",
        "report": "reports:report",
        "failures": "failures:failures",
        "pause": "runs:pause",
        "resume": "runs:resume",
        "cancel": "runs:cancel",
        "retry": "rulings:retry",
        "skip": "rulings:skip",
        "accept": "rulings:accept",
        "tests": "tests:tests",
        "parameters": "catalogue:parameters",
        "import": "trades:import_",
        "imports": "trades:imports",
        "logs": "logs:logs",
        "drain": "daemon:drain",
        "tree": "daemon:tree",
        "dump": "daemon:dump",
        "login": "accounts:login",
        "logout": "accounts:logout",
        "accounts": "accounts:accounts",
        "console": "console:console",
        "context": "contexts:context",
        "token": "tokens:token",
        "service": "service:service",
        "dashboard": "dashboards:dashboard",
        "completion": "manual:completion",
        "man": "manual:man",
        "options": "manual:options",
        "help": "manual:help_",
    }.items()
}
"""Every command by its name, as `module:attribute`."""

SECTIONS: Final = {
    "Run backtests": ("run", "submit", "plan", "watch", "wait", "top"),
    "Look at runs": ("list", "status", "results", "tasks", "charts", "failures", "logs", "explain"),
    "Decide": ("recommend", "best", "compare", "robustness", "walkforward", "montecarlo"),
    "Take away": ("export", "chart", "report", "trades", "import", "imports"),
    "Steer runs": ("pause", "resume", "cancel", "retry", "skip", "accept"),
    "What can be run": ("tests", "parameters"),
    "The daemon": ("service", "login", "logout", "accounts", "token", "cert", "drain", "tree", "dump", "console", "dashboard"),
    "This client": ("context", "completion", "man", "options", "help"),
}
"""The headings of `ooctl --help`, in the order of a run's life. Names of commands that an installation lacks are left out."""


@click.group(
    cls=click.Group,
    lazy=COMMANDS,
    sections=SECTIONS,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExit codes:\n" + "\n".join(f"  {status.value:>3} {MEANINGS[status]}" for status in ExitStatus),
)
@click.version_option(__version__, prog_name="ooctl", message="%(prog)s %(version)s")
@common_options
@click.pass_context
def ooctl(context: click.Context) -> None:
    """Run backtests through oodaemon: submit, watch, steer, read.

    The daemon is found by --daemon, --context, OOCTL_DAEMON, OOCTL_CONTEXT, OODAEMON_LISTEN, OODAEMON_STATE_DIR, the current
    context, or at its default socket. A daemon that was given a state folder has its socket there: set OODAEMON_STATE_DIR to that
    folder for ooctl as well, or make a context.

    \b
    Example:
      ooctl submit --test 1 -p delta=5..50/1 --watch
    """
    if context.invoked_subcommand is None:
        session = context.ensure_object(Session)
        click.echo(FIRST_STEPS if session.can_ask() else context.get_help(), err=True)
        context.exit(2)

"""`ooctl service`: the daemon as a service of this user, which starts with a log-in and is started again when it fails."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ooctl import cli as click
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.formats import Format
from ooctl.render.tables import Noun, Record
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.service.host import Order, ServiceControl

SERVICE: Final = Noun(
    lambda _: (),
    (
        *("manager", "unit", "is_installed", "is_active", "is_enabled", "state", "pid", "since", "restarts", "said"),
        *("survives_logout", "notes"),
    ),
)


@click.group()
@common_options
def service() -> None:
    """Run the daemon in the background: `install`, `start`, `stop`, `status`, `logs`, `uninstall`.

    On Linux it is a unit of your own systemd, on macOS an agent of launchd; neither needs an administrator.

    \b
    Example:
      ooctl service install
    """


@service.command()
@click.option("--print", "is_printed", is_flag=True, help="Print the unit instead of installing it.")
@click.option("--no-start", "is_waiting", is_flag=True, help="Do not start it now, only with the next log-in.")
@click.option("--linger", "has_linger", is_flag=True, help="Also let it run while you are logged out (systemd).")
@click.option("--practice", "is_practice", is_flag=True, help="Run it with the practice site.")
@common_options
@click.pass_obj
def install(session: Session, *, is_printed: bool, is_waiting: bool, has_linger: bool, is_practice: bool) -> None:
    """Write the unit, start the daemon now and with every log-in. Given again it brings the unit up to date.

    Variables of this shell that begin with OODAEMON_ go into the unit, but no secrets: for the account use `ooctl login`, for
    notify_url and notify_secret config.toml.

    \b
    Examples:
      ooctl service install
      ooctl service install --linger
      ooctl service install --print
    """
    from ooctl.service.host import Order, daemon_command  # noqa: PLC0415 - other commands do not pay for it
    from ooctl.service.units import environment, left_out  # noqa: PLC0415

    control = _control(session.env)
    order = Order([*daemon_command(), *(["--practice"] if is_practice else [])], environment(session.env))
    if is_printed:
        session.output.out.write(control.render(order))
        return
    _check_settings(session, order)
    if has_linger:
        session.output.note(control.enable_linger())
    for sentence in (*control.install(order, is_started=not is_waiting), *left_out(session.env)):
        session.output.note(sentence)


@service.command()
@common_options
@click.pass_obj
def start(session: Session) -> None:
    """Start the daemon, and wait until it serves.

    \b
    Example:
      ooctl service start
    """
    _control(session.env).start()
    session.output.note("the daemon runs")


@service.command()
@common_options
@click.pass_obj
def stop(session: Session) -> None:
    """Stop the daemon: what is in flight finishes or is given back at no cost. It starts again with the next log-in.

    \b
    Example:
      ooctl service stop
    """
    _control(session.env).stop()
    session.output.note("the daemon stopped")


@service.command()
@output_option()
@common_options
@click.pass_obj
def status(session: Session, *, format_: Format) -> ExitStatus:
    """Show whether the service is installed and runs, and what stands in its way. Ends with 0 while it runs, else with 1.

    \b
    Example:
      ooctl service status
    """
    standing = _control(session.env).standing()
    session.output.one(SERVICE, {**dataclasses.asdict(standing), "notes": list(standing.notes)}, format_, details=_details)
    return ExitStatus.OK if standing.is_active else ExitStatus.FAILED


@service.command()
@click.option("-n", "--lines", type=click.IntRange(min=0), default=100, show_default=True, help="How many lines.")
@click.option("-f", "--follow", "is_followed", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@common_options
@click.pass_obj
def logs(session: Session, *, lines: int, is_followed: bool) -> ExitStatus:
    """Show the log of the service.

    \b
    Example:
      ooctl service logs -n 20 -f
    """
    import shutil  # noqa: PLC0415
    import subprocess  # noqa: PLC0415

    command = _control(session.env).logs(lines, is_followed=is_followed)
    program = shutil.which(command[0], path=session.env.get("PATH", os.defpath))
    if program is None:
        raise ClientError(f"this machine has no {command[0]}", ExitStatus.FAILED)
    session.output.out.flush()
    done = subprocess.run([program, *command[1:]], env=dict(session.env), check=False)  # noqa: S603 - no shell
    return ExitStatus.OK if done.returncode == 0 else ExitStatus.FAILED


@service.command()
@common_options
@click.pass_obj
def uninstall(session: Session) -> None:
    """Stop the service and remove its unit. Settings, accounts and results stay.

    \b
    Example:
      ooctl service uninstall
    """
    for sentence in _control(session.env).uninstall():
        session.output.note(sentence)


def _control(env: Mapping[str, str]) -> ServiceControl:
    from ooctl.service.host import runner  # noqa: PLC0415
    from ooctl.service.launchd import Launchd  # noqa: PLC0415
    from ooctl.service.systemd import Systemd  # noqa: PLC0415

    return Launchd(runner(env), env) if sys.platform == "darwin" else Systemd(runner(env), env)


def _check_settings(session: Session, order: Order) -> None:
    """A service that cannot start should not be installed."""
    from ooctl.service.host import runner  # noqa: PLC0415
    from ooctl.service.units import left_out, without_secrets  # noqa: PLC0415

    checked = runner(without_secrets(session.env))([order.command[0], "config", "check"])
    if checked.code:
        raise ClientError(
            "the daemon would not start with these settings",
            ExitStatus.FAILED,
            details=[line.removeprefix("oodaemon: ") for line in checked.err.splitlines()],
            hint="; ".join(left_out(session.env)),
        )


def _details(standing: Record) -> Iterator[str]:
    yield f"{'state':<12}{standing['state']}"
    yield f"{'unit':<12}{standing['unit']}" + ("" if standing["is_installed"] else " (not installed)")
    yield f"{'at log-in':<12}{'starts' if standing['is_enabled'] else 'does not start'}"
    if standing["pid"]:
        yield f"{'pid':<12}{standing['pid']}"
    if standing["since"]:
        yield f"{'since':<12}{standing['since']}"
    if standing["restarts"]:
        yield f"{'restarts':<12}{standing['restarts']}"
    if standing["said"]:
        yield f"{'says':<12}{standing['said']}"
    for note in standing["notes"]:
        yield f"{'note':<12}{note}"

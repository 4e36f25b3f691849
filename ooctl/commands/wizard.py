"""`ooctl run`: a run put together step by step at a terminal."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.commands.options import common_options
from ooctl.commands.submissions import sent, show_accepted
from ooctl.commands.watching import follow
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.formats import Format
from ooctl.render.text import one_line
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record
    from ooctl.wizard.answers import Answers
    from ooctl.wizard.order import Order
    from ooctl.wizard.screen import Screen


@click.command()
@common_options
@click.pass_obj
def run(session: Session) -> ExitStatus:
    """Put a run together step by step, start it, and watch it.

    Asks for the saved test, what to try on it, the parameters and their values, and shows how many backtests that makes and how
    long they take. Nothing runs before you say so: Esc goes back a step, Ctrl-C leaves at any moment. At the end it prints the
    command that submits the same run at once, and offers to save it as a file.

    Needs a terminal; scripts use ooctl submit.

    \b
    Example:
      ooctl run
    """
    output = session.output
    if not (session.stdin.isatty() and output.is_out_terminal and output.is_err_terminal):
        raise ClientError(
            "ooctl run asks questions, so it needs a terminal",
            ExitStatus.USAGE,
            hint='"ooctl submit --help" shows how to do without',
        )
    with session.connect() as daemon:
        return _run(session, daemon)


def _run(session: Session, daemon: Daemon) -> ExitStatus:
    from ooctl.wizard.answers import Decision  # noqa: PLC0415 - the wizard's libraries take a moment to import
    from ooctl.wizard.flow import following  # noqa: PLC0415
    from ooctl.wizard.knowledge import FromDaemon  # noqa: PLC0415
    from ooctl.wizard.outcome import order_of  # noqa: PLC0415
    from ooctl.wizard.questions import converse  # noqa: PLC0415
    from ooctl.wizard.screen import Screen  # noqa: PLC0415

    accepted: list[Record | None] = []

    def written_down(answers: Answers) -> Order:
        return order_of(answers, knowledge, daemon=_words_of_daemon(session))

    screen = Screen(session.output, session.stdin)
    try:
        _greet(session, daemon)
        screen.wait("asking the daemon for the saved tests ...")
        knowledge = FromDaemon(daemon, lambda answers: accepted.append(_submit(session, daemon, written_down(answers))))
        screen.wait("")
        answers = converse(screen, lambda so_far: following(so_far, knowledge))
        order = written_down(answers)
    except (KeyboardInterrupt, click.Abort):
        session.output.note("left; nothing was submitted")
        return ExitStatus.INTERRUPTED
    if answers.decision is Decision.LEAVE:
        session.output.note("left; nothing was submitted")
        return ExitStatus.OK
    status = _follow(session, daemon, accepted[-1]) if accepted else None
    return _keep(session, screen, answers, order, status=status)


def _greet(session: Session, daemon: Daemon) -> None:
    """Say what this is, and with what it would work. Raises ClientError."""
    from ooctl.wizard.welcome import welcome  # noqa: PLC0415

    for line in welcome(daemon.status()):
        session.output.note(line)


def _submit(session: Session, daemon: Daemon, order: Order) -> Record | None:
    """The accepted run; None after Ctrl-C, when nobody knows. Raises ClientError, after saying how the work is not lost."""
    from ooctl.specs.asked import MAX_TASKS, Submission  # noqa: PLC0415
    from ooctl.specs.wire import spec_of  # noqa: PLC0415
    from ooctl.wizard.order import command_line  # noqa: PLC0415

    submission = Submission(spec_of(order.draft), order.name, max_tasks=order.max_tasks or MAX_TASKS)
    try:
        return sent(session, daemon, submission)
    except ClientError as error:
        if error.status is not ExitStatus.USAGE:
            session.output.note(f"\nthis repeats it: {command_line(order)}")
        raise


def _follow(session: Session, daemon: Daemon, run: Record | None) -> ExitStatus:
    """Watch the run to its end; its outcome, or INTERRUPTED. Raises ClientError."""
    if run is None:
        return ExitStatus.INTERRUPTED
    show_accepted(session, run, None, is_watched=True)
    run_id = run["run_id"]
    status = follow(session, daemon, run_id, format_=Format.TABLE)
    if status is not ExitStatus.INTERRUPTED:
        session.output.note(f"ooctl results {run_id} prints the figures, ooctl recommend {run_id} says which to take")
    return status


def _keep(session: Session, screen: Screen, answers: Answers, order: Order, *, status: ExitStatus | None) -> ExitStatus:
    """Print the command that does the same, and offer a file that does."""
    from ooctl.wizard.order import command_line  # noqa: PLC0415
    from ooctl.wizard.saving import save  # noqa: PLC0415

    session.output.note("")
    session.output.note("The same run as one command:" if status is not None else "Nothing was run. This command would:")
    session.output.line(command_line(order))
    if status is ExitStatus.INTERRUPTED:
        return status
    outcome = ExitStatus.OK if status is None else status
    assert answers.test is not None
    try:
        saved = save(screen, order, Path.cwd(), test_name=one_line(answers.test.test.name))
    except (KeyboardInterrupt, click.Abort):
        return outcome
    if saved is not None:
        session.output.note(f"saved; ooctl submit {shlex.quote(saved)} runs the same")
    return outcome


def _words_of_daemon(session: Session) -> tuple[str, ...]:
    """How the daemon was named for this command, for one that means the same daemon."""
    if session.daemon is not None:
        return ("--daemon", session.daemon)
    return ("--context", session.context) if session.context is not None else ()

"""What one invocation of ooctl knows: its environment, its streams, and the way to the daemon."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ooctl.address import check_owner, find_daemon
from ooctl.render.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from ooctl.daemon import Daemon
    from ooctl.exits import ClientError
    from ooctl.pacing import Pacing
    from ooctl.render.formats import Output


class Session:
    """Handed to every command as click's object; the options of every command are written into it wherever they stand."""

    def __init__(self, env: Mapping[str, str], output: Output, stdin: TextIO) -> None:
        """Nothing is opened yet. `timeout` is in seconds, for all of the command."""
        self.env, self.output, self.stdin = env, output, stdin
        self.daemon: str | None = None
        self.context: str | None = None
        self.timeout: float | None = None
        self.is_debug = False

    def connect(self, pacing: Pacing | None = None) -> Daemon:
        """A connection to the daemon, to be used as a context manager; nothing is sent yet.

        Raises ClientError (USAGE) for a malformed address or context, (DENIED) for a socket of another user.
        """
        address = find_daemon(self.daemon, self.env, context=self.context)
        check_owner(address)
        # Read by the C core when it is loaded: no log lines of its own on standard error.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
        from ooctl.access import access_to  # noqa: PLC0415 - help and --version do without
        from ooctl.daemon import Daemon  # noqa: PLC0415 - grpc takes 300 ms to import; help and --version do without
        from ooctl.requests import RequestJournal, caller, folder_of  # noqa: PLC0415

        journal = RequestJournal(folder_of(self.env), address.target, self.output.note)
        who, access = caller(self.env), access_to(address, self.env)
        return Daemon(address, pacing=pacing, client=who, journal=journal, timeout=self.timeout, access=access)

    def report(self, error: ClientError) -> None:
        """Say on standard error what went wrong: the sentence, its details, the hint, and with --debug the rest."""
        say, is_red = self.output.complain, self.output.has_err_colour
        say(("\x1b[1;31merror:\x1b[0m " if is_red else "error: ") + one_line(error.sentence))
        for detail in error.details:
            say(f"  {one_line(detail)}")
        if error.hint:
            say(f"hint: {one_line(error.hint)}")
        if self.is_debug:
            for line in error.debug:
                say(f"debug: {one_line(line)}")

    def can_ask(self) -> bool:
        """Whether somebody sits at the terminal to answer a question."""
        return self.stdin.isatty() and self.output.err.isatty()

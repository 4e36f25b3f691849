"""What one invocation of ooctl knows: its environment, its streams, and the way to the daemon."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ooctl.access import access_to
from ooctl.address import check_owner, find_daemon
from ooctl.render.formats import Output
from ooctl.render.text import one_line
from ooctl.requests import RequestJournal, caller, folder_of

if TYPE_CHECKING:
    from typing import TextIO

    from ooctl.daemon import Daemon
    from ooctl.exits import ClientError
    from ooctl.pacing import Pacing


@dataclass
class Session:
    """Handed to every command as click's object; --daemon, --context and --debug are written into it wherever they stand."""

    env: Mapping[str, str]
    output: Output
    stdin: TextIO
    daemon: str | None = None
    context: str | None = None
    is_debug: bool = False

    def connect(self, pacing: Pacing | None = None) -> Daemon:
        """A connection to the daemon, to be used as a context manager; nothing is sent yet.

        Raises ClientError (USAGE) for a malformed address or context, (DENIED) for a socket of another user.
        """
        address = find_daemon(self.daemon, self.env, context=self.context)
        check_owner(address)
        access = access_to(address, self.env)
        # Read by the C core when it is loaded: no log lines of its own on standard error.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
        from ooctl.daemon import Daemon  # noqa: PLC0415 - grpc takes 300 ms to import; help and --version do without

        journal = RequestJournal(folder_of(self.env), address.target, self.output.note)
        return Daemon(address, pacing=pacing, client=caller(self.env), journal=journal, access=access)

    def report(self, error: ClientError) -> None:
        """Say on standard error what went wrong: the sentence, its details, the hint, and with --debug the rest."""
        note = self.output.note
        note(f"error: {one_line(error.sentence)}")
        for detail in error.details:
            note(f"  {one_line(detail)}")
        if error.hint:
            note(f"hint: {one_line(error.hint)}")
        if self.is_debug:
            for line in error.debug:
                note(f"debug: {one_line(line)}")

    def can_ask(self) -> bool:
        """Whether somebody sits at the terminal to answer a question."""
        return self.stdin.isatty() and self.output.err.isatty()

"""What a daemon offers beside its runs. A part that a command does not use is not imported: each brings messages of its own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import grpc

    from ooctl.accounts import Accounts
    from ooctl.analyses import Analyses
    from ooctl.consoles import Consoles
    from ooctl.exports import Exports
    from ooctl.failures import Failures
    from ooctl.itself import Itself
    from ooctl.logs import Logs
    from ooctl.pacing import Pacing
    from ooctl.saved_tests import SavedTests
    from ooctl.steering import Steering
    from ooctl.tokens import Tokens
    from ooctl.tradelogs import TradeLogs
    from oodaemon.api.v1 import runs_pb2_grpc


class Parts:
    """The parts of one daemon, each made when it is asked for."""

    _channel: grpc.Channel
    _runs: runs_pb2_grpc.RunServiceStub
    _pacing: Pacing
    _ask: Any  # an Ask, with defaults
    _send: Any  # a Send, with defaults
    _explain_stream: Any  # an Explain

    @cached_property
    def steering(self) -> Steering:
        """What changes runs."""
        from ooctl.steering import Steering  # noqa: PLC0415

        return Steering(self._runs, self._send)

    @cached_property
    def trade_logs(self) -> TradeLogs:
        """Trades of backtests and of files."""
        from ooctl.tradelogs import TradeLogs  # noqa: PLC0415

        return TradeLogs(self._channel, self._ask)

    @cached_property
    def failures(self) -> Failures:
        """Failed attempts and their evidence."""
        from ooctl.failures import Failures  # noqa: PLC0415

        return Failures(self._channel, self._ask)

    @cached_property
    def exports(self) -> Exports:
        """Whole runs as tables."""
        from ooctl.exports import Exports  # noqa: PLC0415

        return Exports(self._channel, self._ask, self._explain_stream)

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts of the site."""
        from ooctl.accounts import Accounts  # noqa: PLC0415

        return Accounts(self._channel, self._ask)

    @cached_property
    def analyses(self) -> Analyses:
        """Questions about results."""
        from ooctl.analyses import Analyses  # noqa: PLC0415

        return Analyses(self._channel, self._ask)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens for clients of other machines."""
        from ooctl.tokens import Tokens  # noqa: PLC0415

        return Tokens(self._channel, self._ask)

    @cached_property
    def logs(self) -> Logs:
        """What the daemon says."""
        from ooctl.logs import Logs  # noqa: PLC0415
        from oodaemon.api.v1.daemon_pb2_grpc import DaemonServiceStub  # noqa: PLC0415

        return Logs(DaemonServiceStub(self._channel), self._explain_stream, self._pacing)

    @cached_property
    def console(self) -> Consoles:
        """The web console."""
        from ooctl.consoles import Consoles  # noqa: PLC0415

        return Consoles(self._channel, self._ask)

    @cached_property
    def itself(self) -> Itself:
        """The daemon: its state, its tree, and how it is drained."""
        from ooctl.itself import Itself  # noqa: PLC0415

        return Itself(self._channel, self._ask)

    @cached_property
    def tests(self) -> SavedTests:
        """The saved tests."""
        from ooctl.saved_tests import SavedTests  # noqa: PLC0415

        return SavedTests(self._channel, self._ask, self._send)

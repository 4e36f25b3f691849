"""The services of the daemon, by their descriptors."""

from oodaemon.api.v1 import (
    accounts_pb2,
    accounts_pb2_grpc,
    analysis_pb2,
    analysis_pb2_grpc,
    console_pb2,
    console_pb2_grpc,
    daemon_pb2,
    daemon_pb2_grpc,
    exports_pb2,
    exports_pb2_grpc,
    failures_pb2,
    failures_pb2_grpc,
    parameters_pb2,
    parameters_pb2_grpc,
    recordings_pb2,
    recordings_pb2_grpc,
    runs_pb2,
    runs_pb2_grpc,
    tests_pb2,
    tests_pb2_grpc,
    tokens_pb2,
    tokens_pb2_grpc,
    trades_pb2,
    trades_pb2_grpc,
)
from oodaemon.rpc.accounts import AccountServicer
from oodaemon.rpc.analysis import AnalysisServicer
from oodaemon.rpc.console import ConsoleServicer
from oodaemon.rpc.daemon import DaemonServicer
from oodaemon.rpc.exports import ExportServicer
from oodaemon.rpc.failures import FailureServicer
from oodaemon.rpc.parameters import ParameterServicer
from oodaemon.rpc.recordings import RecordingServicer
from oodaemon.rpc.runs import RunServicer
from oodaemon.rpc.saved_tests import TestServicer
from oodaemon.rpc.server import Service
from oodaemon.rpc.tokens import TokenServicer
from oodaemon.rpc.trades import TradeServicer


def services(  # noqa: PLR0913 - one parameter a service
    *,
    runs: RunServicer,
    daemon: DaemonServicer,
    parameters: ParameterServicer,
    tests: TestServicer,
    trades: TradeServicer,
    failures: FailureServicer,
    exports: ExportServicer,
    accounts: AccountServicer,
    analysis: AnalysisServicer,
    tokens: TokenServicer,
    recordings: RecordingServicer,
    console: ConsoleServicer,
) -> list[Service]:
    """What a server offers, beside health and reflection."""
    return [
        Service(runs_pb2.DESCRIPTOR.services_by_name["RunService"], runs, runs_pb2_grpc.add_RunServiceServicer_to_server),
        Service(
            daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"], daemon, daemon_pb2_grpc.add_DaemonServiceServicer_to_server
        ),
        Service(
            parameters_pb2.DESCRIPTOR.services_by_name["ParameterService"],
            parameters,
            parameters_pb2_grpc.add_ParameterServiceServicer_to_server,
        ),
        Service(tests_pb2.DESCRIPTOR.services_by_name["TestService"], tests, tests_pb2_grpc.add_TestServiceServicer_to_server),
        Service(trades_pb2.DESCRIPTOR.services_by_name["TradeService"], trades, trades_pb2_grpc.add_TradeServiceServicer_to_server),
        Service(
            failures_pb2.DESCRIPTOR.services_by_name["FailureService"],
            failures,
            failures_pb2_grpc.add_FailureServiceServicer_to_server,
        ),
        Service(
            exports_pb2.DESCRIPTOR.services_by_name["ExportService"],
            exports,
            exports_pb2_grpc.add_ExportServiceServicer_to_server,
        ),
        Service(
            accounts_pb2.DESCRIPTOR.services_by_name["AccountService"],
            accounts,
            accounts_pb2_grpc.add_AccountServiceServicer_to_server,
        ),
        Service(
            analysis_pb2.DESCRIPTOR.services_by_name["AnalysisService"],
            analysis,
            analysis_pb2_grpc.add_AnalysisServiceServicer_to_server,
        ),
        Service(tokens_pb2.DESCRIPTOR.services_by_name["TokenService"], tokens, tokens_pb2_grpc.add_TokenServiceServicer_to_server),
        Service(
            recordings_pb2.DESCRIPTOR.services_by_name["RecordingService"],
            recordings,
            recordings_pb2_grpc.add_RecordingServiceServicer_to_server,
        ),
        Service(
            console_pb2.DESCRIPTOR.services_by_name["ConsoleService"],
            console,
            console_pb2_grpc.add_ConsoleServiceServicer_to_server,
        ),
    ]

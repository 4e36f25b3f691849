"""What a failed call means to the user: gRPC statuses and rich errors in, ClientError out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, cast

import grpc

from ooctl import handshakes
from ooctl.exits import STATUS_OF_CODE, ClientError, ExitStatus
from ooctl.owners import RUN_HINT, TASK_HINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.any_pb2 import Any as AnyMessage

    from ooctl.address import Address

# gRPC answers UNAVAILABLE in the name of a peer it could not reach, and only the text tells it from the daemon's own
# UNAVAILABLE. An unknown text counts as the daemon's: it is shown as it is and not tried again.
_NOBODY_THERE: Final = ("failed to connect to all addresses", "errors resolving", "DNS resolution failed")
_CUT_OFF: Final = (
    "stream removed",
    "socket closed",
    "connection reset",
    "connection refused",
    "connection closed",
    "connection timed out",
    "broken pipe",
    "recvmsg",
    "sendmsg",
    "goaway",
    "rst_stream",
    "ping timeout",
    "keepalive",
    "transport closed",
    "transport is closing",
    "endpoint closing",
    "endpoint read failed",
    "cancelling all calls",
    "server shutdown",
    "channel closed",
)


class Outage(Enum):
    """Where a call that could not be served got stuck."""

    NOBODY_THERE = "no connection could be made, so nothing was sent"
    CUT_OFF = "the connection broke before the answer; the request may have been carried out"
    REFUSED = "the daemon itself answered that it cannot serve now"
    FULL = "the daemon serves as many of this kind as it can; there may be a place later"


def outage(error: grpc.RpcError) -> Outage | None:
    """The outage behind `error`; None when the daemon gave a verdict on the request."""
    code, text = code_of(error), details_of(error).lower()
    if code is grpc.StatusCode.UNAVAILABLE:
        if handshakes.is_hopeless(text):
            return None
        if any(mark.lower() in text for mark in _NOBODY_THERE):
            return Outage.NOBODY_THERE
        return Outage.CUT_OFF if _is_cut_off(text) else Outage.REFUSED
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return Outage.FULL if _has_quota(error) else None
    if code is grpc.StatusCode.CANCELLED:
        return Outage.CUT_OFF
    if code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN) and _is_cut_off(text):
        return Outage.CUT_OFF
    return None


def explain(error: grpc.RpcError, address: Address, *, hint: str = "") -> ClientError:
    """The error as the user should read it; `hint` is used when the error carries none of its own."""
    code, text = code_of(error), details_of(error)
    debug = (f"{code.name}: {text}",)
    insecure = handshakes.verdict(text, address, debug=debug) if code is grpc.StatusCode.UNAVAILABLE else None
    if insecure is not None:
        return insecure
    match outage(error):
        case Outage.NOBODY_THERE:
            return no_daemon(address, hint=hint or ("" if address.is_socket else handshakes.hint_of(text)), debug=debug)
        case Outage.CUT_OFF:
            sentence = f"the connection to the daemon at {address} broke before it answered"
            return ClientError(sentence, ExitStatus.UNREACHABLE, hint=hint, debug=debug)
        case Outage.REFUSED | Outage.FULL | None:
            pass
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and text.lower() in ("", "deadline exceeded"):
        text = f"the daemon at {address} did not answer in time"
    if code is grpc.StatusCode.NOT_FOUND:
        hint = _fitting(hint, text)
    lines, own_hint = _read_details(error)
    if lines == [text] and code is not grpc.StatusCode.INVALID_ARGUMENT:
        lines = []
    elif lines and text == "; ".join(lines):
        text = "the request is not valid"
    return ClientError(
        text or f"the daemon answered {code.name} without a reason",
        STATUS_OF_CODE.get(code.name, ExitStatus.FAILED),
        details=lines,
        hint=own_hint or hint or ("" if address.is_socket else _REMOTE_HINTS.get(code, "")) or _HINTS.get(code, ""),
        debug=debug,
    )


def _fitting(hint: str, text: str) -> str:
    """The hint of a command, if it leads to what was not found and the sentence does not say as much itself."""
    if text.startswith("there is no task "):
        return TASK_HINT
    command = hint.partition('"')[2].partition('"')[0]
    says_how = "; " in text and hint == RUN_HINT
    return "" if says_how or (command and f"`{command}`" in text) else hint


def no_daemon(address: Address, *, hint: str = "", debug: tuple[str, ...] = ()) -> ClientError:
    """Nothing listens at `address`."""
    sentence = f'no daemon answers at {address} \N{EN DASH} start it with "oodaemon run", or name another one with --daemon'
    return ClientError(sentence, ExitStatus.UNREACHABLE, hint=hint or (_ELSEWHERE if address.is_default else ""), debug=debug)


_ELSEWHERE: Final = (
    "a daemon that was given a state folder listens there: set OODAEMON_STATE_DIR to that folder, "
    'or "ooctl context add NAME --daemon unix:FOLDER/oodaemon.sock --use"'
)
_HINTS: Final = {
    grpc.StatusCode.UNIMPLEMENTED: 'the daemon may be older than this client; compare "ooctl --version" and "ooctl status"',
}


_AT_HOME: Final = '"ooctl token create NAME" on the machine of the daemon makes one'
_REMOTE_HINTS: Final = {
    grpc.StatusCode.UNAUTHENTICATED: f"{_AT_HOME}; OOCTL_TOKEN or the --token-file of a context gives it; it may have expired",
    grpc.StatusCode.PERMISSION_DENIED: "steering runs needs --scope control; tokens and accounts are changed over the socket only",
}


def code_of(error: grpc.RpcError) -> grpc.StatusCode:
    """The status code of the call that ended so."""
    return _call_of(error).code()


def details_of(error: grpc.RpcError) -> str:
    """The sentence that came with the status."""
    return _call_of(error).details() or ""


def retry_delay(error: grpc.RpcError) -> float:
    """The seconds after which there may be a place, as the daemon says; 0 when a place is not what is missing."""
    from google.rpc import error_details_pb2  # noqa: PLC0415 - only with a refusal

    if outage(error) is not Outage.FULL:
        return 0.0
    retry = error_details_pb2.RetryInfo()
    said = (retry.retry_delay.ToTimedelta().total_seconds() for detail in _rich_details(error) if detail.Unpack(retry))
    return max(said, default=0.0)


def _has_quota(error: grpc.RpcError) -> bool:
    """Whether a limit stands behind the refusal that passes when others leave. Who tried too many tokens has none to wait for."""
    from google.rpc import error_details_pb2  # noqa: PLC0415 - only with a refusal

    return any(detail.Is(error_details_pb2.QuotaFailure.DESCRIPTOR) for detail in _rich_details(error))


def _call_of(error: grpc.RpcError) -> grpc.Call:
    """Every error a stub raises is also the call; the stubs for mypy cannot say so."""
    return cast("grpc.Call", error)


def _is_cut_off(text: str) -> bool:
    return any(mark in text for mark in _CUT_OFF)


def _read_details(error: grpc.RpcError) -> tuple[list[str], str]:
    """The lines under the sentence and the hint, out of google.rpc details; unknown details are passed over."""
    from google.rpc import error_details_pb2  # noqa: PLC0415 - only with a refusal

    lines: list[str] = []
    hint = ""
    for detail in _rich_details(error):
        bad, unmet = error_details_pb2.BadRequest(), error_details_pb2.PreconditionFailure()
        full, links = error_details_pb2.QuotaFailure(), error_details_pb2.Help()
        retry = error_details_pb2.RetryInfo()
        if detail.Unpack(bad):
            lines += [_line(each.field, each.description) for each in bad.field_violations]
        elif detail.Unpack(unmet):
            lines += [_line(each.subject, each.description) for each in unmet.violations]
        elif detail.Unpack(full):
            lines += [_line(each.subject, each.description) for each in full.violations]
        elif detail.Unpack(retry):
            hint = hint or f"try again in {max(1, round(retry.retry_delay.ToTimedelta().total_seconds()))} s"
        elif detail.Unpack(links):
            hint = "; ".join(each.description for each in links.links) or hint
    return lines, hint


def _line(subject: str, description: str) -> str:
    return f"{subject}: {description}" if subject else description


def _rich_details(error: grpc.RpcError) -> Iterator[AnyMessage]:
    from grpc_status import rpc_status  # noqa: PLC0415 - only with a refusal

    try:
        status = rpc_status.from_call(_call_of(error))
    except ValueError:  # the details contradict the status line; the status line is what was shown
        return
    if status is not None:
        yield from status.details

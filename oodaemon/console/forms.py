"""What a form sends: bounded, read in time, with files or without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message as Headers
from email.parser import HeaderParser
from typing import Any
from urllib.parse import parse_qsl

import trio

from oodaemon.clock import SECONDS
from oodaemon.console.refusals import Refused

MIB = 1024 * 1024
BODY, UPLOAD = 1 * MIB, 10 * MIB + 64 * 1024
"""Bytes of a form, and of one with a file of at most 10 MiB."""
PATIENCE = 30 * SECONDS
FIELDS = 20_000
URLENCODED, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file; `name` is what the browser called it, without folders."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form in their order, its files, and the bytes of a body that is JSON."""

    fields: Sequence[tuple[str, str]] = ()
    files: Mapping[str, Upload] = field(default_factory=dict)
    json: bytes = b""

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field, without blanks around it."""
        return next((value.strip() for key, value in reversed(self.fields) if key == name), default)

    def all(self, name: str) -> list[str]:
        """All values of a field, in their order."""
        return [value for key, value in self.fields if key == name]


async def read(scope: Any, receive: Any) -> Form:
    """The form of a request. Raises Refused for one that is too large, too slow or no form."""
    headers = {key.decode("latin1"): value.decode("latin1") for key, value in scope["headers"]}
    kind, parameters = _media_type(headers.get("content-type", ""))
    body = await _body(headers, receive, UPLOAD if kind == MULTIPART else BODY)
    if kind == JSON:
        return Form(json=body)
    if kind == URLENCODED or not body:
        return Form(fields=_fields(body))
    if kind == MULTIPART and parameters.get("boundary"):
        return await trio.to_thread.run_sync(_parts, body, parameters["boundary"])
    raise Refused(415, "the console reads forms and JSON only")


async def _body(headers: Mapping[str, str], receive: Any, most: int) -> bytes:
    too_large = Refused(413, f"the request is larger than the {most // MIB} MiB that the console takes")
    told = headers.get("content-length", "0")
    if told.isdigit() and int(told) > most:
        raise too_large
    body = bytearray()
    with trio.move_on_after(PATIENCE):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Refused(400, "the request ended before it was complete")
            body += message.get("body", b"")
            if len(body) > most:
                raise too_large
            if not message.get("more_body", False):
                return bytes(body)
    raise Refused(408, "the request took too long to arrive")


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400, "the fields of the form cannot be read") from None


def _media_type(text: str) -> tuple[str, dict[str, str]]:
    headers = Headers()
    headers["content-type"] = text.replace("\r", "").replace("\n", "") or "none/none"
    found = {str(key): str(value) for key, value in (headers.get_params() or [])[1:]}
    return headers.get_content_type(), found


def _parts(body: bytes, boundary: str) -> Form:
    """RFC 7578: parts between delimiters, each with headers, an empty line and its content."""
    delimiter = b"--" + boundary.encode("latin1", "replace")
    fields: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Refused(400, "the parts of the form cannot be told apart")
    if len(pieces) > FIELDS:
        raise Refused(400, "the form has too many fields")
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.decode("utf-8", "replace").lstrip())
        name = headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise Refused(400, "a field of the form has no name")
        file_name = headers.get_filename()
        if file_name is None:
            fields.append((name, content.decode("utf-8", "replace")))
        elif file_name or content:
            files[name] = Upload(file_name.replace("\\", "/").rpartition("/")[2][:200], content)
    return Form(fields, files)

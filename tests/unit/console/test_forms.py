"""Bodies of requests as forms: bounded, exact, refused with a sentence."""

from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.console import forms
from oodaemon.console.forms import Form, Upload, read
from oodaemon.console.refusals import Refused

CONTENT = bytes(range(256)) + b"\r\n--not the boundary\r\n\r\n"


def parts(*pieces: bytes, end: bytes = b"--\r\n") -> bytes:
    return b"".join(b"--edge\r\n" + piece + b"\r\n" for piece in pieces) + b"--edge" + end


async def form(body: bytes, kind: str, *, length: str | None = None) -> Form:
    headers = [(b"content-type", kind.encode())] + ([(b"content-length", length.encode())] if length else [])
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)] or [b""]

    async def receive() -> dict[str, Any]:
        await trio.lowlevel.checkpoint()
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    return await read({"headers": headers}, receive)


async def test_fields_keep_their_order_and_their_text() -> None:
    got = await form(b"a=1&b=%C3%A4+%26&a=2&c=", forms.URLENCODED)
    assert (got.get("a"), got.all("a"), got.get("b"), got.get("c"), got.get("d", "no")) == ("2", ["1", "2"], "ä &", "", "no")


async def test_files_come_as_they_are() -> None:
    body = parts(
        b'Content-Disposition: form-data; name="csrf"\r\n\r\ntoken',
        b'Content-Disposition: form-data; name="table"; filename="C:\\x\\..\\rows.csv"\r\nContent-Type: text/csv\r\n\r\n' + CONTENT,
        b'Content-Disposition: form-data; name="empty"; filename=""\r\n\r\n',
    )
    got = await form(body, "multipart/form-data; boundary=edge")
    assert got.get("csrf") == "token"
    assert got.files["table"] == Upload("rows.csv", CONTENT)
    assert "empty" not in got.files


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x", "text/plain", 415),
        (b"x", "multipart/form-data", 415),
        (b"x", "multipart/form-data; boundary=edge", 400),
        (parts(b"Content-Disposition: form-data\r\n\r\nx"), "multipart/form-data; boundary=edge", 400),
        (parts(b'Content-Disposition: form-data; name="a"\r\n\r\nx', end=b""), "multipart/form-data; boundary=edge", 400),
        (b"a=%ff\xff", forms.URLENCODED, 400),
        (b"a&" * (forms.FIELDS + 1), forms.URLENCODED, 400),
        (b"x" * (forms.BODY + 1), forms.URLENCODED, 413),
        (b"x" * (forms.UPLOAD + 1), "multipart/form-data; boundary=edge", 413),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(Refused) as caught:
        await form(body, kind)
    assert caught.value.status == status


async def test_a_length_that_is_too_large_is_believed_at_once() -> None:
    with pytest.raises(Refused) as caught:
        await form(b"", forms.URLENCODED, length=str(forms.BODY + 1))
    assert caught.value.status == 413


async def test_a_body_that_does_not_come_is_not_waited_for(autojump_clock: trio.testing.MockClock) -> None:
    async def receive() -> dict[str, Any]:
        await trio.sleep_forever()
        raise AssertionError

    with pytest.raises(Refused) as caught:
        await read({"headers": [(b"content-type", forms.URLENCODED.encode())]}, receive)
    assert caught.value.status == 408


async def test_a_visitor_who_leaves_is_not_waited_for() -> None:
    async def receive() -> dict[str, Any]:
        await trio.lowlevel.checkpoint()
        return {"type": "http.disconnect"}

    with pytest.raises(Refused):
        await read({"headers": [(b"content-type", forms.URLENCODED.encode())]}, receive)

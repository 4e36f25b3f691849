"""A site that renames its labels overnight: a proxy in front of another one that rewrites what it says."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive", "date", "server"}


class RenamingSite:
    """Where it serves, and the words it says otherwise from now on."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.words: dict[str, str] = {}


@contextlib.contextmanager
def renaming(behind: str) -> Iterator[RenamingSite]:
    """A proxy in front of the site at an address."""
    client = httpx.Client(base_url=behind, timeout=60)

    class Answer(BaseHTTPRequestHandler):
        def forward(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            kept = {name: value for name, value in self.headers.items() if name.lower() not in {*HOP, "host", "accept-encoding"}}
            try:
                answer = client.request(self.command, self.path, content=self.rfile.read(length), headers=kept)
            except httpx.HTTPError:
                self.close_connection = True
                return
            body = answer.content
            if self.path.startswith("/api/Panel"):
                for before, after in site.words.items():
                    body = body.replace(f'"{before}"'.encode(), f'"{after}"'.encode())
            with contextlib.suppress(OSError):
                self.send_response(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST = do_DELETE = forward  # noqa: N815 - the names of the library

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    site = RenamingSite(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
        client.close()

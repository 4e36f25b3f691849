"""The server side of the second stand-in: sessions, saved tests with their quirks, and the course of every run."""

import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.standin import figures

EMAIL, PASSWORD = "outsider@example.com", "correct horse"
HERE = Path(__file__).parent
Step = tuple[int, str, Any]
Rows = list[list[figures.Card]]
LEGS = (
    {"side": "Sell", "right": "Put", "qty": "1", "at": "30", "unit": "Δ", "dte": "0"},
    {"side": "Buy", "right": "Put", "qty": "1", "at": "12", "unit": "Δ", "dte": "0"},
    {"side": "Sell", "right": "Call", "qty": "1", "at": "2.5", "unit": "$", "dte": "0"},
)
BASE: dict[str, Any] = {
    "from": "05/16/2022", "to": "12/06/2025", "ticker": "SPX", "legs": LEGS, "exact": True, "funds": "100000", "time": "11:25",
    "vix": False, "groups": False, "pt": "55", "ptu": "%", "sl": "185", "slu": "%", "actions": False, "exit_vix": False,
    "exit_delta": "", "cap": False, "csv": False,
}  # fmt: skip
FRESH = {**BASE, "pt": "", "sl": "", "time": "09:45"}


@dataclass(slots=True)
class Saved:
    """A saved test. `quirks`: how the site behaves for it; see `Site.add`."""

    test_id: str
    name: str
    form: dict[str, Any]
    quirks: dict[str, Any]
    redirects: int = 0
    opened: int = 0
    computed: list[dict[str, Any]] = field(default_factory=list)

    def expected(self, **changes: Any) -> dict[str, float]:
        """What must be recorded for the saved form with these changes."""
        return figures.metrics({**self.form, **changes}, self.quirks.get("shape", ""))

    def legs(self, at: str) -> list[dict[str, Any]]:
        """The saved legs with this value in every one that is priced by delta."""
        return [{**leg, "at": at} if leg["unit"] == "Δ" else leg for leg in self.form["legs"]]


class Listener(ThreadingHTTPServer):
    """Browsers leave in the middle of an answer; that is not worth a word."""

    def handle_error(self, *_args: object) -> None:
        """Say nothing."""


class Site:
    """Serves on a port of its own until closed; everything a test wants to turn is an attribute or a method."""

    def __init__(self) -> None:
        self.saved: dict[str, Saved] = {}
        self.sessions: set[str] = set()
        self.is_list_of_cards = False
        self.sign_ins = 0
        self.expire_at_compute = 0
        self.last_view: dict[str, Any] | None = None
        self._lock = threading.Lock()
        self._server: Listener | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The address to give to a daemon."""
        return f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        """Answer, at the same port as before."""
        site = self

        class Desk(Request):
            owner = site

        self._server = Listener(("127.0.0.1", self._port), Desk)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def down(self) -> None:
        """Refuse connections."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def add(self, form: Mapping[str, Any] | None = None, /, *, redirects: int = 0, **quirks: Any) -> Saved:
        """A saved test with figures of its own.

        Of a run: `duration`, `popup` and `over` (ms, None for never), `heading`, `config`, `cards` (ms at which that part turns to
        the new run; default: when it is done), `fill` and `gap` (how cards fill in), `flash` and `flash_at` (the account's last
        result is shown first), `url_after`, `shape`, `legs_card`, `refuses` (profit targets), `rounds_at_submit`. Of the page:
        `input`,
        `rounds`, `options_far`, `popup_plain`, `popup_sparse`, `spinner`, `groups`, `hard_logout`, `complaint`, `complaint_icon`,
        `red_note`, `swallow` (Run clicks without effect), `late_figures` (ms before a saved test shows its figures).
        """
        test_id = uuid.uuid4().hex[:20]
        own = {**BASE, "sl": str(101 + len(self.saved)), **(form or {})}
        test = Saved(test_id, f"Test {len(self.saved) + 1}: {test_id[:5]}", own, quirks, redirects)
        self.saved[test_id] = test
        return test

    def expire(self) -> None:
        """Forget every session."""
        with self._lock:
            self.sessions.clear()

    def show_last(self, form: dict[str, Any]) -> None:
        """What the account ran last, by hand, before anything else runs."""
        self.last_view = self._view(form, {}, name="", is_unsaved=True)

    def answer(self, path: str, token: str, body: Any) -> tuple[int, Any]:
        """Status and JSON for a call of the page."""
        with self._lock:
            if path == "/api/enter":
                return 200, self._enter(*body)
            if path == "/api/compute" and self.expire_at_compute:
                self.expire_at_compute -= 1
                self.sessions.clear()
            if token not in self.sessions:
                return 401, {}
            if path == "/api/compute":
                return 200, self._compute(body)
            if path == "/api/saved":
                listed = [{"id": test.test_id, "name": test.name} for test in self.saved.values()]
                return 200, {
                    "tests": listed,
                    "is_cards": self.is_list_of_cards,
                    "fresh": self._view(FRESH, {}, name="", is_unsaved=True),
                }
            if path.startswith("/api/saved/"):
                return 200, self._open(path.removeprefix("/api/saved/"))
            return 200, {"beat": 1}

    def _enter(self, email: str, password: str) -> dict[str, str]:
        self.sign_ins += 1
        if (email, password) != (EMAIL, PASSWORD):
            return {}
        token = uuid.uuid4().hex
        self.sessions.add(token)
        return {"token": token}

    def _open(self, test_id: str) -> dict[str, Any]:
        test = self.saved.get(test_id)
        if test is None:
            return {"missing": True} if test_id.endswith("x") else {"elsewhere": True}
        test.opened += 1
        if test.redirects > 0:
            test.redirects -= 1
            return {"elsewhere": True}
        return {"quirks": test.quirks, "view": self._view(test.form, test.quirks, name=test.name, is_unsaved=False)}

    def _view(self, form: dict[str, Any], quirks: Mapping[str, Any], *, name: str, is_unsaved: bool) -> dict[str, Any]:
        return {
            "name": name,
            "unsaved": is_unsaved,
            "form": form,
            "cards": figures.cards(form, quirks.get("shape", "")),
            "config": figures.config(form, quirks.get("legs_card", "readable")),
        }

    def _compute(self, body: dict[str, Any]) -> dict[str, Any]:
        form = body["settings"]
        test = self.saved.get(body["saved"].removeprefix("/test/")) or self._of_address(body["saved"])
        quirks = test.quirks if test else {}
        if quirks.get("rounds_at_submit"):
            form = {**form, "pt": form["pt"].partition(".")[0]}
        if form["pt"] in quirks.get("refuses", ()):
            return {"objection": f"Profit target {form['pt']} is not available for this strategy"}
        if test:
            test.computed.append(form)
        view = self._view(form, quirks, name="", is_unsaved=True)
        previous, self.last_view = self.last_view, view
        return {"steps": steps(view, previous, quirks, figures.cards(test.form if test else FRESH, quirks.get("shape", "")))}

    def _of_address(self, path: str) -> Saved | None:
        return next((test for test in self.saved.values() if test.quirks.get("url_after") == path), None)


def steps(view: dict[str, Any], previous: dict[str, Any] | None, quirks: Mapping[str, Any], old: Rows) -> list[Step]:
    """The course of a run on a page that shows the cards `old`: at how many milliseconds what happens."""
    done = quirks.get("duration", 300)
    course: list[Step] = []
    popup, over = quirks.get("popup", 30), quirks.get("over", done)
    if popup is not None:
        course += [(popup, "popup", None), (over, "over", None)]
    if url := quirks.get("url_after"):
        course.append((10, "url", url))
    if (flash := quirks.get("flash")) and previous:
        shown = {"unsaved": True, "cards": previous["cards"]}
        course.append((quirks.get("flash_at", 5), "view", {**shown, "config": previous["config"]} if flash == "bullets" else shown))
    course.append((quirks.get("heading", done), "view", {"unsaved": True, "form": view["form"]}))
    course.append((quirks.get("config", done), "view", {"config": view["config"]}))
    course += _filling(view, quirks, quirks.get("cards", done), old)
    return sorted(course, key=lambda step: step[0])


def _filling(view: dict[str, Any], quirks: Mapping[str, Any], at: int, old: Rows) -> list[Step]:
    shape, fill, gap = quirks.get("shape", ""), quirks.get("fill"), quirks.get("gap", 70)
    whole, form = view["cards"], view["form"]
    last = (at, "view", {"cards": whole})
    if fill == "counts_up":
        partly = [(at + 80 * i, "view", {"cards": figures.cards(form, shape, scale=i / 10)}) for i in range(10)]
        return [*partly, (at + 800, "view", {"cards": whole})]
    if fill == "one_by_one":
        places = sum(len(row) for row in whole)
        return [(at + gap * i, "view", {"cards": figures.changes(old, whole, i + 1)}) for i in range(places)]
    if fill == "appearing":
        flat = [(row, card) for row, line in enumerate(whole) for card in line]
        rows = range(len(whole))
        seen = [[[card for r, card in flat[: i + 1] if r == row] for row in rows] for i in range(len(flat))]
        return [(at + gap * i, "view", {"cards": cards}) for i, cards in enumerate(seen)]
    if fill == "by_row":
        return [(at, "view", {"cards": [whole[0], *old[1:]]}), (at + gap, "view", {"cards": whole})]
    if fill in {"", "-", "$0"}:
        return [(at, "view", {"cards": figures.hollow(whole, fill)}), (at + gap, "view", {"cards": whole})]
    if fill == "zeros":
        return [(at, "view", {"cards": figures.cards(form, shape, scale=0)}), (at + gap, "view", {"cards": whole})]
    return [last]


class Request(BaseHTTPRequestHandler):
    """One request; connections are not kept, so that a site that is down is down for everybody."""

    owner: Site

    def do_GET(self) -> None:
        """A call of the page, its script, or the page itself whatever the address."""
        path = urlsplit(self.path).path
        if path.startswith("/api/"):
            self._call(path, None)
        elif path == "/assets/app.js":
            self._reply(200, "text/javascript", (HERE / "app.js").read_bytes())
        elif path == "/favicon.ico":
            self._reply(404, "text/plain", b"")
        else:
            self._reply(200, "text/html; charset=utf-8", (HERE / "page.html").read_bytes())

    def do_POST(self) -> None:
        """A call of the page with a JSON body."""
        self._call(urlsplit(self.path).path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _call(self, path: str, body: Any) -> None:
        status, answer = self.owner.answer(path, self.headers.get("Authorization", ""), body)
        self._reply(status, "application/json", json.dumps(answer).encode())

    def _reply(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

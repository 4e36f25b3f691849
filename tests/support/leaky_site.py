"""The practice site with an account of its own, and pages that tell its secrets wherever a page can. Run as a process of its own.

The account comes from the environment (LEAKY_EMAIL, LEAKY_PASSWORD), because arguments of processes are looked at too.
"""

import json
import os

import trio
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from oodaemon.practice import serve, site, web

SCRIPT = """<script>
(() => {
  const account = %s;
  console.error("signed in as " + account.email + " with " + account.password);
  console.log(JSON.stringify({ authorization: "Basic " + btoa(account.email + ":" + account.password) }));
  fetch("/api/Missing?email=" + encodeURIComponent(account.email) + "&password=" + encodeURIComponent(account.password));
  document.cookie = "leak=" + encodeURIComponent(account.password);
  localStorage.setItem("account", JSON.stringify(account));
  const show = () => {
    if (document.getElementById("leaks")) return;
    const box = document.createElement("div");
    box.id = "leaks";
    box.innerHTML = "<p></p><input type='text'><input name='pass'><input name='mail'><textarea></textarea>";
    box.children[0].textContent = "Account " + account.email + " / " + account.password;
    for (const [place, value] of [[1, account.password], [2, account.password], [3, account.email], [4, account.password]])
      box.children[place].value = value;
    box.title = account.password;
    document.documentElement.append(box);
  };
  setInterval(show, 100);
  show();
})();
</script>"""


class Leaks:
    """Puts the script into every page and answers with a cookie that holds the password."""

    def __init__(self, app: Starlette, account: dict[str, str]) -> None:
        self._app, self._account = app, account
        self._script = (SCRIPT % json.dumps(account)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        is_page = False

        async def leak(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                is_page = any(name == b"content-type" and b"text/html" in value for name, value in headers)
                cookie = (b"set-cookie", b"leaked=" + self._account["password"].encode())
                message = {**message, "headers": [*(headers if is_page else message["headers"]), cookie]}
            elif message["type"] == "http.response.body" and is_page:
                message = {**message, "body": message["body"].replace(b"</head>", self._script + b"</head>")}
            await send(message)

        await self._app(scope, receive, leak if scope["type"] == "http" else send)


async def main() -> None:
    account = {"email": os.environ["LEAKY_EMAIL"], "password": os.environ["LEAKY_PASSWORD"]}
    vars(site).update(PRACTICE_EMAIL=account["email"], PRACTICE_PASSWORD=account["password"])
    vars(serve).update(application=lambda practice: Leaks(web.application(practice), account))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve.serve, site.Site())
        print(f"leaky site at http://127.0.0.1:{port}", flush=True)


if __name__ == "__main__":
    trio.run(main)

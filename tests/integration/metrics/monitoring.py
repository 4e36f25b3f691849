"""A real Prometheus as a subprocess, and what a test asks it."""

import contextlib
import math
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.integration.metrics import boards
from tests.support.process import CLEAN, wait_for

needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")) and not CLEAN.get("CI"),
    reason="prometheus and promtool are not installed; on Debian and Ubuntu: apt-get install prometheus",
)

Series = dict[str, Any]


class Prometheus:
    """Scrapes one address every second, with the rules of the repository."""

    def __init__(self, folder: Path, target: str) -> None:
        config = yaml.safe_load((boards.GRAFANA / "prometheus" / "prometheus.yml").read_text("utf-8"))
        config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [f"{boards.RULES}/*.yml"]
        config["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
        file = folder / "prometheus.yml"
        file.write_text(yaml.safe_dump(config), "utf-8")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self._log = (folder / "prometheus.log").open("wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={file}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address={self.address}"],
            stdout=self._log,
            stderr=self._log,
        )
        self.log = folder / "prometheus.log"
        self.client = httpx.Client(base_url=f"http://{self.address}", timeout=60)

    def is_ready(self) -> bool:
        """True once it answers."""
        assert self.process.poll() is None, self.log.read_text("utf-8")
        with contextlib.suppress(httpx.TransportError):
            return self.client.get("/-/ready").status_code == 200
        return False

    def get(self, path: str, **params: str | float) -> Any:
        """The data of an answer; an error fails the test with its words."""
        answer = self.client.get(f"/api/v1/{path}", params=params).json()
        assert answer["status"] == "success", f"{params}: {answer.get('error')}"
        return answer["data"]

    def instant(self, expr: str) -> list[Series]:
        """The series of an expression now."""
        found = self.get("query", query=expr)
        return [] if found["resultType"] == "scalar" else list(found["result"])

    def over(self, expr: str, begin: float, end: float) -> list[Series]:
        """The series of an expression over time."""
        return list(self.get("query_range", query=expr, start=begin, end=end, step=2)["result"])

    def end(self) -> None:
        """Stop it."""
        self.client.close()
        self.process.terminate()
        self.process.wait(20)
        self._log.close()


@contextlib.contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """A Prometheus that answers."""
    found = Prometheus(folder, target)
    try:
        wait_for(found.is_ready, lambda: found.log.read_text("utf-8"))
        yield found
    finally:
        found.end()


def has_number(series: Series) -> bool:
    """True when some sample of it is a number."""
    samples = series["values"] if "values" in series else [series["value"]]
    return any(not math.isnan(float(value)) for _, value in samples)

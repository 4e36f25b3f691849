"""Children by adoption are buried; those that somebody waits for are left to them."""

import subprocess
import sys

from oodaemon.app.orphans import become_subreaper

SCRIPT = """
import subprocess, sys, time
from oodaemon.app.orphans import become_subreaper, bury
from oodaemon.browser import processes

assert become_subreaper()
grandchild = "import sys, time; sys.stdin.read()"
middle = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', %r], start_new_session=True); print(p.pid)"
read = subprocess.Popen([sys.executable, "-c", middle % grandchild], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
orphan = int(read.stdout.readline())
assert read.wait() == 0
own = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], start_new_session=True)
processes.GROUPS.add(orphan)
assert bury() == []
read.stdin.close()
deadline = time.monotonic() + 20
while not (buried := bury()) and time.monotonic() < deadline:
    time.sleep(0.01)
assert buried == [orphan], buried
while processes.is_alive(own.pid) and time.monotonic() < deadline:
    time.sleep(0.01)
assert bury() == []
assert own.wait() == 3
print("ok")
"""


def test_an_adopted_child_is_buried_and_no_exit_code_is_taken_away() -> None:
    if sys.platform != "linux":
        assert not become_subreaper(), "only Linux has subreapers"
        return
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr

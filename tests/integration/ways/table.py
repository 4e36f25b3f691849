"""How each command is tried: one row a command, which the tests of its error paths and of its output read.

`{run}` stands for a new run with three tasks that wait, `{failed}` for one whose only task failed, `{grid}` for one with results,
trade logs and a failure, `{log}` for an imported trade log, `{csv}` for the file of a trade log, `{test}` for a saved test of its
own, `{tmp}` for a folder of the test, `{word}` for a word that nobody used yet.
"""

from dataclasses import dataclass
from pathlib import Path

GRAFANA = Path(__file__).parents[3] / "grafana"


ASKS_THE_SITE = 7
"""The exit code of a command that waits for a browser that the service lacks; --timeout ends it."""


@dataclass(frozen=True)
class Row:
    """A command that has no row, or whose row lacks one of these, is named by test_every_command.py."""

    works: str
    """Arguments with which it does something, and prints something where it prints at all."""
    bad: str
    """Arguments that are wrong in themselves: exit code 2 and a hint."""
    unknown: str = ""
    """Arguments that name what there is not: exit code 3. Empty where nothing is named, or where only the site could tell."""
    status: int = 0
    """The exit code of `works` against a service that has no site, no accounts and no service manager."""
    is_local: bool = False
    """Whether it does without the daemon."""
    formats: tuple[str, ...] = ("wide", "json", "jsonl", "yaml", "csv")
    """What -o takes beside table, where there is -o; fewer for what comes as a stream."""
    is_silent: bool = False
    """Whether `works` prints nothing here."""
    spoils: bool = False
    """Whether it leaves the service in a state in which others would not work: it gets a service of its own."""
    stdin: str = ""
    """What stands on standard input."""


ROWS = {
    "run": Row("", "more", status=2, is_local=True),
    "top": Row("", "more", status=2, is_local=True),
    "wait": Row("{grid}", "{grid} --for ever", "01ZZ", status=10),
    "explain": Row("{grid}", "-o text", "01ZZ"),
    "logs": Row("--level warning", "--level loud", formats=("jsonl",), is_silent=True),
    "console": Row("--print", "more", status=4),
    "token create": Row("{word} --scope read", "laptop --scope all"),
    "token list": Row("", "-o text"),
    "token revoke": Row("nobody", "", "nobody", status=3),
    "submit": Row("--test iron -p delta=5..15/5", "--test iron -p delta"),
    "plan": Row("--test iron -p delta=5..15/5", "--test iron -p delta=5 --sample x"),
    "watch": Row("{grid}", "{grid} -o csv", "01ZZ", status=10, formats=("wide", "json", "jsonl", "yaml")),
    "list": Row("", "--limit x"),
    "status": Row("{grid}", "-o text", "01ZZ"),
    "results": Row("{grid}", "{grid} -o jsn", "01ZZ"),
    "tasks": Row("{grid}", "", "01ZZ"),
    "charts": Row("{grid} --to {tmp}", "{grid} x", "01ZZ", status=3),
    "failures": Row("{grid}", "{grid} --class bugs", "01ZZ"),
    "recommend": Row("{grid}", "{grid} --goal luck", "01ZZ"),
    "best": Row("{grid} --by mar", "{grid} --by mra", "01ZZ"),
    "compare": Row("{grid} {failed}", "{grid} {failed} --by mra", "{grid} 01ZZ"),
    "robustness": Row("{grid}", "{grid} --by mra", "01ZZ"),
    "walkforward": Row("{grid}", "", "01ZZ", status=6),
    "montecarlo": Row("{grid} 12", "{grid}", "01ZZ 1"),
    "trades": Row("{grid}", "{grid} --equity", "01ZZ"),
    "export": Row("{grid}", "{grid} --format pdf", "01ZZ"),
    "chart": Row("{grid} --metric mar", "{grid} --metric mra", "01ZZ"),
    "report": Row("{grid} --html {tmp}/r.html", "{grid}", "01ZZ --html {tmp}/r.html"),
    "pause": Row("{run}", "", "01ZZ"),
    "resume": Row("{run}", "{run} --all", "01ZZ"),
    "cancel": Row("{run} --yes", "{run}", "01ZZ --yes"),
    "retry": Row("{failed}", "{grid} --class bugs", "01ZZ"),
    "skip": Row("{failed} --tasks 0 --reason late", "{grid} --tasks 24", "01ZZ --tasks 1 --reason late", status=6),
    "accept": Row("{failed} --tasks 0 --reason seen", "{grid} --tasks x --reason seen", "01ZZ --tasks 1 --reason seen", status=6),
    "tests": Row("", "-o text"),
    "tests list": Row("", "-o text"),
    "tests show": Row("iron", ""),
    "tests add": Row("iron --timeout 2s", "", status=ASKS_THE_SITE),
    "tests rename": Row("{test} Condor --only-here", "iron"),
    "tests delete": Row("{test} --only-here --yes", "iron"),
    "parameters": Row("", "-o text", "dleta"),
    "import trades": Row("{csv}", ""),
    "imports": Row("", "--limit x"),
    "drain": Row("", "-o text", spoils=True),
    "tree": Row("", "-o text"),
    "dump": Row("", "--all"),
    "login": Row(
        "--account nobody --store memory --email a@example.com --password-stdin", "--store nowhere", status=2, stdin="secret\n"
    ),
    "logout": Row("--account nobody", "more", "--account nobody", status=3),
    "accounts": Row("", "-o text"),
    "context add": Row("office --daemon 127.0.0.1:50051", "office --daemon nonsense", is_local=True),
    "context use": Row("office", "", status=2, is_local=True),
    "context remove": Row("office", "", status=2, is_local=True),
    "context list": Row("", "-o text", is_local=True),
    "service install": Row("--print", "--printed", is_local=True),
    "service start": Row("", "now", status=3, is_local=True),
    "service stop": Row("", "now", status=3, is_local=True),
    "service status": Row("", "-o text", status=1, is_local=True),
    "service logs": Row("", "-n x", status=1, is_local=True),
    "service uninstall": Row("", "now", is_local=True),
    "dashboard export": Row("--dir {tmp}/grafana", "", status=0 if GRAFANA.is_dir() else 3, is_local=True),
    "completion": Row("bash", "tcsh", is_local=True),
    "man": Row("--dir {tmp}/man", "", is_local=True),
    "options": Row("", "more", is_local=True),
    "help": Row("exit-codes", "exit-cods", is_local=True),
}
"""By the words of the command after `ooctl`."""

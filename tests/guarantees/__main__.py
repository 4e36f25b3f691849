"""The table of guarantees with verdicts. `python -m tests.guarantees [--all | --markdown | --write]`.

Quick proofs are run; slow ones are named, and run with `--all`, in full (OO_FULL): `make test` runs a part of the largest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.guarantees.table import TABLE, Guarantee

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "testing.md"
BEGIN, END = "<!-- guarantees: begin -->", "<!-- guarantees: end -->"


def markdown() -> str:
    """The table as it stands in docs/testing.md."""
    lines = ["| | claim | what is done against it | proven by |", "|---|---|---|---|"]
    for row in TABLE:
        proofs = "<br>".join(f"`{_short(proof)}`" for proof in row.proofs) or "**unproven**"
        lines.append(f"| {row.key} | {row.claim} | {row.fault} | {proofs} |")
    return "\n".join(lines)


def _short(proof: str) -> str:
    path, _, name = proof.partition("::")
    return f"{path.removeprefix('tests/')}" + (f" {name}" if name else "")


def page_with_table(page: str) -> str:
    """The page with a fresh table. Raises ValueError when its marks are gone."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/testing.md has lost its marks {BEGIN} and {END}")
    return f"{before}{begin}\n\n{markdown()}\n\n{end}{after}"


def run(proofs: Sequence[str]) -> tuple[Mapping[str, bool], str]:
    """Whether each of these tests passed, all parameters of it; and what pytest said."""
    with tempfile.TemporaryDirectory(prefix="oo-") as made:
        report = Path(made) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={made}/t", f"--junitxml={report}"]
        print(f"running {len(proofs)} proofs", flush=True)
        whole = {**os.environ, "OO_FULL": "1"}
        done = subprocess.run([*command, *proofs], check=False, cwd=ROOT, env=whole, capture_output=True, text=True)
        cases = ET.parse(report).getroot().iter("testcase") if report.exists() else ()
        found: dict[str, bool] = {}
        for case in cases:
            name = case.get("classname", "").replace(".", "/") + ".py::" + case.get("name", "").partition("[")[0]
            is_good = not any(case.find(bad) is not None for bad in ("failure", "error", "skipped"))
            found[name] = found.get(name, True) and is_good
    return found, done.stdout + done.stderr


def verdict(row: Guarantee, passed: Mapping[str, bool]) -> str:
    """One word for a row."""
    if not row.proofs:
        return "UNPROVEN"
    known = [passed.get(proof.partition("[")[0]) for proof in row.proofs]
    if any(each is False for each in known):
        return "BROKEN"
    if all(known):
        return "holds"
    return "holds*" if any(known) else "slow"


def show(rows: Iterable[Guarantee], passed: Mapping[str, bool]) -> None:
    """Claim, fault and verdict of every row."""
    for row in rows:
        print(f"{verdict(row, passed):>8}  {row.key:<4}{row.claim}\n{'':14}against: {row.fault}")
        for proof in row.proofs:
            mark = {True: "passed", False: "FAILED", None: "in make test"}[passed.get(proof.partition("[")[0])]
            print(f"{'':14}{mark:>12}: {proof}")


def main() -> int:
    """0 unless a proof failed."""
    options = argparse.ArgumentParser(prog="python -m tests.guarantees")
    options.add_argument("--all", action="store_true", help="run the slow proofs too")
    options.add_argument("--markdown", action="store_true", help="print the table of docs/testing.md")
    options.add_argument("--write", action="store_true", help="write that table into docs/testing.md")
    asked = options.parse_args()
    if asked.markdown:
        print(markdown())
        return 0
    if asked.write:
        PAGE.write_text(page_with_table(PAGE.read_text("utf-8")), "utf-8")
        return 0
    proofs = list(dict.fromkeys(proof for row in TABLE for proof in (row.proofs if asked.all else row.quick)))
    passed, said = run(proofs)
    show(TABLE, passed)
    verdicts = [verdict(row, passed) for row in TABLE]
    missing = [proof for proof in proofs if proof.partition("[")[0] not in passed]
    print(f"\n{len(TABLE)} guarantees: {', '.join(f'{verdicts.count(word)} {word}' for word in dict.fromkeys(verdicts))}")
    print("* quick proofs passed; the others are run by `make test`, and by this command with --all")
    if "BROKEN" in verdicts or missing:
        print(said[-5000:], *missing, sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The published table of figures: what was measured last, what it was before, and what misses its goal."""

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import published
from tests.bench.published import BEGIN, END, Unpublished
from tests.bench.table import HISTORY, Table

README = Path(__file__).parents[2] / "README.md"


def recorded(history: Path, *figures: tuple[str, str, float, float | None]) -> None:
    """A run: part, name, value and goal of each figure."""
    table = Table()
    for part, what, value, goal in figures:
        table.part = part
        table(what, value, "s", goal)
    table.record(history)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    found = tmp_path / "README.md"
    found.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nThe end.\n", "utf-8")
    return found


def test_the_newest_of_each_part_is_shown_with_the_two_runs_before(page: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    recorded(history, ("boot", "to first lease", 9.0, 2.0))
    recorded(history, ("boot", "to first lease", 3.0, 2.0))
    recorded(history, ("boot", "to first lease", 1.5, 2.0), ("store", "plain", 0.25, None))
    recorded(history, ("boot", "to first lease", 1.0, 2.0))
    published.write(page, history)
    text = page.read_text("utf-8")
    assert text.startswith(f"# Title\n\n{BEGIN}\n")
    assert text.endswith(f"{END}\n\nThe end.\n")
    assert "old" not in text
    assert "1 goals, none missed." in text
    assert "| to first lease | 1 s | ≤ 2 | 1.5, 3 (missed) |" in text
    assert "| plain | 0.25 s |" in text, "from the run before, as the newest did not measure that part"


def test_a_part_that_breaks_leaves_the_others_their_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(table: Table, _: object) -> None:
        table("half", 1.0, "s")
        raise ValueError("no site")

    parts = {"good": lambda table, _: table("whole", 2.0, "s"), "bad": breaks, "last": lambda table, _: table("also", 3.0, "s")}
    monkeypatch.setattr(bench, "PARTS", parts)
    monkeypatch.setattr(Table, "record", lambda table: recordings.append([each.what for each in table.figures]))
    monkeypatch.setattr("sys.argv", ["bench", "--record"])
    recordings: list[list[str]] = []
    with pytest.raises(SystemExit, match="not measured to its end, see above: bad"):
        bench.main()
    assert recordings == [["whole", "also"]]
    assert "no site" in capsys.readouterr().err


def test_what_misses_its_goal_is_marked(page: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    recorded(history, ("boot", "to first lease", 2.5, 2.0), ("boot", "backup", 1.0, 2.0))
    published.write(page, history)
    assert "2 goals, 1 missed." in page.read_text("utf-8")
    assert "| to first lease | 2.5 s | ≤ 2 **missed** |  |" in page.read_text("utf-8")


def test_writing_twice_changes_nothing(page: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    recorded(history, ("boot", "to first lease", 2.5, 2.0))
    published.write(page, history)
    once = page.read_text("utf-8")
    published.write(page, history)
    assert page.read_text("utf-8") == once


def test_without_figures_or_a_place_for_them_it_is_said_what_to_do(page: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    with pytest.raises(Unpublished, match="--record"):
        published.write(page, history)
    assert "old" in page.read_text("utf-8"), "nothing was written"
    recorded(history, ("boot", "to first lease", 2.5, 2.0))
    (tmp_path / "bare.md").write_text("nothing", "utf-8")
    with pytest.raises(Unpublished, match="no place"):
        published.write(tmp_path / "bare.md", history)
    with pytest.raises(Unpublished, match="cannot be read"):
        published.write(tmp_path / "none.md", history)


def test_a_line_of_the_history_names_the_machine(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    recorded(history, ("boot", "to first lease", 2.5, 2.0))
    line = json.loads(history.read_text("utf-8"))
    assert {"at", "python", "cores", "platform", "processor", "figures"} == set(line)
    (entry,) = published.entries(history)
    assert "cores" in entry.machine


def test_the_readme_has_the_table_of_what_was_recorded(tmp_path: Path) -> None:
    """With nothing recorded, an empty place for it. Made by `python -m tests.bench --table README.md`."""
    text = README.read_text("utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    if HISTORY.is_file():
        (tmp_path / "README.md").write_text(text, "utf-8")
        published.write(tmp_path / "README.md")
        assert (tmp_path / "README.md").read_text("utf-8") == text, "run `python -m tests.bench --table README.md`"
    else:
        assert text.partition(BEGIN)[2].partition(END)[0].strip() == ""

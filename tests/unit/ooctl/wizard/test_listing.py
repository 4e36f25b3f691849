"""Lists on the screen."""

from __future__ import annotations

import pytest

from ooctl.wizard.answers import Answers
from ooctl.wizard.listing import Listing, cut
from ooctl.wizard.questions import Choice, Question


def asked(*labels: str, **more) -> Question:
    choices = tuple(Choice(label, label, f"about {label}", group=more.get("groups", {}).get(label, "")) for label in labels)
    more.pop("groups", None)
    return Question(key="k", title="?", choices=choices, take=lambda _: Answers(), **more)


def shown(listing: Listing, width: int = 60, height: int = 20) -> list[str]:
    return ["".join(text for _, text in line).rstrip() for line in listing.lines(width, height)]


def test_what_is_typed_narrows_the_list_and_what_is_called_so_comes_first():
    listing = Listing.begin(asked("exit_delta", "gap", "delta_x", "delta"), None)
    narrowed = listing.type("delta")

    assert [choice.label for choice in narrowed.found()] == ["delta", "delta_x", "exit_delta"]
    assert narrowed.answer() == (True, "delta")
    assert narrowed.erase().typed == "delt"
    assert [choice.label for choice in listing.type("about GAP").found()] == ["gap"]
    assert listing.type("zzz").answer() == (False, "zzz")
    assert shown(listing.type("zzz")) == ["    nothing is called so"]


def test_a_text_that_fits_nothing_is_an_answer_where_that_is_allowed():
    listing = Listing.begin(asked("a", "b", is_free=True), "https://site/test/x")

    assert listing.answer() == (True, "https://site/test/x")
    assert Listing.begin(asked("a", "b", is_free=True), "b").answer() == (True, "b")
    assert Listing.begin(asked("a", "b", is_free=True), None).type("x").erase().type("   ").answer() == (True, "a")


def test_moving():
    listing = Listing.begin(asked("a", "b", "c"), "b")

    assert [listing.move(by).answer()[1] for by in (1, -1, 2, -9999, 9999)] == ["c", "a", "c", "a", "c"]
    assert listing.move(1).move(1).answer() == (True, "a")
    assert listing.move(-1).move(-1).answer() == (True, "c")
    assert listing.type("zzz").move(1).answer()[0] is False


def test_ticking():
    listing = Listing.begin(asked("a", "b", "c", is_many=True, start=("a",)), None)

    assert listing.answer() == (True, ("a",))
    assert listing.move(1).tick().answer() == (True, ("a", "b"))
    assert listing.tick().answer() == (True, ())
    assert listing.type("c").tick().erase().answer() == (True, ("a", "c"))
    assert Listing.begin(asked("a", "b", "c", is_many=True, start=("a",)), ("c",)).answer() == (True, ("c",))
    assert shown(listing)[0] == "  > [x] a  about a"
    assert Listing.begin(asked("a"), None).tick().ticked == frozenset()


@pytest.mark.parametrize("width", [20, 40, 60, 79])
@pytest.mark.parametrize("at", [0, 7, 19])
def test_nothing_is_wider_or_taller_than_the_screen_and_what_is_pointed_at_is_on_it(width, at):
    names = [f"a_rather_long_name_of_parameter_{n}" for n in range(20)]
    listing = Listing.begin(asked(*names, groups={name: f"section {n // 7}" for n, name in enumerate(names)}), names[at])
    for height in (3, 5, 12, 30):
        lines = shown(listing, width, height)
        assert max(map(len, lines)) <= width
        assert len(lines) <= height
        assert sum(line.startswith("  > ") for line in lines) == 1


def test_what_is_left_out_is_counted():
    listing = Listing.begin(asked(*"abcdefghij"), "e")
    assert shown(listing, 60, 5) == [
        "    ... 3 more above",
        "    d  about d",
        "  > e  about e",
        "    f  about f",
        "    ... 4 more below",
    ]
    assert shown(Listing.begin(asked(*"abcdefghij"), None), 60, 3) == ["  > a  about a", "    b  about b", "    ... 8 more below"]


def test_sections_stand_above_their_choices_until_something_is_typed():
    listing = Listing.begin(asked("a", "b", "c", groups={"a": "One", "b": "Two", "c": "Two"}), None)
    assert shown(listing) == ["  One", "  > a  about a", "  Two", "    b  about b", "    c  about c"]
    assert "  Two" not in shown(listing.type("b"))


def test_cut():
    assert (cut("abcdef", 6), cut("abcdef", 5), cut("abcdef", 2), cut("abcdef", 0)) == ("abcdef", "ab...", "..", "")

"""The one text of a set of values, and the address of a backtest."""

from oodaemon.model.values import canonical, task_key

ID = "aB3dE5gH7jK9mN1pQ2rS"


def test_the_order_of_the_names_does_not_matter() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1}) == '{"a":2,"b":1}'


def test_whole_numbers_are_the_same_however_they_are_kept() -> None:
    assert canonical({"x": 30}) == canonical({"x": 30.0}) == canonical({"x": 3e1}) == '{"x":30}'
    assert canonical({"x": 0.5}) == '{"x":0.5}'


def test_things_that_differ_have_different_texts() -> None:
    different = [{}, {"x": 1}, {"x": True}, {"x": "1"}, {"x": 1.5}, {"y": 1}, {"x": ""}, {"x": 0}, {"x": False}]
    assert len({canonical(values) for values in different}) == len(different)


def test_text_stays_as_it_is() -> None:
    assert canonical({"unit": "Δ"}) == '{"unit":"Δ"}'


def test_the_address_of_a_backtest_is_that_of_all_its_parts() -> None:
    key = task_key("https://optionomega.com", ID, {"delta": 30})
    assert key == task_key("https://optionomega.com", ID, {"delta": 30.0})
    others = [
        task_key("https://example.com", ID, {"delta": 30}),
        task_key("https://optionomega.com", "other", {"delta": 30}),
        task_key("https://optionomega.com", ID, {"delta": 31}),
        task_key("https://optionomega.com", ID, {"delta": 30, "delta.side": "both"}),
    ]
    assert len({key, *others}) == 5
    assert all(len(k) == 64 and int(k, 16) for k in [key, *others])

"""Any sweep: what is expanded can be read back from the store's form, and an index means one thing."""

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.model.values import canonical
from oodaemon.parameters.registry import discover
from oodaemon.plans.axes import Range
from tests.unit.plans.asking import Sweep, expand

REGISTRY = discover([])
HUNDREDTHS = st.integers(1, 10_000)


@given(st.lists(HUNDREDTHS, min_size=1, max_size=30, unique=True), st.sampled_from(["%", "$", "CO"]))
def test_every_task_of_a_list_comes_back_as_the_setting_that_was_asked_for(hundredths: list[int], unit: str) -> None:
    tasks = expand(Sweep("stop_loss", [f"{n / 100:.2f}" for n in hundredths], {"unit": unit}), REGISTRY)
    assert [task["stop_loss"] for task in tasks] == [n / 100 for n in hundredths]
    for task in tasks:
        ((parameter, setting),) = REGISTRY.settings(task)
        assert parameter.name == "stop_loss"
        assert (setting.value, setting.option("unit")) == (task["stop_loss"], unit)
    assert len({canonical(task) for task in tasks}) == len(tasks)


@given(start=HUNDREDTHS, width=st.integers(1, 500), count=st.integers(1, 50))
def test_a_range_and_the_list_of_its_values_are_the_same_tasks(start: int, width: int, count: int) -> None:
    texts = [f"{(start + width * i) / 100:.2f}" for i in range(count)]
    ranged = Sweep("profit_target", Range(texts[0], texts[-1], f"{width / 100:.2f}"))
    assert expand(ranged, REGISTRY) == expand(Sweep("profit_target", texts), REGISTRY)

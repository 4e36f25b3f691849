"""Many whole numbers as a short text: "0-99,101"."""

from collections.abc import Iterable, Iterator


def text(numbers: Iterable[int]) -> str:
    """The text of ascending numbers, none of them twice and none negative; empty for none."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def numbers(spans: str) -> Iterator[int]:
    """The inverse of `text`. Raises ValueError for anything else."""
    for span in filter(None, spans.split(",")):
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)

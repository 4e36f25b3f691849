"""Fewer points for the same picture: of each stretch the smallest and the largest stay, so no extreme is ever lost. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def extremes(items: Sequence[T], limit: int, *keys: Callable[[T], float]) -> list[T]:
    """At most about `limit` of the items, in their order: the first, the last, and of each stretch those with extreme `keys`.

    The smallest and the largest of all by each key are among them.
    """
    if len(items) <= limit:
        return list(items)
    stretches = max(1, (limit - 2) // (2 * len(keys)))
    kept = {0, len(items) - 1}
    for first, end in _stretches(len(items), stretches):
        for key in keys:
            places = range(first, end)
            kept.add(min(places, key=lambda place: key(items[place])))
            kept.add(max(places, key=lambda place: key(items[place])))
    return [items[place] for place in sorted(kept)]


def by_group(groups: Iterable[Sequence[T]], limit: int, key: Callable[[T], float]) -> list[T]:
    """As `extremes` of each group on its own, with an even share of the limit; of too many groups, neighbours are joined."""
    found = [group for group in groups if group]
    if sum(map(len, found)) <= limit:
        return [item for group in found for item in group]
    most = max(1, limit // 4)
    if len(found) > most:
        found = [[item for group in found[first:end] for item in group] for first, end in _stretches(len(found), most)]
    share = max(4, limit // len(found))
    return [item for group in found for item in extremes(group, share, key)]


def _stretches(size: int, count: int) -> list[tuple[int, int]]:
    """So many stretches of about the same length: first place and the one after the last; none is empty."""
    count = min(size, count)
    return [(number * size // count, (number + 1) * size // count) for number in range(count)]

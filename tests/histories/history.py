"""What clients did and heard, and whether any order of it makes sense: a record and a brute-force check."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

RUN, PAUSE, CANCEL = "run", "pause", "cancel"
REFUSED = "refused"

Verb = Literal["pause", "resume", "cancel", "read"]


@dataclass
class Delivery:
    """One request on its way: `heard` is None while, and for ever if, no answer arrived."""

    client: int
    request_id: str
    verb: Verb
    run_id: str
    invoked: int
    completed: float = float("inf")
    heard: str | None = None


@dataclass
class Record:
    """All deliveries of all clients, in the order in which they began; moments are places in one order of begins and ends."""

    deliveries: list[Delivery] = field(default_factory=list)
    submitted: dict[str, set[str]] = field(default_factory=dict)
    """Ids of runs that were answered, by the request."""
    sent: set[str] = field(default_factory=set)
    """Requests of submissions that may have arrived."""
    _moments: "itertools.count[int]" = field(default_factory=itertools.count)

    def begin(self, client: int, request_id: str, verb: Verb, run_id: str) -> Delivery:
        delivery = Delivery(client, request_id, verb, run_id, next(self._moments))
        self.deliveries.append(delivery)
        return delivery

    def hear(self, delivery: Delivery, answer: str) -> None:
        delivery.heard, delivery.completed = answer, next(self._moments)

    def of_run(self, run_id: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.run_id == run_id]


State = tuple[str, frozenset[str]]
"""What is desired, and the requests that were carried out."""


def step(state: State, delivery: Delivery) -> tuple[State, str]:
    """The next state and the answer of a run that does one thing at a time. Written from the rules, not from the code."""
    desired, done = state
    if delivery.verb == "read" or delivery.request_id in done:
        return state, desired
    if delivery.verb == "cancel":
        wanted = CANCEL
    elif desired == CANCEL:
        return state, REFUSED
    else:
        wanted = PAUSE if delivery.verb == "pause" else RUN
    return (wanted, done | {delivery.request_id}), wanted


def is_linearizable(deliveries: Iterable[Delivery]) -> bool:
    """True when some order of the deliveries, which no answer precedes its question in, gives every answer that was heard.

    One without an answer may have been carried out at any moment after it was sent, or never. Wing and Gong's search with a memory.
    """
    every = tuple(deliveries)
    heard = frozenset(n for n, delivery in enumerate(every) if delivery.heard is not None)
    dead: set[tuple[frozenset[int], State]] = set()

    def search(left: frozenset[int], state: State) -> bool:
        if not left & heard:
            return True
        if (left, state) in dead:
            return False
        bound = min(every[n].completed for n in left)
        for n in sorted(left):
            if every[n].invoked <= bound:
                after, answer = step(state, every[n])
                if every[n].heard in (None, answer) and search(left - {n}, after):
                    return True
        dead.add((left, state))
        return False

    return search(frozenset(range(len(every))), (RUN, frozenset()))

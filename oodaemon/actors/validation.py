"""What makes a set of specs, or a whole tree, impossible. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from oodaemon.actors.errors import SpecError
from oodaemon.actors.specs import ChildSpec, Nested

MAX_BURST_PRODUCT = 50


def validate(specs: Sequence[ChildSpec]) -> None:
    """Check the children of one supervisor. Raises SpecError with every duplicate id, unknown need and cycle."""
    ids = Counter(spec.id for spec in specs)
    problems = [f"there are {count} children called {child_id!r}" for child_id, count in ids.items() if count > 1]
    for spec in specs:
        problems += [
            f"child {spec.id!r} needs {need!r}, which is not one of its siblings ({', '.join(sorted(ids))})"
            for need in sorted(spec.needs - ids.keys())
        ]
    if not problems:
        problems = [f"children need each other in a circle: {' -> '.join(cycle)}" for cycle in _cycles(specs)]
    if problems:
        raise SpecError(problems)


def ranks(specs: Sequence[ChildSpec]) -> dict[str, int]:
    """The rank of each child: 0 without needs, else one more than the highest rank it needs. Specs must be valid."""
    by_id = {spec.id: spec for spec in specs}
    found: dict[str, int] = {}

    def rank(child_id: str) -> int:
        if child_id not in found:
            found[child_id] = max((rank(need) + 1 for need in by_id[child_id].needs), default=0)
        return found[child_id]

    return {spec.id: rank(spec.id) for spec in specs}


def validate_tree(root: Nested) -> None:
    """Check every level below `root`, that no two children share a path, and that restarts cannot multiply too far.

    A child that never recovers is started up to the product of the burst limits along its path before the root gives
    up; more than 50 is refused. Only sees supervisors that are started as `start=supervisor.run`.
    """
    problems: list[str] = []
    paths: Counter[str] = Counter()
    for level, path, product in _walk(root, 1):
        if level is None:
            paths[path] += 1
            if product > MAX_BURST_PRODUCT:
                problems.append(
                    f"the burst budgets on the way to {path!r} allow {product} restarts, more than {MAX_BURST_PRODUCT};"
                    " give the supervisors above it smaller ones"
                )
            continue
        try:
            validate(level)
        except SpecError as error:
            problems += error.problems
    problems += [f"{count} children have the path {path!r}" for path, count in paths.items() if count > 1]
    if problems:
        raise SpecError(problems)


def _walk(parent: Nested, product: int) -> Iterator[tuple[tuple[ChildSpec, ...] | None, str, int]]:
    """Each level once as a whole, each child once with its path and product."""
    specs = parent.specs()
    yield specs, "", product
    for spec in specs:
        # A limit of 0 still passes each failure on once.
        below = product * max(1, spec.budget.burst.limit)
        yield None, parent.child_path(spec.id), below
        if spec.nested is not None:
            yield from _walk(spec.nested, below)


def _cycles(specs: Sequence[ChildSpec]) -> Iterator[list[str]]:
    """One cycle per group of children that are on or behind one."""
    needs = {spec.id: spec.needs for spec in specs}
    settled: set[str] = set()
    while free := {child_id for child_id, wanted in needs.items() if child_id not in settled and wanted <= settled}:
        settled |= free
    stuck = [child_id for child_id in needs if child_id not in settled]
    while stuck:
        trail = [stuck[0]]
        while (following := min(need for need in needs[trail[-1]] if need not in settled)) not in trail:
            trail.append(following)
        yield [*trail[trail.index(following) :], following]
        settled |= {*trail}
        while free := {child_id for child_id in stuck if child_id not in settled and needs[child_id] <= settled}:
            settled |= free
        stuck = [child_id for child_id in stuck if child_id not in settled]

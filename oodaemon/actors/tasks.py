"""The tree of all trio tasks as text: what runs, below what, and where it waits."""

import trio

INDENT = "  "


def task_tree() -> str:
    """One line a task: its name, and the innermost place of its own code where it waits. Must be called inside trio."""
    root = trio.lowlevel.current_root_task()
    return "" if root is None else "\n".join(_lines(root, 0))


def _lines(task: trio.lowlevel.Task, depth: int) -> list[str]:
    lines = [f"{INDENT * depth}{task.name} {_place(task)}".rstrip()]
    for nursery in task.child_nurseries:
        for child in sorted(nursery.child_tasks, key=lambda child: child.name):
            lines += _lines(child, depth + 1)
    return lines


def _place(task: trio.lowlevel.Task) -> str:
    """The frame deepest in the stack that is not of trio itself."""
    found = ""
    for frame, line in task.iter_await_frames():
        name = frame.f_globals.get("__name__", "")
        if not str(name).startswith("trio"):
            found = f"at {name}:{line}"
    return found

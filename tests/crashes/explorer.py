"""Every way to die: a scenario is played once, and again from every place at which it could have been killed, and so on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crashes.disk import Bytes, digest, lay, take, torn, watched
from tests.crashes.player import Memory, Player

Script = Callable[[Player], None]


@dataclass(frozen=True, slots=True)
class Remains:
    """A folder after a kill, what the world knows then, and how it came to that."""

    files: Bytes
    memory: Memory
    story: tuple[str, ...]


@dataclass
class Explorer:
    """Plays one scenario to its end from all remains. `check_end` is told the player and the story at the end of every life."""

    folder: Path
    script: Script
    check_end: Callable[[Player, tuple[str, ...]], None]
    lives: int = 0
    points: int = 0
    deepest: int = 0
    _seen: dict[str, int] = field(default_factory=dict)

    def explore(self, start: Remains, *, crashes: int, in_recovery: bool = False) -> None:
        """All lives with up to so many crashes, and, if wanted, one more inside the recovery from the last of them."""
        self._from(start, crashes, is_recovering=in_recovery and not crashes, in_recovery=in_recovery)

    def _from(self, start: Remains, crashes: int, *, is_recovering: bool, in_recovery: bool) -> None:
        for remains in self._live(start, crashes, is_recovering=is_recovering):
            left = crashes - 1 if crashes else 0
            if self._seen.get(key := digest(remains.files), -1) >= left:
                continue
            self._seen[key] = left
            self._from(remains, left, is_recovering=in_recovery and crashes == 1, in_recovery=in_recovery)

    def _live(self, start: Remains, crashes: int, *, is_recovering: bool) -> list[Remains]:
        """One life from the start to the end of the scenario; the remains of every place where it could have ended instead.

        Without crashes left, only the places of its recovery.
        """
        self.lives += 1
        self.deepest = max(self.deepest, len(start.story))
        memory = start.memory.clone()
        found: dict[str, Remains] = {}
        state_dir = self.folder / "state"
        lay(start.files, state_dir)
        is_booting, before = True, start.files

        def reach(moment: str, statement: str) -> None:
            nonlocal before
            if not crashes and not (is_recovering and is_booting):
                return
            self.points += 1
            files = take(state_dir)
            story = (*start.story, f"{moment} {statement} no. {self.points}" + (" in the recovery" if is_booting else ""))
            if moment == "after" and crashes > 1 and (half := torn(before, files)):
                found[digest(half)] = Remains(half, _after_crash(memory), (*story, "half-way"))
            found[digest(files)] = Remains(files, _after_crash(memory), story)
            before = files

        with watched(reach):
            player = Player(state_dir, memory)
            try:
                is_booting = False
                player.check()
                self.script(player)
                player.check()
                self.check_end(player, start.story)
            finally:
                with suppress(AssertionError):
                    player.ledger.close()
        return list(found.values())


def _after_crash(memory: Memory) -> Memory:
    later = memory.clone()
    later.crashes += 1
    return later


def nothing() -> Remains:
    """An empty folder on the first day."""
    return Remains({}, Memory(), ())


def left_by(player: Player) -> Remains:
    """What a kill of this player at this moment leaves; the player is at its end."""
    files = take(player.folder)
    player.ledger.close()
    return Remains(files, player.memory, ())

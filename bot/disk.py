"""The disk that holds an SQLite file: how full it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from relay.room import Room

ROOMS: Final = (Room.ENOUGH, Room.LITTLE, Room.NONE)
BOUNDS: Final = (0.80, 0.95)  #: from which part of the disk on there is less of it
MARGIN: Final = 0.02  #: by which the disk has to be emptier than that, till there is more again


class Usage(Protocol):
    """What ``shutil.disk_usage`` tells, in bytes."""

    @property
    def used(self) -> int:
        """What is taken."""

    @property
    def free(self) -> int:
        """What we may take."""


class Disk:
    """The disk that a *file* is on; without a file, as the database is elsewhere, one with room."""

    def __init__(
        self, file: Path | None, usage: Callable[[Path], Usage] = shutil.disk_usage
    ) -> None:
        self._file, self._usage = file, usage
        self._passed = 0  #: bounds, when it was asked last

    def used(self) -> float | None:
        """Return which part of it is used, if that is known."""
        if self._file is None:
            return None
        try:
            found = self._usage(self._file.parent)
        except OSError:
            return None
        return found.used / max(found.used + found.free, 1)

    def room(self) -> Room:
        """Return how much room there is."""
        used = self.used() or 0.0
        self._passed = sum(
            used >= bound - MARGIN * (self._passed > number) for number, bound in enumerate(BOUNDS)
        )
        return ROOMS[self._passed]

"""How much room there is for what is to be written down, and what has to wait for it."""

from __future__ import annotations

from enum import StrEnum


class Room(StrEnum):
    """How full the disk is that holds the database."""

    ENOUGH = "enough"
    LITTLE = "little"  #: operators are told, and cards are not refreshed
    NONE = "none"  #: nothing is taken in: the messenger keeps it for a day

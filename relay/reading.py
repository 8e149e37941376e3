"""Who reads a message, and how its author is named to each reader.

A position is the path of ticket ids from the client, who stands at ``()``, down to a ticket:
chains, trees, neighbours and levels need no special case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Position = tuple[int, ...]

CLIENT: Position = ()


class Valve(StrEnum):
    """Whether what arrives at a party goes on by itself."""

    AUTO = "auto"
    HOLD = "hold"  #: it waits until somebody there passes it on


class Towards(StrEnum):
    """Where somebody means their words to go."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class Shown(StrEnum):
    """How an author is named to a reader."""

    PERSON = "person"  #: by their own name
    PARTY = "party"  #: by their party's
    BOTH = "both"  #: by their own and their party's
    LEVEL = "level"  #: by how many steps they are away from the client
    CLIENT = "client"  #: as the client, without a name
    FIRST_PARTY = "first_party"  #: by the name of the party that the client asked


@dataclass(frozen=True)
class Valves:
    """What a link lets through without being asked."""

    up: Valve = Valve.AUTO
    down: Valve = Valve.AUTO
    share_replies: bool = False  #: what the upper says upwards is shown to the lower as well


@dataclass(frozen=True)
class Step:
    """One stretch of the way of a message: from a chat to the next, through a valve."""

    start: Position
    end: Position
    valve: Valve


def ways_up(start: Position, valves: Mapping[Position, Valves], to_client: Valve) -> list[Step]:
    """Return the steps from *start* to the client, the nearest first."""
    steps = []
    for length in range(len(start), 0, -1):
        here = start[:length]
        valve = to_client if length == 1 else valves[here].up
        steps.append(Step(here, here[:-1], valve))
    return steps


def ways_down(start: Position, valves: Mapping[Position, Valves]) -> list[Step]:
    """Return the steps from *start* to every open ticket below it, the nearest first."""
    below = sorted(
        (end for end in valves if len(end) > len(start) and end[: len(start)] == start),
        key=lambda end: (len(end), end),
    )
    return [Step(end[:-1], end, valves[end].down) for end in below]


def ways(
    start: Position,
    towards: Towards | Position,
    valves: Mapping[Position, Valves],
    to_client: Valve,
) -> list[Step]:
    """Return the steps that lead away from *start*.

    *towards* names the direction, or the one lower position that is meant. *valves* holds
    every open ticket of the case. Words that go up go to those below too where the link
    shares them.
    """
    down = ways_down(start, valves)
    match towards:
        case Towards.UP:
            shared = [step for step in down if valves[step.end[: len(start) + 1]].share_replies]
            return ways_up(start, valves, to_client) + shared
        case Towards.DOWN:
            return down
        case Towards.BOTH:
            return ways_up(start, valves, to_client) + down
        case position:
            return [step for step in down if step.end[: len(position)] == position]


def reach(author: Position, steps: Iterable[Step]) -> tuple[set[Position], set[Position]]:
    """Return who gets a message at once, and in whose chats it waits to be passed on.

    *steps* lead away from the author, the nearest first. One's own words never wait, and so
    to pass a message on is the same as to say it oneself.
    """
    reached, waits = {author}, set[Position]()
    for step in steps:
        if step.start == author or (step.start in reached and step.valve is Valve.AUTO):
            reached.add(step.end)
        elif step.start in reached:
            waits.add(step.start)
    return reached - {author}, waits


def shown(author: Position, reader: Position, *, names: bool, client: bool) -> Shown:
    """Return how *reader* is told who *author* is, given what the reader's link grants."""
    if author == reader:
        return Shown.PERSON
    if reader == CLIENT:
        return Shown.FIRST_PARTY
    if author == CLIENT:
        return Shown.PERSON if client or len(reader) == 1 else Shown.CLIENT
    if author[:-1] == reader or reader[:-1] == author:
        return Shown.BOTH if names else Shown.PARTY
    return Shown.LEVEL

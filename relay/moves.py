"""The life of a ticket as one table: who may make which move, from which states, to which."""

from collections.abc import Set
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Final


class State(StrEnum):
    """Where a ticket stands between the party that owes it and the one above."""

    OFFERED = "offered"  #: sent; nobody has taken it
    WORKING = "working"  #: taken
    WAITING = "waiting"  #: the party asked the upper something it needs
    RESOLVED = "resolved"  #: the party says it is done, the upper checks
    RETURNED = "returned"  #: the upper sent it back: rework
    CLOSED = "closed"  #: the upper accepted the result
    DECLINED = "declined"  #: the party did not want it
    EXPIRED = "expired"  #: nobody took it in time
    RECALLED = "recalled"  #: the upper took it back
    CANCELLED = "cancelled"  #: the case was called off


class Move(StrEnum):
    """What can be done to a ticket."""

    TAKE = "take"
    DECLINE = "decline"
    EXPIRE = "expire"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    ASK = "ask"
    ANSWER = "answer"
    RESOLVE = "resolve"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"
    RECALL = "recall"
    CANCEL = "cancel"


class Who(Flag):
    """What somebody is to a ticket."""

    NOBODY = 0
    MEMBER = auto()  #: of the ticket's party
    LEAD = auto()  #: of the ticket's party
    UPPER = auto()  #: a member of the party above
    UPPER_LEAD = auto()  #: a lead of the party above
    CLIENT = auto()  #: who is above the first ticket
    FIRST_LEAD = auto()  #: a lead of the party that the client asked
    TERMS = auto()  #: nobody in person: what a link agreed, and its clocks


@dataclass(frozen=True)
class Rule:
    """Who may make a move, from which states, to which; and who of them must say why."""

    who: Who
    before: Set[State]
    after: State
    words: Who = Who.NOBODY


IN_HAND: Final = frozenset({State.WORKING, State.RETURNED})
OPEN: Final = frozenset({State.OFFERED, State.WAITING, State.RESOLVED}) | IN_HAND

ABOVE: Final = Who.UPPER_LEAD | Who.CLIENT

#: The whole life of a ticket. A pair that is not here is a refusal; cards take their buttons here.
RULES: Final = {
    Move.TAKE: Rule(Who.MEMBER | Who.TERMS, {State.OFFERED}, State.WORKING),
    Move.PASS_ON: Rule(Who.LEAD | Who.TERMS, IN_HAND | {State.OFFERED}, State.WORKING),
    Move.RESOLVE: Rule(
        Who.MEMBER | Who.TERMS,
        IN_HAND | {State.WAITING},
        State.RESOLVED,
        words=Who.MEMBER | Who.TERMS,
    ),
    Move.ASK: Rule(Who.MEMBER, IN_HAND, State.WAITING, words=Who.MEMBER),
    Move.DECLINE: Rule(Who.MEMBER, {State.OFFERED}, State.DECLINED, words=Who.MEMBER),
    Move.EXPIRE: Rule(Who.TERMS, {State.OFFERED}, State.EXPIRED),
    Move.ANSWER: Rule(
        Who.UPPER | Who.CLIENT, {State.WAITING}, State.WORKING, words=Who.UPPER | Who.CLIENT
    ),
    Move.ACCEPT: Rule(ABOVE | Who.TERMS, {State.RESOLVED}, State.CLOSED),
    Move.RETURN: Rule(ABOVE, {State.RESOLVED}, State.RETURNED, words=ABOVE),
    Move.REOPEN: Rule(ABOVE, {State.CLOSED}, State.RETURNED, words=ABOVE),
    Move.RECALL: Rule(Who.UPPER_LEAD, OPEN, State.RECALLED, words=Who.UPPER_LEAD),
    Move.CANCEL: Rule(Who.CLIENT | Who.FIRST_LEAD, OPEN, State.CANCELLED, words=Who.FIRST_LEAD),
}


def possible(state: State, who: Who) -> list[Move]:
    """Return the moves that *who* may make in *state*."""
    return [move for move, rule in RULES.items() if state in rule.before and who & rule.who]

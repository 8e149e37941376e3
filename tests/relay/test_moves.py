"""The life of a ticket: every pair of state and move, for everybody there is (DESIGN 2.1)."""

from collections.abc import Set

import pytest

from relay.moves import OPEN, RULES, Move, State, Who, possible

#: The design's table, written down once more. ``terms``: the clock, and what a link agreed:
#: a link may pass on at once (``forward = "auto"``) and pass a result straight up.
TABLE = """
take    | offered                                    | member, terms          | working
decline | offered                                    | member                 | declined
expire  | offered                                    | terms                  | expired
pass_on | offered, working, returned                 | lead, terms            | working
ask     | working, returned                          | member                 | waiting
answer  | waiting                                    | upper, client          | working
resolve | working, returned, waiting                 | member, terms          | resolved
accept  | resolved                                   | upper_lead, client, terms | closed
return  | resolved                                   | upper_lead, client     | returned
reopen  | closed                                     | upper_lead, client     | returned
recall  | offered, working, waiting, returned, resolved | upper_lead          | recalled
cancel  | offered, working, waiting, returned, resolved | client, first_lead  | cancelled
"""

#: Who has to say why, or what was done.
WORDS = """
decline | member
ask     | member
answer  | upper, client
resolve | member, terms
return  | upper_lead, client
reopen  | upper_lead, client
recall  | upper_lead
cancel  | first_lead
"""

ROWS = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]
ALLOWED = {
    (State(state), Move(move), Who[who.upper()])
    for move, states, whos, _ in ROWS
    for state in states.split(", ")
    for who in whos.split(", ")
}
LEADS_TO = {Move(move): State(after) for move, _, _, after in ROWS}
SAYS_WHY = {
    (Move(move.strip()), Who[who.strip().upper()])
    for move, whos in (row.split("|") for row in WORDS.strip().splitlines())
    for who in whos.split(", ")
}


@pytest.mark.parametrize("who", Who, ids=lambda who: f"{who.name}".lower())
@pytest.mark.parametrize("state", State)
def test_nobody_may_make_another_move_than_the_table_says(state: State, who: Who) -> None:
    moves = possible(state, who)

    assert set(moves) == {move for move in Move if (state, move, who) in ALLOWED}
    assert len(moves) == len(set(moves))


@pytest.mark.parametrize("state", State)
def test_who_is_several_things_may_do_what_each_of_them_may(state: State) -> None:
    for one in Who:
        for other in Who:
            both = set(possible(state, one | other))
            assert both == {*possible(state, one), *possible(state, other)}


@pytest.mark.parametrize("state", State)
def test_who_is_nothing_to_a_ticket_may_do_nothing(state: State) -> None:
    assert possible(state, Who.NOBODY) == []


@pytest.mark.parametrize("move", Move)
def test_every_move_leads_where_the_table_says(move: Move) -> None:
    assert RULES[move].after is LEADS_TO[move]


@pytest.mark.parametrize("who", Who, ids=lambda who: f"{who.name}".lower())
@pytest.mark.parametrize("move", Move)
def test_who_disappoints_or_asks_or_reports_has_to_say_so_in_words(move: Move, who: Who) -> None:
    assert bool(RULES[move].words & who) == ((move, who) in SAYS_WHY)


def test_words_are_asked_of_those_alone_who_may_make_the_move() -> None:
    for rule in RULES.values():
        assert rule.words & ~rule.who == Who.NOBODY


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED, State.RECALLED, State.CANCELLED])
def test_what_ended_without_a_result_stays_ended(state: State) -> None:
    assert all(possible(state, who) == [] for who in Who)


def test_a_ticket_is_open_until_it_is_accepted_or_has_ended() -> None:
    ended: Set[State] = {
        State.CLOSED,
        State.DECLINED,
        State.EXPIRED,
        State.RECALLED,
        State.CANCELLED,
    }

    assert frozenset(State) - ended == OPEN


def test_a_late_take_revives_nothing() -> None:
    assert not any(
        Move.TAKE in possible(state, who)
        for state in State
        for who in Who
        if state is not State.OFFERED
    )

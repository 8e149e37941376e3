"""Who reads a message, where it waits, and how its author is named."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.reading import (
    CLIENT,
    Position,
    Shown,
    Towards,
    Valve,
    Valves,
    reach,
    shown,
    ways,
)

AUTO, HOLD = Valve.AUTO, Valve.HOLD

VENDOR, SERVICE, REGION, ENGINEER = (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)
PARTS, DEPOT = (1, 5), (1, 5, 6)

#: A chain of four; nothing waits.
CHAIN = {VENDOR: Valves(), SERVICE: Valves(), REGION: Valves(), ENGINEER: Valves()}
#: The vendor has two below it, each with one more.
TREE = {VENDOR: Valves(), SERVICE: Valves(), REGION: Valves(), PARTS: Valves(), DEPOT: Valves()}


def hears(
    author: Position,
    towards: Towards | Position,
    valves: Mapping[Position, Valves],
    to_client: Valve = AUTO,
) -> tuple[set[Position], set[Position]]:
    """Return who gets the words of *author*, and where they wait."""
    return reach(author, ways(author, towards, valves, to_client))


# What travels where


def test_what_the_client_says_goes_down_to_whoever_works_on_the_case() -> None:
    assert hears(CLIENT, Towards.DOWN, CHAIN) == ({VENDOR, SERVICE, REGION, ENGINEER}, set())


def test_what_the_last_in_the_chain_says_goes_up_to_the_client_where_nothing_holds_it() -> None:
    assert hears(ENGINEER, Towards.UP, CHAIN) == ({REGION, SERVICE, VENDOR, CLIENT}, set())


def test_what_partners_say_waits_at_the_first_party() -> None:
    assert hears(ENGINEER, Towards.UP, CHAIN, HOLD) == ({REGION, SERVICE, VENDOR}, {VENDOR})


def test_what_the_first_party_says_goes_straight_to_the_client() -> None:
    assert hears(VENDOR, Towards.UP, CHAIN, HOLD) == ({CLIENT}, set())


def test_a_reply_upwards_is_not_shown_below() -> None:
    assert hears(SERVICE, Towards.UP, CHAIN) == ({VENDOR, CLIENT}, set())


def test_a_reply_downwards_is_not_shown_above() -> None:
    assert hears(SERVICE, Towards.DOWN, CHAIN) == ({REGION, ENGINEER}, set())


def test_up_and_down_reaches_both_sides() -> None:
    everybody = {VENDOR, CLIENT, REGION, ENGINEER}

    assert hears(SERVICE, Towards.BOTH, CHAIN) == (everybody, set())


def test_who_has_nobody_below_speaks_downwards_to_nobody() -> None:
    assert hears(ENGINEER, Towards.DOWN, CHAIN) == (set(), set())


# Valves


def test_at_a_closed_valve_a_message_waits_with_the_one_who_has_it_last() -> None:
    valves = {**CHAIN, REGION: Valves(down=HOLD)}

    assert hears(CLIENT, Towards.DOWN, valves) == ({VENDOR, SERVICE}, {SERVICE})


def test_a_valve_belongs_to_the_link_it_leads_over_and_to_one_direction() -> None:
    valves = {**CHAIN, SERVICE: Valves(up=HOLD)}

    assert hears(CLIENT, Towards.DOWN, valves) == ({VENDOR, SERVICE, REGION, ENGINEER}, set())
    assert hears(ENGINEER, Towards.UP, valves) == ({REGION, SERVICE}, {SERVICE})


def test_ones_own_words_never_wait() -> None:
    closed = Valves(up=HOLD, down=HOLD)
    valves = dict.fromkeys(CHAIN, closed)

    assert hears(CLIENT, Towards.DOWN, valves, HOLD) == ({VENDOR}, {VENDOR})
    assert hears(SERVICE, Towards.BOTH, valves, HOLD) == ({VENDOR, REGION}, {VENDOR, REGION})


def test_of_several_closed_valves_the_first_one_holds() -> None:
    valves = {**CHAIN, SERVICE: Valves(down=HOLD), ENGINEER: Valves(down=HOLD)}

    assert hears(CLIENT, Towards.DOWN, valves) == ({VENDOR}, {VENDOR})
    assert hears(VENDOR, Towards.DOWN, valves) == ({SERVICE, REGION}, {REGION})
    assert hears(REGION, Towards.DOWN, valves) == ({ENGINEER}, set())


# Branches


def test_a_closed_valve_holds_its_own_branch_alone() -> None:
    valves = {**TREE, SERVICE: Valves(down=HOLD)}

    assert hears(CLIENT, Towards.DOWN, valves) == ({VENDOR, PARTS, DEPOT}, {VENDOR})


def test_one_branch_does_not_hear_what_the_other_says_upwards() -> None:
    assert hears(REGION, Towards.UP, TREE) == ({SERVICE, VENDOR, CLIENT}, set())


def test_words_for_one_below_go_down_that_branch_alone() -> None:
    assert hears(VENDOR, PARTS, TREE) == ({PARTS, DEPOT}, set())


def test_words_for_one_below_wait_where_that_branch_is_closed() -> None:
    assert hears(VENDOR, PARTS, {**TREE, DEPOT: Valves(down=HOLD)}) == ({PARTS}, {PARTS})


# Shared replies


def test_a_link_may_share_with_the_lower_what_its_upper_says_upwards() -> None:
    valves = {**CHAIN, REGION: Valves(share_replies=True)}

    assert hears(SERVICE, Towards.UP, valves) == ({VENDOR, CLIENT, REGION, ENGINEER}, set())


def test_sharing_is_with_one_branch_and_not_with_the_other() -> None:
    valves = {**TREE, PARTS: Valves(share_replies=True)}

    assert hears(VENDOR, Towards.UP, valves) == ({CLIENT, PARTS, DEPOT}, set())


def test_what_is_shared_waits_at_closed_valves_further_down() -> None:
    valves = {**CHAIN, REGION: Valves(share_replies=True), ENGINEER: Valves(down=HOLD)}

    assert hears(SERVICE, Towards.UP, valves, HOLD) == (
        {VENDOR, REGION},
        {VENDOR, REGION},
    )


def test_a_link_shares_its_own_uppers_replies_and_nobody_elses() -> None:
    valves = {**CHAIN, ENGINEER: Valves(share_replies=True)}

    assert hears(SERVICE, Towards.UP, valves) == ({VENDOR, CLIENT}, set())


# Any case at all


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[Position, Valves], Valve]:
    """Make up a case: a tree of up to eight tickets, with valves."""
    valve = st.sampled_from(Valve)
    made: list[Position] = [VENDOR]
    for number in range(2, draw(st.integers(1, 8)) + 1):
        made.append((*draw(st.sampled_from(made)), number))
    tree = {each: draw(st.builds(Valves, valve, valve, st.booleans())) for each in made}
    return tree, draw(valve)


def between(one: Position, other: Position) -> list[tuple[Position, Position]]:
    """Return the stretches of the way from one position straight up or down to another."""
    if len(one) < len(other):
        return [(upper, lower) for lower, upper in reversed(between(other, one))]
    return [(one[:length], one[: length - 1]) for length in range(len(one), len(other), -1)]


def is_open(start: Position, end: Position, case: tuple[dict[Position, Valves], Valve]) -> bool:
    """Say whether what arrives at *start* goes on to *end* by itself."""
    valves, to_client = case
    if end == CLIENT:
        return to_client is AUTO
    return (valves[end].down if len(end) > len(start) else valves[start].up) is AUTO


@given(cases(), st.data())
def test_everybody_meant_is_reached_over_open_valves_or_has_somebody_who_can_pass_it_on(
    case: tuple[dict[Position, Valves], Valve], data: st.DataObject
) -> None:
    valves, to_client = case
    author = data.draw(st.sampled_from([CLIENT, *valves]))
    towards = data.draw(st.sampled_from([Towards.UP, Towards.DOWN, Towards.BOTH]))
    above = {author[:length] for length in range(len(author))}
    below = {each for each in valves if len(each) > len(author) and each[: len(author)] == author}
    shared = {each for each in below if valves[each[: len(author) + 1]].share_replies}
    meant = {
        Towards.UP: above | shared,
        Towards.DOWN: below,
        Towards.BOTH: above | below,
    }[towards]

    reached, waits = hears(author, towards, valves, to_client)

    assert reached | waits <= meant
    for reader in meant:
        way = between(author, reader)
        shut = [start for start, end in way[1:] if not is_open(start, end, case)]
        assert (reader in reached) == (not shut)
        assert not shut or shut[0] in waits
    assert waits <= reached


@given(cases())
def test_who_passes_on_what_waits_in_the_end_reaches_everybody(
    case: tuple[dict[Position, Valves], Valve],
) -> None:
    valves, to_client = case
    reached, waits = hears(CLIENT, Towards.DOWN, valves, to_client)

    while waits:
        more, further = hears(waits.pop(), Towards.DOWN, valves, to_client)
        reached, waits = reached | more, waits | further

    assert reached == {*valves}


# Names


@pytest.mark.parametrize(
    ("author", "reader", "expected"),
    [
        (VENDOR, VENDOR, Shown.PERSON),
        (CLIENT, CLIENT, Shown.PERSON),
        (VENDOR, CLIENT, Shown.FIRST_PARTY),
        (ENGINEER, CLIENT, Shown.FIRST_PARTY),
        (CLIENT, VENDOR, Shown.PERSON),
        (CLIENT, SERVICE, Shown.CLIENT),
        (CLIENT, ENGINEER, Shown.CLIENT),
        (VENDOR, SERVICE, Shown.PARTY),
        (SERVICE, VENDOR, Shown.PARTY),
        (ENGINEER, REGION, Shown.PARTY),
        (VENDOR, REGION, Shown.LEVEL),
        (REGION, VENDOR, Shown.LEVEL),
        (ENGINEER, VENDOR, Shown.LEVEL),
        (PARTS, SERVICE, Shown.LEVEL),
        (PARTS, REGION, Shown.LEVEL),
    ],
)
def test_who_the_author_is_said_to_be_depends_on_the_reader(
    author: Position, reader: Position, expected: Shown
) -> None:
    assert shown(author, reader, names=False, client=False) is expected


@pytest.mark.parametrize("client", [False, True])
def test_neighbours_are_told_the_person_where_the_link_says_so(client: bool) -> None:
    assert shown(SERVICE, VENDOR, names=True, client=client) is Shown.BOTH
    assert shown(SERVICE, REGION, names=True, client=client) is Shown.BOTH
    assert shown(SERVICE, ENGINEER, names=True, client=client) is Shown.LEVEL
    assert shown(SERVICE, CLIENT, names=True, client=client) is Shown.FIRST_PARTY


@pytest.mark.parametrize("names", [False, True])
def test_a_lower_is_told_the_clients_name_where_its_link_grants_it(names: bool) -> None:
    assert shown(CLIENT, ENGINEER, names=names, client=True) is Shown.PERSON
    assert shown(CLIENT, ENGINEER, names=names, client=False) is Shown.CLIENT

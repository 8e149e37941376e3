"""M: whatever happens, the tickets of a case make sense."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from relay.holding import spent
from relay.moves import State
from tests.simulation.evidence import Evidence, Row
from tests.simulation.invariants import invariant

OPEN: Final = frozenset({"offered", "working", "waiting", "resolved", "returned"})


def logs(evidence: Evidence) -> dict[int, list[Row]]:
    """Return what was done to each ticket, in order."""
    found = defaultdict[int, list[Row]](list)
    for event in evidence["events"]:
        found[event["ticket_id"]].append(event)
    return found


@invariant("M1", "the log of a ticket is one chain that ends in its state")
def the_log_is_whole(evidence: Evidence) -> Iterator[str]:
    for ticket in evidence["tickets"]:
        log = logs(evidence)[ticket["id"]]
        if not log or log[0]["what"] != "offer":
            yield f"{ticket['number']} begins with no offer"
            continue
        for one, then in itertools.pairwise(log):
            if one["after"] != then["before"] or one["at"] > then["at"]:
                yield f"{ticket['number']} has a gap between {one['what']} and {then['what']}"
        if log[-1]["after"] != ticket["state"]:
            yield f"{ticket['number']} is {ticket['state']}, its log says {log[-1]['after']}"
        changed = [each for each in log if each["before"] != each["after"] or each is log[0]]
        if changed[-1]["at"] != ticket["since"]:
            yield f"{ticket['number']} is so since another moment than its log says"


@invariant("M1", "the intervals of a case without branches cover its life without gap or overlap")
def time_is_charged_once(evidence: Evidence) -> Iterator[str]:
    for case in evidence["cases"]:
        tickets = [each for each in evidence["tickets"] if each["case_id"] == case["id"]]
        first = next(each for each in tickets if each["upper_id"] is None)
        uppers = Counter(each["upper_id"] for each in tickets if each["upper_id"])
        if any(count > 1 for count in uppers.values()) or first["state"] not in OPEN:
            continue
        log = [
            (moment(each["at"]), each["ticket_id"], State(each["after"]))
            for each in evidence["events"]
            if each["case_id"] == case["id"]
        ]
        end = log[-1][0] + timedelta(hours=1)
        times = spent(log, {each["id"]: each["upper_id"] for each in tickets}, end)
        total = sum((each for phases in times.values() for each in phases.values()), timedelta())
        if total != end - log[0][0]:
            yield f"case {case['id']} lasted {end - log[0][0]}, but {total} are charged"


def moment(microseconds: int) -> datetime:
    """Return a moment as it is kept."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


@invariant("M2", "after recall or cancel nothing below is open, and nothing below still waits")
def what_ended_has_ended(evidence: Evidence) -> Iterator[str]:
    for ticket in evidence["tickets"]:
        above = evidence.path(ticket)[:-1]
        gone = [each for each in above if each["state"] in {"recalled", "cancelled"}]
        if gone and ticket["state"] in OPEN:
            yield f"{ticket['number']} is {ticket['state']} below {gone[0]['number']}"
    for line in evidence["deliveries"]:
        of = evidence.by_id["tickets"].get(line["ticket_id"])
        waits = line["state"] in {"queued", "held"} and line["doing"] == "copy"
        if of and of["state"] in {"recalled", "cancelled"} and waits:
            yield f"{line['cause']} still waits for {of['number']}, which is {of['state']}"


@invariant("M3", "of one passing-on at most one offer is open")
def offers_are_single(evidence: Evidence) -> Iterator[str]:
    below = Counter(
        (each["upper_id"], each["party_id"])
        for each in evidence["tickets"]
        if each["upper_id"] and each["state"] in OPEN
    )
    for (upper, party), count in below.items():
        if count > 1:
            yield f"ticket {upper} has {count} open tickets of party {party} below"


@invariant("M4", "a ticket with an open lower is never resolved; nothing closes upwards by itself")
def nothing_is_resolved_over_open_work(evidence: Evidence) -> Iterator[str]:
    states: dict[int, str] = {}
    tickets = evidence.by_id["tickets"]
    for event in evidence["events"]:
        states[event["ticket_id"]] = event["after"]
        if event["what"] == "resolve":
            for lower in evidence["tickets"]:
                open_below = states.get(lower["id"]) in OPEN
                if lower["upper_id"] == event["ticket_id"] and open_below:
                    yield f"{tickets[event['ticket_id']]['number']} was resolved over an open one"
        if event["what"] == "accept" and event["person_id"] is None:
            link = evidence.by_id["links"].get(tickets[event["ticket_id"]]["link_id"])
            if link is None or link["result"] != "auto":
                yield f"{tickets[event['ticket_id']]['number']} was accepted by nobody"


@invariant("M5", "nobody is asked to rate twice; automatic acceptance has no rating")
def ratings_are_asked_once(evidence: Evidence) -> Iterator[str]:
    asked = Counter(
        line["ticket_id"] for line in evidence["deliveries"] if ":rate:" in line["cause"]
    )
    for ticket, times in asked.items():
        if times > 1:
            yield f"ticket {ticket} is to be rated {times} times"
    rated = Counter(each["ticket_id"] for each in evidence["events"] if each["what"] == "rate")
    for ticket, times in rated.items():
        if times > 1:
            yield f"ticket {ticket} was rated {times} times"


@invariant("M6", "numbers are unique per party and without gaps; a party is on a path once")
def numbers_are_in_order(evidence: Evidence) -> Iterator[str]:
    serials = defaultdict[int, list[int]](list)
    for ticket in evidence["tickets"]:
        serials[ticket["party_id"]].append(ticket["serial"])
        parties = [each["party_id"] for each in evidence.path(ticket)]
        if len(parties) != len({*parties}):
            yield f"{ticket['number']} has a party above itself twice"
    for party, numbers in serials.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"party {party} has the numbers {sorted(numbers)}"

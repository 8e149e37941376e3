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


@invariant("M1", "the whole seconds of each branch cover its life without gap or overlap")
def time_is_charged_once(evidence: Evidence) -> Iterator[str]:
    for case in evidence["cases"]:
        tickets = [each for each in evidence["tickets"] if each["case_id"] == case["id"]]
        log = [
            (moment(each["at"]).replace(microsecond=0), each["ticket_id"], State(each["after"]))
            for each in evidence["events"]
            if each["case_id"] == case["id"]
        ]
        end = log[-1][0] + timedelta(hours=1)
        times = spent(log, {each["id"]: each["upper_id"] for each in tickets}, end)
        total = sum((each for phases in times.values() for each in phases.values()), timedelta())
        lasted, states = timedelta(), dict[int, str]()
        for (at, ticket, state), (then, *_) in itertools.pairwise([*log, (end, 0, State.CLOSED)]):
            states[ticket] = state
            lasted += branches(tickets, states) * (then - at)
        if total != lasted:
            yield f"the branches of case {case['id']} lasted {lasted}, but {total} are charged"


PHASES: Final = ("offered", "working", "asked", "checking", "rework")
CLIENTS: Final = ("client_asked", "client_checking")


@invariant("M1", "what is kept of the log is what the log says, second for second")
def figures_follow_the_log(evidence: Evidence) -> Iterator[str]:
    kept = {each["ticket_id"]: each for each in evidence["tallies"]}
    for case in evidence["cases"]:
        tickets = [each for each in evidence["tickets"] if each["case_id"] == case["id"]]
        if case["stale"]:
            yield f"nobody has seen to the figures of case {case['id']}"
            continue
        lasted, states = 0, dict[int, str]()
        log = [each for each in evidence["events"] if each["case_id"] == case["id"]]
        for one, then in itertools.pairwise(log):
            states[one["ticket_id"]] = one["after"]
            lasted += branches(tickets, states) * (second(then["at"]) - second(one["at"]))
        figures = [kept[each["id"]] for each in tickets if each["id"] in kept]
        charged = sum(each[name] for each in figures for name in (*PHASES, *CLIENTS))
        if charged != lasted:
            yield f"the branches of case {case['id']} lasted {lasted} s, {charged} s are kept"
        for ticket in tickets:
            tally = kept.get(ticket["id"])
            if tally is None or tally["state"] != ticket["state"]:
                yield f"{ticket['number']} is {ticket['state']}, its figures say {tally}"


def second(microseconds: int) -> int:
    """Return the second in which something happened."""
    return microseconds // 1_000_000


def branches(tickets: list[Row], states: dict[int, str]) -> int:
    """Return how many parties have to move at once: below whom nobody has to, nor above."""
    by_id = {each["id"]: each for each in tickets}
    stops = {"offered", "waiting", "resolved"}

    def moves(ticket: Row) -> bool:
        upper = by_id.get(ticket["upper_id"])
        while upper is not None:
            if states.get(upper["id"]) in stops or states.get(upper["id"]) not in OPEN:
                return False
            upper = by_id.get(upper["upper_id"])
        mine = states.get(ticket["id"])
        below = (each for each in tickets if each["upper_id"] == ticket["id"])
        return mine in stops or (
            mine in OPEN and not any(states.get(each["id"]) in OPEN for each in below)
        )

    return sum(map(moves, tickets))


def moment(microseconds: int) -> datetime:
    """Return a moment as it is kept."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


@invariant("M2", "after recall or cancel nothing below is open, and nothing below still waits")
def what_ended_has_ended(evidence: Evidence) -> Iterator[str]:
    for ticket in evidence["tickets"]:
        above = evidence.path(ticket)[:-1]
        gone = [each for each in above if each["state"] in {"recalled", "cancelled", "closed"}]
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


@invariant("M3", "of what was offered to several at once one has been taken at most")
def one_takes_what_several_are_offered(evidence: Evidence) -> Iterator[str]:
    taken = Counter(each["batch"] for each in evidence["tickets"] if each["taken"])
    for batch, count in taken.items():
        if batch and count > 1:
            yield f"ticket {batch} and those offered with it were taken {count} times"


@invariant("M3", "nothing expires before its time, and nothing that has ended is taken")
def offers_end_in_time(evidence: Evidence) -> Iterator[str]:
    for ticket in evidence["tickets"]:
        began = None
        for event in logs(evidence)[ticket["id"]]:
            agreed = terms(evidence, ticket)["take_within"]
            began = event["at"] if event["what"] == "offer" else began
            late = agreed is not None and event["at"] - (began or 0) >= agreed * 1_000_000
            if event["what"] == "expire" and not late:
                yield f"{ticket['number']} has expired before its time"
            if event["what"] == "take" and event["before"] != "offered":
                yield f"{ticket['number']} was taken when it was {event['before']}"


def terms(evidence: Evidence, ticket: Row) -> Row:
    """Return what was agreed about a ticket: by its link, or by its party with clients."""
    link: Row | None = evidence.by_id["links"].get(ticket["link_id"])
    party: Row = evidence.by_id["parties"][ticket["party_id"]]
    return link or party


@invariant("M5", "deadlines stand still in waiting and resolved, and what has come due was done")
def deadlines_are_kept(evidence: Evidence) -> Iterator[str]:
    for line in evidence["deliveries"]:
        if not line["cause"].startswith("notice:due:"):
            continue
        _notice, _due, clock, step, ticket, *_rest = line["cause"].split(":")
        log = [each for each in logs(evidence)[int(ticket)] if each["at"] <= line["queued_at"]]
        fits = {"take": {"offered"}, "resolve": {"working", "returned"}, "check": {"resolved"}}
        if log[-1]["after"] not in fits[clock]:
            yield f"ticket {ticket} was {log[-1]['after']} when it was told {clock} {step}"
    for ticket in evidence["tickets"]:
        if ticket["alert_at"] and ticket["alert_at"] < evidence.story.alerts_done:
            yield f"{ticket['number']} was to be told of at {moment(ticket['alert_at'])}"


@invariant("M4", "a ticket with an open lower is never resolved; nothing closes upwards by itself")
def nothing_is_resolved_over_open_work(evidence: Evidence) -> Iterator[str]:
    states: dict[int, str] = {}
    tickets = evidence.by_id["tickets"]
    for event in evidence["events"]:
        states[event["ticket_id"]] = event["after"]
        if event["what"] == "resolve":
            for lower in evidence["tickets"]:
                open_below = states.get(lower["id"]) in OPEN and lower["required"]
                if lower["upper_id"] == event["ticket_id"] and open_below:
                    yield f"{tickets[event['ticket_id']]['number']} was resolved over an open one"
        if event["what"] == "accept" and event["person_id"] is None:
            ticket = tickets[event["ticket_id"]]
            link = evidence.by_id["links"].get(ticket["link_id"])
            agreed = terms(evidence, ticket)["check_within"]
            done = [each for each in logs(evidence)[ticket["id"]] if each["what"] == "resolve"]
            since = max((each["at"] for each in done if each["id"] < event["id"]), default=0)
            if not ticket["required"]:
                continue  # it was done when the one above closed without waiting for it
            silent = agreed is not None and event["at"] - since >= agreed * 1_000_000
            if not silent and (link is None or link["result"] != "auto"):
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

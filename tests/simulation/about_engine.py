"""C, L, B: the way in, the outbox and the limits keep their own rules."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from sandbox.limits import COUNTED
from tests.simulation import house
from tests.simulation.evidence import SENDS, Errand, Evidence
from tests.simulation.invariants import invariant

#: RELIABILITY.md, 3.1.
TURNS: Final = {
    ("queued", "sending"),
    ("sending", "sent"),
    ("sending", "queued"),
    ("sending", "held"),
    ("held", "queued"),
    ("sending", "failed"),
    ("sending", "unclear"),
    ("unclear", "sent"),
    ("unclear", "queued"),
    ("unclear", "failed"),
    *((before, "superseded") for before in ("queued", "held")),
    *((before, "cancelled") for before in ("queued", "held", "unclear")),
    ("queued", "failed"),  # there were no words for it: our fault, which is told to the operator
}
TRUSTED: Final = 15.0  #: seconds after a renewal in which a request may start
OWNED: Final = 60.0

LINES: Final = {("new", "done"), ("new", "ignored"), ("new", "aside"), ("aside", "new")}

#: DESIGN.md, 2.1.
MOVES: Final = {
    *(("offered", after) for after in ("working", "declined", "expired")),
    *(("working", after) for after in ("waiting", "resolved")),
    *(("returned", after) for after in ("waiting", "resolved", "working")),
    *(("waiting", after) for after in ("working", "resolved")),
    *(("resolved", after) for after in ("closed", "returned")),
    ("closed", "returned"),
    *(
        (before, after)
        for before in ("offered", "working", "waiting", "returned", "resolved")
        for after in ("recalled", "cancelled")
    ),
}


@invariant("C2", "a line has at most one application")
def nothing_is_handled_twice(evidence: Evidence) -> Iterator[str]:
    times = Counter[str]()
    for message in evidence["messages"]:
        said = json.loads(message["content"])["text"]
        mine = evidence.landed(message["id"], message["place"])
        if mine:  # what was said here, not words from below that were taken over
            times[said.split()[0] if said else ""] += 1
    for spoken in evidence.story.people.said:
        if times[spoken.token] > 1:
            yield f"{spoken.token} was written down {times[spoken.token]} times"


@invariant("C2", "a done line has its changes")
def nothing_handled_is_forgotten(evidence: Evidence) -> Iterator[str]:
    kept = {(each["lane"], each["ref"]) for each in evidence["parts"] if each["message_id"]}
    states = {}
    for line in evidence["inbox"]:
        message = json.loads(line["raw"]).get("message")
        if isinstance(message, dict) and isinstance(message.get("message_id"), int):
            where = (str(message["chat"]["id"]), str(message["message_id"]))
            states[where] = (line["state"], line["raw"])
    clients = {each.id for each in evidence.town.clients}
    for spoken in evidence.story.people.said:
        where = (str(spoken.chat), str(spoken.message))
        state, raw = states.get(where, (None, ""))
        relayed = spoken.chat in clients or spoken.kind in {"say", "note"}
        if state != "done" or not relayed or raw in evidence.story.refused:
            continue
        if where not in kept:
            yield f"{spoken.token} ({spoken.kind} in {spoken.chat}) is done, but nothing came of it"


@invariant("C3", "what is sent has parts, and the judge has that message")
def what_is_sent_is_there(evidence: Evidence) -> Iterator[str]:
    for line in evidence["deliveries"]:
        if line["state"] == "sent" and not evidence.tries[line["id"]]:
            yield f"{line['cause']} is sent, but was never tried"
        if line["state"] == "sent" and line["doing"] in {"copy", "notice", "question"}:
            calls = [call for errand in evidence.tries[line["id"]] for call in errand.calls]
            if not any(call.done for call in calls):
                yield f"{line['cause']} is sent, but had no effect"


@invariant("C3", "each effect has a delivery that is sent, unclear, or failed: may have arrived")
def what_is_there_was_sent(evidence: Evidence) -> Iterator[str]:
    for errand in evidence.errands:
        if errand.made and not errand.deliveries:
            yield f"{errand.made[0]} was caused by nothing"
        for line in errand.deliveries:
            may = (
                line["repeat"]
                or line["reason"] == "may_have_arrived"
                or line["state"] in {"sent", "unclear"}
            )
            whole = len(errand.made) == len([each for each in errand.calls if each.method in SENDS])
            if errand.made and whole and not may:
                yield f"{line['cause']} arrived, but is {line['state']} ({line['reason']})"


@invariant("C4", "one delivery in flight a lane")
def one_at_a_time(evidence: Evidence) -> Iterator[str]:
    lanes = defaultdict[str, list[Errand]](list)
    for errand in evidence.errands:
        lanes[evidence.at(errand.calls[0].chat or 0)].append(errand)
    for lane, errands in lanes.items():
        errands.sort(key=lambda each: each.begun)
        for one, next_one in itertools.pairwise(errands):
            if next_one.begun < one.ended - 1e-6:
                yield f"two deliveries to {lane} at {next_one.begun:.2f}: {next_one.calls[0]}"


@invariant("C4", "every request by the epoch's owner with trust left")
def only_owners_ask(evidence: Evidence) -> Iterator[str]:
    for call in evidence.calls:
        if call.written is None or call.method == "getUpdates":  # that tells nobody anything
            continue
        owner, since = evidence.owner(call.written)
        if owner != call.process:
            yield f"process {call.process} at {call.written:.2f}, owned by {owner}: {call}"
        elif call.written > since + TRUSTED:
            yield f"process {call.process} at {call.written:.2f}, renewed at {since:.2f}: {call}"


@invariant("D6", "a bot that nobody runs is owned again within 60 s")
def somebody_always_runs_it(evidence: Evidence) -> Iterator[str]:
    calm = evidence.story.calm_since
    renewed = [each["at"] for each in evidence["turns"] if each["what"] == "lease"]
    moments = [calm, *(at for at in renewed if at > calm), evidence.story.rest_at]
    for at, later in itertools.pairwise(moments):
        if later > at + OWNED:
            yield f"nobody runs the bot from {at:.2f} to {later:.2f}"


@invariant("C4", "nobody calls whom the judge does not know")
def callers_are_known(evidence: Evidence) -> Iterator[str]:
    for call in evidence.calls:
        if call.method in SENDS and call.caller not in {house.COURIER, house.COURTESY, house.LOOK}:
            yield f"{call.caller} makes calls: {call}"


@invariant("C5", "only the transitions of RELIABILITY 3.1 and DESIGN 2.1")
def states_change_as_written(evidence: Evidence) -> Iterator[str]:
    allowed = {"delivery": TURNS, "line": LINES, "ticket": MOVES}
    for turn in evidence["turns"]:
        what = turn["what"]
        if what in allowed and (turn["before"], turn["after"]) not in allowed[what]:
            yield f"{turn['what']} {turn['row']} went from {turn['before']} to {turn['after']}"


#: Where what is alive may name a chat, and when it is alive.
LIVE: Final = {
    "parties": ("place", "1"),
    "clients": ("place", "1"),
    "messages": ("place", "1"),
    "copies": ("place", "1"),
    "questions": ("place", "1"),
    "deliveries": ("lane", "state IN ('queued', 'sending', 'held', 'unclear')"),
    "inbox": ("lane", "state = 'new'"),
}


@invariant("C6", "after a migration no live row names the old chat")
def moved_chats_are_left(evidence: Evidence) -> Iterator[str]:
    for lane in evidence["lanes"]:
        for table, (column, alive) in LIVE.items() if lane["moved_to"] else ():
            query = f"SELECT * FROM {table} WHERE {column} = ? AND {alive}"
            for row in evidence.story.rows(query, lane["chat"]):
                yield f"{table} still name {lane['chat']}: {row}"
    told = {each["chat"]: each["moved_to"] for each in evidence["lanes"]}
    for chat in evidence.story.people.moved:
        if not evidence.world.chats[chat].untold and told.get(str(chat)) != evidence.at(chat):
            yield f"nobody has noted that {chat} is {evidence.at(chat)} now"


@invariant("L1", "no 429 but injected ones")
def limits_are_kept(evidence: Evidence) -> Iterator[str]:
    for call in evidence.calls:
        if call.status == 429 and call.fate.wrong != "throttled":
            yield f"at {call.arrived:.2f} by {call.caller} of {call.process}: {call}"


@invariant("L2", "after a 429 nothing to that lane before its time")
def pauses_are_kept(evidence: Evidence) -> Iterator[str]:
    counted = [each for each in evidence.calls if each.method in COUNTED]
    for call in counted:
        if call.pause is None or call.heard is None or call.caller != house.COURIER:
            continue
        if evidence.forgot(call, 15):
            continue
        until = call.heard + (call.pause or 5)
        for later in counted:
            same = later.chat == call.chat and later.number > call.number
            if same and call.heard + 0.5 < later.begun < until - 0.01:
                yield f"{later} by {later.caller} at {later.begun:.2f}, paused until {until:.2f}"


@invariant("B1", "received = done + ignored + aside, when idle")
def every_update_is_accounted_for(evidence: Evidence) -> Iterator[str]:
    for line in evidence["inbox"]:
        if line["state"] == "new":
            yield f"update {line['update_id']} is still new"
        if line["state"] == "aside" and "many" not in line["raw"]:
            yield f"update {line['update_id']} is aside: {line['reason']}"
    known = {line["update_id"] for line in evidence["inbox"]}
    for update in evidence.world.queue._recent.values():
        if update.id not in known and update.until > evidence.world.clock():
            yield f"update {update.id} ({update.kind}) was never written down"


@invariant("B1", "the causes computed anew are exactly those of all deliveries ever")
def causes_are_complete(evidence: Evidence) -> Iterator[str]:
    causes = [line["cause"] for line in evidence["deliveries"]]
    for cause, times in Counter(causes).items():
        if times > 1:
            yield f"{cause} is there {times} times"
    said = {
        (line["message_id"], evidence.at(line["place"]))
        for line in evidence["deliveries"]
        if line["doing"] == "copy" and line["state"] != "cancelled"
    }
    copies = {
        (copy["message_id"], evidence.at(copy["place"]))
        for copy in evidence["copies"]
        if not copy["origin"] and not copy["on_card"]
    }
    for about, place in said ^ copies:
        yield f"message {about} and {place}: a copy without a delivery, or the other way round"
    asked = {line["question_id"] for line in evidence["deliveries"] if line["doing"] == "question"}
    for question in evidence["questions"]:
        if question["id"] not in asked:
            yield f"question {question['id']} is never asked"
    opened = {
        line["ticket_id"]
        for line in evidence["deliveries"]
        if json.loads(line["payload"]).get("opening")
    }
    for ticket in evidence["tickets"]:
        if ticket["id"] not in opened:
            yield f"ticket {ticket['number']} has no opening card"


@invariant("F32", "a process ends only when it is told to")
def processes_live(evidence: Evidence) -> Iterator[str]:
    for end in evidence.story.ended:
        yield f"a process ended by itself: {end}"

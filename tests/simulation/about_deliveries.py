"""D: what people get is what was said: all of it, once, in order."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from relay.content import Content
from relay.masks import masked
from tests.simulation.evidence import MARK, Evidence, Row
from tests.simulation.invariants import invariant

ENDED = frozenset({"unclear", "failed", "cancelled", "superseded"})


@invariant(
    "D1", "every message has, per reader, one effect in that chat or a delivery naming why not"
)
def every_reader_is_served(evidence: Evidence) -> Iterator[str]:
    owed = defaultdict[tuple[int, str], list[Row]](list)
    for line in evidence["deliveries"]:
        if line["doing"] == "copy":
            owed[line["message_id"], evidence.at(line["place"])].append(line)
    for copy in evidence["copies"]:
        if copy["origin"] or copy["on_card"]:
            continue
        place, about = evidence.at(copy["place"]), copy["message_id"]
        lines = owed[about, place]
        if len(lines) != 1:
            yield f"message {about} has {len(lines)} deliveries to {place}"
            continue
        line = lines[0]
        if taken_back(evidence.by_id["messages"][about]):
            continue
        if line["state"] == "sent":
            parts = evidence.showing(copy)
            there = [evidence.message(part["lane"], part["ref"]) for part in parts]
            if not there or None in there:
                yield f"message {about} is said to stand in {place}, but does not"
        elif line["state"] not in ENDED or not (line["reason"] or line["state"] == "unclear"):
            yield f"message {about} to {place} is {line['state']} without a reason"


def taken_back(message: Row) -> bool:
    """Say whether the author of a message has taken it back."""
    return bool(json.loads(message["content"]).get("withdrawn"))


#: What a list said of tickets when somebody asked for it stays as it was.
LIST: Final = re.compile(r"^(Open tickets: |📋 |\d+ tickets? (is|are) open)")


@invariant("D1", "what was taken back stands nowhere but where it was said")
def nothing_stands_that_was_taken_back(evidence: Evidence) -> Iterator[str]:
    perhaps = [
        line for line in evidence["deliveries"] if line["repeat"] or line["state"] == "unclear"
    ]
    unsure = {line["message_id"] for line in perhaps}
    cases = {
        evidence.by_id["tickets"][line["ticket_id"]]["case_id"]
        for line in perhaps
        if line["doing"] == "card"  # it carries the request
    }
    for message in evidence["messages"]:
        if not taken_back(message) or message["id"] in unsure:
            continue
        if message["purpose"] == "request" and message["case_id"] in cases:
            continue
        origin = evidence.parts(message_id=message["id"], place=message["place"])
        token = evidence.token(origin[0]) if origin else None
        for chat in evidence.world.chats.values() if token else ():
            for each in chat.messages.values():
                mine = each.author["id"] == evidence.world.bot.id and not LIST.search(each.body)
                if mine and f"{token} " in each.body and str(chat.id) != message["place"]:
                    yield f"message {message['id']} was taken back, and stands in {chat.id}"


@invariant("D2", "no two effects of one cause but those marked repeat, one each, after Unclear")
def nothing_is_doubled(evidence: Evidence) -> Iterator[str]:
    for line in evidence["deliveries"]:
        told = [errand for errand in evidence.tries[line["id"]] if errand.made]
        if line["doing"] in {"edit", "receipt"} or (line["doing"], line["kind"]) == (
            "card",
            "card",
        ):
            continue  # repeating them puts nothing new into a chat
        unmarked = [
            errand for errand in told if MARK not in str([each.params for each in errand.made])
        ]
        if len(unmarked) > 1:
            often = f"{len(unmarked)} times, unmarked"
            yield f"{line['cause']} (delivery {line['id']}) was said {often}"
        if len(told) > 1 + line["repeat"]:
            yield f"{line['cause']} (delivery {line['id']}) was said {len(told)} times"
        for errand in told[:-1]:
            last = errand.calls[-1]
            if last.outcome == "200" and not evidence.forgot(last, 60):
                yield f"{line['cause']} was repeated though its first answer was good"


@invariant("D3", "text and media equal the source, after the reader's mask and header")
def nothing_is_garbled(evidence: Evidence) -> Iterator[str]:
    heads = {copy["merged_with_id"] for copy in evidence["copies"]}
    for copy in evidence["copies"]:
        message = evidence.by_id["messages"][copy["message_id"]]
        if copy["origin"] or copy["on_card"] or copy["version"] != message["version"]:
            continue
        parts = evidence.showing(copy)
        merged = copy["merged_with_id"] or message["id"] in heads
        there = [evidence.message(part["lane"], part["ref"]) for part in parts]
        if not there:
            continue
        said = Content.unpacked(json.loads(message["content"]))
        bodies = [each.body for each in there if each]
        if said.album and bodies:  # its buttons stand under a header of their own
            head = bodies[0].split("\n")[0]
            bodies = [bodies[0], *(body for body in bodies[1:] if body != head)]
        shown = "\n".join(bodies)
        header, _, rest = shown.partition("\n")
        read = "".join(rest.replace(MARK, "").split())
        meant = {"".join(each.split()) for each in readings(evidence, copy, message, said)}
        if merged and any(each in "".join(shown.split()) for each in meant):
            continue
        if read not in meant:
            where = f"message {message['id']} in {copy['place']}"
            yield f"{where} reads {read[:60]!r}, not {min(meant)[:60]!r}"
        number = evidence.by_id["tickets"][copy["ticket_id"]]["number"]
        if not header.startswith(number):
            yield f"message {message['id']} in {copy['place']} is headed {header!r}, not {number}"
        if (
            said.media
            and there[0]
            and pictured(evidence, said.media.file)
            != [each["file_unique_id"] for each in there[0].content.get("photo", [])]
        ):
            yield f"message {message['id']} in {copy['place']} shows another picture"


def pictured(evidence: Evidence, file: str) -> list[str]:
    """Return how the sizes of a picture are called for ever."""
    return [each["file_unique_id"] for each in evidence.world.files.photo_again(file)]


def readings(evidence: Evidence, copy: Row, message: Row, said: Content) -> Iterator[str]:
    """Return how a message may read in one chat: struck out as its reader may know the client."""
    if copy["sees"] == "full":
        yield said.text.plain
        return
    case = evidence.by_id["cases"][message["case_id"]]
    client = next(each for each in evidence["clients"] if each["id"] == case["client_id"])
    spoke = {
        each["person_id"]
        for each in evidence["messages"]
        if each["case_id"] == case["id"] and each["ticket_id"] is None
    }
    known = [client, *(each for each in evidence["persons"] if each["id"] in spoke)]
    names = [each["username"] for each in known if each["username"]]
    if copy["sees"] == "hidden" or copy["sees"] == "when_taken":
        names += [word for each in known for word in (each["name"], *each["name"].split())]
    yield masked(said.text, names).plain


@invariant("D4", "per ticket and place effects are in the order said; nothing before the card")
def everything_is_in_order(evidence: Evidence) -> Iterator[str]:
    told = defaultdict[tuple[int, str], list[tuple[tuple[bool, int], Row]]](list)
    for errand in evidence.errands:
        made = [each for each in errand.made if each.fate.wrong != "late"]
        for line in errand.deliveries:
            first = line["doing"] == "copy" or json.loads(line["payload"]).get("opening")
            if made and first and line["ticket_id"]:
                place = evidence.at(line["place"])
                late = str(made[0].chat) == place  # and not in the group that it was
                told[line["ticket_id"], place].append(((late, made[0].message or 0), line))
    for (_ticket, place), found in told.items():
        seen: dict[int, tuple[bool, int]] = {}
        for ref, line in sorted(found, key=lambda each: each[0]):
            seen.setdefault(line["id"], ref)
        order = list(seen)
        if order != sorted(order):
            causes = [evidence.by_id["deliveries"][each]["cause"] for each in order]
            yield f"in {place} the order was {causes}"


@invariant("D5", "each shown card and receipt equals the stored state when idle")
def cards_show_what_is(evidence: Evidence) -> Iterator[str]:
    for wanted in evidence.story.cards:
        there = evidence.message(wanted.lane, wanted.ref)
        if there is None:
            yield f"the card of ticket {wanted.ticket} is not in {wanted.lane}"
        elif late_change(evidence, wanted.lane, wanted.ref):
            continue
        elif there.body.replace("\n" + MARK, "") != wanted.text:
            name = f"the card of ticket {wanted.ticket} in {wanted.lane}"
            yield f"{name} reads {there.body[:150]!r}, not {wanted.text[:150]!r}"
        elif [[each["text"] for each in row] for row in there.inline] != wanted.buttons:
            yield f"the card of ticket {wanted.ticket} in {wanted.lane} has other buttons"


def late_change(evidence: Evidence, lane: str, ref: str) -> bool:
    """Say whether a change came so late that it may have undone a newer one: nobody can help it."""
    return any(
        call.fate.wrong == "late" and call.params.get("message_id") == int(ref)
        for call in evidence.calls
        if call.chat == int(lane) and call.done
    )


@invariant("D5", "a receipt is shown when every chat has the message")
def receipts_show_what_is(evidence: Evidence) -> Iterator[str]:
    readers = defaultdict[int, list[Row]](list)
    for copy in evidence["copies"]:
        if not copy["origin"]:
            readers[copy["message_id"]].append(copy)
    owed = defaultdict[int, list[Row]](list)
    lines = {
        (line["message_id"], line["place"]): line
        for line in evidence["deliveries"]
        if line["doing"] == "copy"
    }
    for line in evidence["deliveries"]:
        if line["doing"] == "receipt":
            owed[line["message_id"]].append(line)
    for message in evidence["messages"]:
        origin = evidence.parts(message_id=message["id"], place=message["place"])
        made = readers[message["id"]]
        if not origin or not made or taken_back(message):
            continue
        there = evidence.message(origin[0]["lane"], origin[0]["ref"])
        if there and there.album:  # of an album the first item shows it
            there = next(each for each in there.chat.messages.values() if each.album == there.album)
        if there is None or any(line["state"] == "failed" for line in owed[message["id"]]):
            continue
        if late_change(evidence, origin[0]["lane"], origin[0]["ref"]):
            continue
        sign = there.reactions.get(evidence.world.bot.id)
        if all(copy["version"] > 0 for copy in made) and sign != "👌":
            yield f"message {message['id']} is everywhere, but shows {sign}"
        shown = [line["id"] for line in owed[message["id"]] if line["state"] == "sent"]
        for copy in made if sign == "👌" else ():
            line = lines.get((message["id"], copy["place"]), {"id": 0, "state": "sent"})
            reads_since = line["id"] > max(shown, default=0)
            if not (copy["version"] or line["state"] == "sent" or reads_since):
                yield f"message {message['id']} is not in {copy['place']}, but shows {sign}"

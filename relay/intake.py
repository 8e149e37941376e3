"""What a party wants to know before a client's request becomes a case: asked one by one.

Whatever the client does or leaves, the request goes on: with what is known, in time.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from relay import offers, outbox, placing, writing
from relay.content import Content, Medium
from relay.language import LANGUAGES, speak
from relay.making import admit
from relay.outbox import Notice
from relay.refusals import Already, NothingAsked
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Asked, Client, Equipment, Intake, Message, Part, Party, Purpose
from relay.words import skip
from relay.writing import Said

WAITS: Final = timedelta(minutes=15)  #: for a client who has been asked something
LONGEST: Final = 300  #: characters of an answer that are kept
MOST: Final = 30  #: kinds of work that somebody can choose from
NAMED: Final = 64  #: characters of a kind of work
NUMBER: Final = re.compile(r"\+?[\d\s()./-]{5,40}")  #: what may be a telephone number
QUESTIONS: Final = tuple(Asked)  #: by their place in it buttons tell what is skipped


async def begin(
    store: Store,
    speaker: Speaker,
    party: Party,
    request: Message,
    equipment: Equipment | None = None,
) -> None:
    """Ask a client what the party wants to know first; if that is nothing, open the case.

    A client is asked about one request at a time: an earlier one goes on with what is known.
    """
    client = client_of(speaker)
    if earlier := await store.intake_of(client):
        await finish(store, earlier)
    kinds = await kinds_of(store, party)
    asks = [
        each
        for each in dict.fromkeys(party.asks)
        if not (each == Asked.KIND and not kinds)
        and not (each == Asked.ADDRESS and equipment and equipment.site)
    ]
    intake = Intake(
        bot=store.bot,
        client=client,
        client_id=client.id,
        party=party,
        message=request,
        equipment=equipment,
        asks=asks,
        times=0,
        asked_at=store.now,
        kinds=kinds,
        refs={},
        due_at=store.now + WAITS,
    )
    if not asks:
        await open_case(store, intake)
        return
    await store.begins_intake(intake)
    ask(store, intake)


async def kinds_of(store: Store, party: Party) -> list[str]:
    """Return the kinds of work that a party's links know."""
    links = await store.links_down(party)
    known = dict.fromkeys(kind for link in links for kind in link.match.get("kind", ()))
    return [kind for kind in known if len(kind) <= NAMED][:MOST]


def ask(store: Store, intake: Intake, *, again: bool = False) -> None:
    """Ask the next thing; *again*, if what was said is no answer to it."""
    intake.times += 1
    intake.asked_at, intake.due_at = store.now, store.now + WAITS
    outbox.asks(store, intake, again=again)


async def hears(
    store: Store, speaker: Speaker, intake: Intake, said: Said, part: Part | None
) -> bool:
    """Take what a client says while being asked; say whether it belongs here.

    It is the answer if it can be one, and comes after the question. Otherwise it belongs to the
    request: like an answer, unless it replies to something of a case.
    """
    if part and (part.ticket_id or part.question_id):
        return False
    if part is None and said.number:
        return False
    target = await store.message(part.message_id) if part and part.message_id else None
    asked = target is None and await store.arrived(outbox.asking(intake))
    if asked and is_skip(said.content):
        await go_on(store, intake, answered=False)
        return True
    if asked and (found := answer_in(intake, said)):
        take(intake, found)
        intake.refs = {**intake.refs, intake.asks[0]: said.ref}
        await go_on(store, intake, answered=True)
        return True
    about = target if target and target.case_id is None else intake.message
    writing.write(
        store,
        speaker,
        said.content,
        purpose=Purpose.TALK,
        refs=said.refs,
        reply_to=about.id,
    )
    intake.due_at = store.now + WAITS
    kinds = {*said.content.kinds}
    if asked and intake.asks[0] == Asked.ADDRESS and kinds & {Medium.LOCATION, Medium.VENUE}:
        await go_on(store, intake, answered=True)
    elif asked and intake.asks[0] == Asked.CONTACT and Medium.CONTACT in kinds:
        ask(store, intake, again=True)  # it is somebody else's
    return True


def answer_in(intake: Intake, said: Said) -> str:
    """Return the answer to what was asked last; nothing: this is none."""
    content = said.content
    words = "" if content.kinds else " ".join(content.text.plain.split())[:LONGEST]
    match Asked(intake.asks[0]):
        case Asked.ADDRESS:
            return words
        case Asked.CONTACT:
            return said.phone or (words if NUMBER.fullmatch(words) else "")
        case Asked.KIND:
            known = {each.casefold(): each for each in intake.kinds}
            return known.get(words.casefold(), "")


def is_skip(content: Content) -> bool:
    """Say whether words are what stands on the button that skips a question."""
    return content.text.plain in {skip(speak(language)) for language in LANGUAGES}


def take(intake: Intake, words: str) -> None:
    """Note the answer to what was asked last."""
    match Asked(intake.asks[0]):
        case Asked.ADDRESS:
            intake.address = words
        case Asked.CONTACT:
            intake.phone = words
        case Asked.KIND:
            intake.kind = words


async def go_on(store: Store, intake: Intake, *, answered: bool) -> None:
    """Ask the next thing; after the last one, open the case."""
    done, *left = intake.asks
    if done == Asked.CONTACT:
        enough(store, intake, "answered" if answered else "skipped")
    intake.asks = left
    if left:
        ask(store, intake)
    else:
        await finish(store, intake)


def enough(store: Store, intake: Intake, how: str) -> None:
    """Tell a client why no telephone number is waited for any more, and take the button away.

    *How* it ended: ``answered``, ``skipped``, ``skipped_all`` or ``called_off``.
    """
    times = f"{intake.id}-{intake.times}"
    place = intake.client.place
    outbox.notice(store, Notice.ENOUGH, times, place, None, urgent=True, how=how)


async def finish(store: Store, intake: Intake, how: str = "skipped") -> None:
    """Open the case with what is known; *how* it came to an end is said of a telephone number."""
    if intake.asks and intake.asks[0] == Asked.CONTACT:
        enough(store, intake, how)
    intake.asks, intake.due_at = [], None
    await open_case(store, intake)


async def open_case(store: Store, intake: Intake) -> None:
    """Make a request a case, with all that was said meanwhile; what was taken back is nothing."""
    client, message = intake.client, intake.message
    said = [message, *await placing.unplaced(store, message)]
    request = next((each for each in said if not each.said.withdrawn), None)
    if request is None:
        return
    ticket = await offers.open_case(
        store,
        client,
        intake.party,
        request,
        address=intake.address,
        phone=intake.phone,
        kind=intake.kind,
        equipment=intake.equipment,
    )
    await placing.own_part(store, request, ticket)
    intake.message = request
    speaker = Speaker(client.place, client.place, client=client, language=client.language)
    for each in {message, request}:
        await placing.follow(store, speaker, each, ticket)


async def omit(store: Store, speaker: Speaker, intake_id: int, question: int) -> None:
    """Leave a question unanswered.

    Raises:
        Already: it is not this client's, or not asked any more.
    """
    intake = await asked_about(store, speaker, intake_id)
    if not 0 <= question < len(QUESTIONS) or intake.asks[0] != QUESTIONS[question]:
        raise Already
    await go_on(store, intake, answered=False)


async def choose_kind(store: Store, speaker: Speaker, intake_id: int, choice: int) -> None:
    """Say which kind of work is needed: counted from 1; 0: something else.

    Raises:
        Already: that is not asked any more.
    """
    intake = await asked_about(store, speaker, intake_id)
    if intake.asks[0] != Asked.KIND or not 0 <= choice <= len(intake.kinds):
        raise Already
    if choice:
        take(intake, intake.kinds[choice - 1])
    await go_on(store, intake, answered=True)


async def asked_about(store: Store, speaker: Speaker, intake_id: int) -> Intake:
    """Return the request about which this client is being asked something."""
    intake = await store.intake_of(client_of(speaker))
    if intake is None or intake.id != intake_id:
        raise Already
    await admit(store, speaker, intake.party)
    return intake


async def skip_all(store: Store, speaker: Speaker) -> bool:
    """Open the case at once, with what is known; say whether the client will be told so.

    Raises:
        NothingAsked: there is nothing to skip.
    """
    intake = await store.intake_of(client_of(speaker))
    if intake is None:
        raise NothingAsked
    await admit(store, speaker, intake.party)
    told = intake.asks[0] == Asked.CONTACT
    await finish(store, intake, "skipped_all")
    return told


async def call_off(store: Store, speaker: Speaker) -> bool:
    """Take a request back about which something is being asked; say whether there was one."""
    intake = await store.intake_of(client_of(speaker))
    if intake is None:
        return False
    enough(store, intake, "called_off")
    intake.asks, intake.due_at = [], None
    return True


async def correct(store: Store, speaker: Speaker, content: Content, ref: str) -> bool:
    """Let a correction of an answer count; say whether it was one."""
    intake = await store.last_intake(speaker.client) if speaker.client else None
    what = next((asked for asked, at in intake.refs.items() if at == ref), None) if intake else None
    words = " ".join(content.text.plain.split())[:LONGEST]
    if intake is None or what not in {Asked.ADDRESS, Asked.CONTACT} or not words:
        return False
    if what == Asked.CONTACT and not NUMBER.fullmatch(words):
        return False
    await admit(store, speaker, intake.party)
    case = await store.case(intake.message.case_id) if intake.message.case_id else None
    for record in (intake, case):
        if record and what == Asked.ADDRESS:
            record.address = words
        elif record:
            record.phone = words
    if case:
        await outbox.refresh(store, case, f"answer-{intake.id}-{store.now.timestamp()}")
    return True


async def run_out(store: Store, intake_id: int) -> None:
    """Open the case of a client who has not gone on in time."""
    intake = await store.intake(intake_id)
    if intake and intake.due_at and intake.due_at <= store.now:
        await finish(store, intake)


def client_of(speaker: Speaker) -> Client:
    """Return the client who speaks."""
    assert speaker.client is not None  # noqa: S101 - handlers call this for clients alone
    return speaker.client

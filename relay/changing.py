"""What leads change of their party and its links: proposed, shown before and after, then made.

Who may: everybody in a party's chat may look, a lead of it may change. Of a link, what concerns
one end alone is that end's to change at once (``values.LINK`` says whose). What binds both ends is
the upper's to propose, and is made when a lead of the lower agrees. Either end may pause a link,
resume it, or end it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from relay import endings, offers, outbox, values
from relay.chain import said
from relay.changes import PROPOSED, applied, changed, other_end, tell, tell_end, tell_neighbours
from relay.content import Content
from relay.making import ANSWER_WITHIN
from relay.moves import State
from relay.outbox import Notice
from relay.pages import LOOK, OWN, STEP, may_set, subject
from relay.refusals import (
    Already,
    CodeTaken,
    LeadsOnly,
    NotHere,
    Outdated,
    SoAlready,
    TheirsToSet,
)
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import (
    Change,
    Forward,
    Link,
    Party,
    Person,
    Proposal,
    Question,
    Standing,
    Step,
)
from relay.values import LEAD, LINK, PARTY, STANDING, Setting, current

AGREE_WITHIN: Final = timedelta(days=14)
CHANGE: Final = "change"  #: a question: what something is to be
TOLD: Final = {"name", "code"}  #: what of a party concerns those who work with it


def own_party(speaker: Speaker) -> Party:
    """Return the party whose chat it is.

    Raises:
        NotHere: it is nobody's.
    """
    if speaker.party is None:
        raise NotHere
    return speaker.party


def leading(speaker: Speaker) -> Party:
    """Return the party that somebody leads.

    Raises:
        LeadsOnly: they do not.
        NotHere: it is no part of the chain any more.
    """
    party = own_party(speaker)
    if party.standing is Standing.ENDED:
        raise NotHere
    if not speaker.lead:
        raise LeadsOnly
    return party


async def link_of(store: Store, speaker: Speaker, link_id: int) -> Link:
    """Return a link of the speaker's party.

    Raises:
        NotHere: it has ended, there is none, or it is none of theirs.
    """
    party, link = own_party(speaker), await store.link(link_id)
    if link is None or link.standing is Standing.ENDED:
        raise NotHere
    if party.id not in {link.upper_id, link.lower_id}:
        raise NotHere
    return link


async def chosen(
    store: Store, speaker: Speaker, about: int, choice: int, *, link: bool
) -> tuple[Party | Link, Setting, Proposal | Question | None]:
    """Take a press on something that can be set: look at it, choose, or say it in words.

    Returns what is set and, if more than looked at, the proposal or the question for words.

    Raises:
        LeadsOnly, NotHere, TheirsToSet: who or where.
        SoAlready, CodeTaken: what.
    """
    number, option = divmod(choice, STEP)
    record = await link_of(store, speaker, about) if link else own_party(speaker)
    known = LINK if link else PARTY
    if record.id != about or not 0 <= number < len(known):
        raise NotHere
    party, setting = leading(speaker), known[number]
    if isinstance(record, Link) and not may_set(record, party, setting):
        raise TheirsToSet(other_end(record, party).name)
    if option == LOOK and setting.choices:
        return record, setting, None
    if setting.own and option in {LOOK, OWN}:
        return record, setting, await ask(store, speaker, record, setting)
    if not 1 <= option <= len(setting.choices):
        raise NotHere
    text = setting.choices[option - 1]
    if isinstance(record, Party) and setting.name == "asks":
        kept = [each for each in setting.choices if (each in record.asks) != (each == text)]
        text = said([str(each) for each in kept])
    return record, setting, await propose(store, speaker, record, setting, text)


async def ask(store: Store, speaker: Speaker, record: Party | Link, setting: Setting) -> Question:
    """Ask a lead what something is to be, in words of their own."""
    proposal = await begin(store, speaker, record, setting.name, current(record, setting), None)
    question = Question(
        bot=store.bot,
        place=speaker.place,
        ticket_id=None,
        proposal_id=proposal.id,
        person_id=proposal.person_id,
        what=CHANGE,
        message_id=None,
        until=store.now + ANSWER_WITHIN,
        answered=False,
    )
    await store.asks(question)
    outbox.question(store, question)
    return question


async def begin(
    store: Store,
    speaker: Speaker,
    record: Party | Link,
    what: str,
    before: str,
    after: str | None,
    about: Person | None = None,
) -> Proposal:
    """Write a proposal down."""
    party = own_party(speaker)
    proposal = Proposal(
        bot=store.bot,
        party_id=party.id,
        party=party,
        link_id=record.id if isinstance(record, Link) else None,
        about=about,
        person=speaker.person,
        what=what,
        before=before,
        after=after,
        step=Step.OPEN,
        until=store.now + ANSWER_WITHIN,
    )
    await store.add(proposal)
    return proposal


async def propose(
    store: Store, speaker: Speaker, record: Party | Link, setting: Setting, text: str
) -> Proposal:
    """Propose that something be as a text of the chain file says; it has yet to be confirmed."""
    before, after = current(record, setting), await fitting(store, record, setting, text)
    return await begin(store, speaker, record, setting.name, before, after)


async def fitting(store: Store, record: Party | Link, setting: Setting, text: str) -> str:
    """Return what something would be, as the chain file would say it.

    Raises:
        BadValue: the chain file would refuse it.
        SoAlready: it is so.
        CodeTaken: another party has that code.
    """
    value = values.read(setting, text, link=isinstance(record, Link))
    values.fit_together(record, setting, value)
    after = said(value)
    if after == current(record, setting):
        raise SoAlready
    if setting.name == "code" and await store.code_is_taken(after):
        raise CodeTaken(after)
    return after


async def answer(store: Store, speaker: Speaker, question: Question, words: Content) -> None:
    """Take what a lead wrote for what something is to be: they are shown it, to confirm it.

    Raises:
        LeadsOnly, NotHere: somebody else answers.
        BadValue, SoAlready, CodeTaken: the question stays open.
    """
    party = leading(speaker)
    proposal = await store.proposal(question.proposal_id or 0)
    setting = values.setting_of(proposal) if proposal else None
    if proposal is None or setting is None or proposal.party_id != party.id:
        raise NotHere
    record = await subject(store, proposal)
    text = values.typed(setting, words.text.plain)
    proposal.after = await fitting(store, record, setting, text)
    proposal.before = current(record, setting)
    proposal.person = speaker.person
    question.answered = True
    outbox.notice(
        store,
        Notice.PROPOSED,
        str(proposal.id),
        party.place,
        None,
        urgent=True,
        proposal=proposal.id,
    )


# Whoever leads


async def name_lead(
    store: Store, speaker: Speaker, address: str, name: str, username: str | None
) -> Proposal:
    """Propose that somebody who speaks in the chat be a lead of its party.

    Raises:
        LeadsOnly: only leads name others.
        SoAlready: they were named before.
    """
    party = leading(speaker)
    person = await store.person(address, name, username)
    member = await store.joins(party, person)
    if member.lead:
        raise SoAlready
    return await begin(store, speaker, party, LEAD, "false", "true", person)


async def dismiss(store: Store, speaker: Speaker, person_id: int) -> Proposal:
    """Propose that somebody who was named a lead be one no more.

    Raises:
        LeadsOnly: only leads do that.
        NotHere: they are none, in this chat.
    """
    party = leading(speaker)
    member = await store.member(party, person_id)
    if member is None or not member.lead:
        raise NotHere
    proposal = await begin(store, speaker, party, LEAD, "true", "false")
    proposal.about_id = person_id
    await store.flush()
    return await found(store, speaker, proposal.id)


# What becomes of a proposal


async def found(store: Store, speaker: Speaker, proposal_id: int) -> Proposal:
    """Return a proposal that is for this chat to decide on, locked.

    Raises:
        NotHere: there is none, or it is somebody else's.
    """
    party, proposal = own_party(speaker), await store.proposal(proposal_id, locked=True)
    if proposal is None:
        raise NotHere
    if proposal.party_id == party.id:
        return proposal
    record = await subject(store, proposal)
    waited_for = isinstance(record, Link) and party.id in {record.upper_id, record.lower_id}
    if not waited_for or proposal.step is Step.OPEN:
        raise NotHere
    return proposal


async def standing_as(store: Store, proposal: Proposal) -> str:
    """Return how that is now which a proposal would change."""
    if proposal.about_id:
        member = await store.member(proposal.party, proposal.about_id)
        return said(bool(member and member.lead))
    record, setting = await subject(store, proposal), values.setting_of(proposal)
    if setting is None or (isinstance(record, Link) and record.standing is Standing.ENDED):
        raise Outdated
    return current(record, setting)


async def confirm(store: Store, speaker: Speaker, proposal_id: int) -> Proposal:
    """Make a change that was shown before; if it binds another party, ask them first.

    Raises:
        LeadsOnly, NotHere: who or where.
        Already: it was decided.
        Outdated: it is not as it was shown any more, or it was shown too long ago.
        CodeTaken: another party has that code by now.
    """
    party, proposal = leading(speaker), await found(store, speaker, proposal_id)
    if proposal.party_id != party.id or proposal.after is None:
        raise NotHere
    if proposal.step is not Step.OPEN:
        raise Already
    await still_true(store, proposal)
    record, setting = await subject(store, proposal), values.setting_of(proposal)
    if isinstance(record, Link) and setting and setting.binds:
        for other in await store.proposals_waiting(record, proposal.what):
            other.step = Step.LEFT
        proposal.step, proposal.until = Step.WAITING, store.now + AGREE_WITHIN
        noted = PROPOSED + proposal.what
        await changed(store, speaker, record, noted, proposal.before, proposal.after)
        asks(store, proposal, other_end(record, party))
        return proposal
    await make(store, speaker, proposal)
    return proposal


def asks(store: Store, proposal: Proposal, party: Party, cause: str = "") -> None:
    """Ask a party, as the other end of a link, to agree."""
    why = f"{proposal.id}{cause}"
    outbox.notice(store, Notice.AGREE, why, party.place, None, proposal=proposal.id)


async def moved(store: Store, place: str) -> None:
    """Ask a chat that moved again for what it has yet to agree to: it lost what it read before."""
    party = await store.party_at(place)
    if party:
        for proposal in await store.proposals_for(party):
            asks(store, proposal, party, ":moved")


async def still_true(store: Store, proposal: Proposal) -> None:
    """Refuse what was shown otherwise than it is now, or too long ago.

    Raises:
        Outdated: see there.
        CodeTaken: another party has that code by now.
    """
    if proposal.until <= store.now or await standing_as(store, proposal) != proposal.before:
        raise Outdated
    if proposal.what == "code" and await store.code_is_taken(proposal.after or ""):
        raise CodeTaken(proposal.after or "")


async def agree(store: Store, speaker: Speaker, proposal_id: int) -> Proposal:
    """Agree, as the other end of a link, to what the upper proposes.

    Raises:
        LeadsOnly, NotHere, Already, Outdated: as ``confirm``.
    """
    party, proposal = leading(speaker), await found(store, speaker, proposal_id)
    if proposal.party_id == party.id:
        raise NotHere
    if proposal.step is not Step.WAITING:
        raise Already
    await still_true(store, proposal)
    await make(store, speaker, proposal)
    return proposal


async def leave(store: Store, speaker: Speaker, proposal_id: int) -> Proposal:
    """Let all stay as it was: before it is confirmed, or, as either end, before it is agreed to.

    Raises:
        LeadsOnly, NotHere: who or where.
        Already: it was decided.
    """
    party, proposal = leading(speaker), await found(store, speaker, proposal_id)
    if proposal.step not in {Step.OPEN, Step.WAITING}:
        raise Already
    if proposal.step is Step.WAITING:
        record = await subject(store, proposal)
        assert isinstance(record, Link)  # noqa: S101 - nothing else waits for somebody
        outbox.notice(
            store,
            Notice.LEFT,
            str(proposal.id),
            other_end(record, party).place,
            None,
            proposal=proposal.id,
            by=party.id,
        )
    proposal.step = Step.LEFT
    return proposal


async def make(store: Store, speaker: Speaker, proposal: Proposal) -> None:
    """Let it be as proposed: now, in the log, and for everybody whom it concerns."""
    proposal.step = Step.DONE
    party, record = own_party(speaker), await subject(store, proposal)
    if proposal.about_id:
        await appoint(store, speaker, proposal)
        return
    setting = values.setting_of(proposal)
    assert setting is not None  # noqa: S101 - nobody could have proposed it
    value = values.read(setting, proposal.after or "", link=isinstance(record, Link))
    setattr(record, setting.name, value)
    change = await changed(store, speaker, record, setting.name, proposal.before, proposal.after)
    if isinstance(record, Party):
        if setting.name in TOLD:
            await tell_neighbours(store, record, change)
        await applied(store, record, change)
        return
    store.relinked(record)
    if setting.name == "client":
        await store.touch_over(record)  # what is found over it is what may be known
    if not setting.private:
        tell(store, other_end(record, party), change)
    if setting.name == STANDING:
        await stands_anew(store, record, change)
    for end in (record.upper, record.lower):
        await applied(store, end, change)


async def appoint(store: Store, speaker: Speaker, proposal: Proposal) -> None:
    """Let somebody be a lead, or be one no more."""
    member = await store.member(proposal.party, proposal.about_id or 0)
    if member is None or proposal.about is None:
        raise NotHere
    member.lead = proposal.after == said(value=True)
    name = proposal.about.name
    before, after = (None, name) if member.lead else (name, None)
    await changed(store, speaker, proposal.party, LEAD, before, after)


async def stands_anew(store: Store, link: Link, change: Change) -> None:
    """Let tickets follow a link that was ended or resumed.

    Of one that ended, what is open goes back to the upper. Over one that goes on, that goes down
    which came meanwhile and would have gone down by itself.
    """
    if link.standing is Standing.ENDED:
        over = await store.tickets_over(link)
        for lost in over:
            if lost.open:  # another of them may have been above it
                await endings.give_back(store, lost)
        if over:
            tell_end(store, link, change, list(over))
    if link.standing is Standing.ACTIVE and link.forward is Forward.AUTO:
        for each in await store.open_tickets(link.upper):
            ticket = await store.ticket(each.id)
            fresh = ticket and ticket.state is State.OFFERED and not ticket.lowers
            if ticket and fresh and not ticket.batch:  # of several, one has to take it first
                await offers.run_down(store, ticket)

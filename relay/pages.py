"""What is set of a party and its links, as its chat reads it; and changes before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from relay.changes import PROPOSED, other_end
from relay.channel import Act, Button, Post
from relay.language import Gettext
from relay.refusals import NotHere
from relay.store import Store
from relay.tables import Change, Link, Party, Person, Proposal, Standing, Step
from relay.text import Text, bold, fill, joined, lines, shortened
from relay.values import (
    LEAD,
    LINK,
    PARTY,
    STANDING,
    End,
    Setting,
    current,
    label,
    question,
    setting_of,
    worded,
)

STEP: Final = 100  #: a button names what is set and which choice: ``what * STEP + choice``
LOOK: Final = 0  #: in place of a choice: show them
OWN: Final = 99  #: a lead says it in words of their own
PAIR: Final = 20  #: characters of a button of which two fit side by side
LISTED: Final = 8  #: links on one page
LOGGED: Final = 15  #: changes that are shown
VALUE: Final = 200  #: characters of a value in a list
NAME: Final = 40  #: characters of a name in a list


def number(setting: Setting, choice: int) -> int:
    """Return how a button names a choice."""
    known = LINK if setting in LINK else PARTY
    return known.index(setting) * STEP + choice


def line(name: str, text: str, _: Gettext) -> Text:
    """Return how something is set, in a line of its own."""
    value = shortened(worded(name, text, _), VALUE)
    return fill(_("{name}: {value}"), name=label(name, _), value=bold(value))


def paired(buttons: Iterable[Button]) -> list[list[Button]]:
    """Lay buttons out for a telephone: two side by side where both are short."""
    rows: list[list[Button]] = []
    for each in buttons:
        fits = len(each.label) <= PAIR
        if rows and fits and len(rows[-1]) == 1 and len(rows[-1][0].label) <= PAIR:
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


# A party


async def party_page(
    store: Store, party: Party, administrators: Collection[str], _: Gettext
) -> Post:
    """Show how a party is set, with a button for each thing that can be changed."""
    settings = [each for each in PARTY if party.clients or not each.clients]
    leading = ", ".join(each.name for each in await leading_persons(store, party, administrators))
    leads = fill(_("{name}: {value}"), name=_("Leads"), value=bold(leading)) if leading else ""
    text = joined(
        "\n\n",
        [
            "🏢 " + bold(party.name),
            lines(
                *(line(each.name, current(party, each), _) for each in settings[1:]),
                leads,
            ),
            _("Administrators of this chat lead. /lead names others."),
        ],
    )
    buttons = [
        Button(label(each.name, _), Act.SET, party.id, number(each, LOOK)) for each in settings
    ]
    more = [
        Button("🔗 " + _("Links"), Act.LINKS, 0),
        Button("🕓 " + _("Changes"), Act.LOG, party.id),
    ]
    return Post(text, buttons=[*paired(buttons), more])


async def leading_persons(
    store: Store, party: Party, administrators: Collection[str]
) -> list[Person]:
    """Return who leads, as far as we know them: administrators, then those named."""
    known = await store.members(party, administrators) if administrators else ()
    return [*known, *(each for each in await store.leads(party) if each not in known)]


async def leads_page(
    store: Store, party: Party, administrators: Collection[str], _: Gettext
) -> Post:
    """List who leads, with a button for each who was named: it can be taken away."""
    named = await store.leads(party)
    people = [
        fill(_("{name}, administrator"), name=bold(each.name))
        if each.address in administrators
        else bold(each.name)
        for each in await leading_persons(store, party, administrators)
    ]
    text = joined(
        "\n\n",
        [
            lines("👤 " + bold(_("Who leads here")), *people),
            lines(
                _("Administrators of this chat lead anyway."),
                _("To name somebody else, reply to a message of theirs with /lead."),
            ),
        ],
    )
    buttons = [
        [
            Button(
                "✖️ " + fill(_("{name} leads no more"), name=shortened(each.name, NAME)).plain,
                Act.UNLEAD,
                each.id,
            )
        ]
        for each in named
    ]
    return Post(text, buttons=buttons)


def choices_page(record: Party | Link, setting: Setting, _: Gettext) -> Post:
    """Show what can be chosen for one thing, and how it is now."""
    act = Act.TERM if isinstance(record, Link) else Act.SET
    now = current(record, setting)
    chosen = (
        {now} if setting.name != "asks" else set(record.asks if isinstance(record, Party) else ())
    )
    buttons = [
        Button(
            ("✓ " if choice in chosen else "") + choice_words(setting, choice, _),
            act,
            record.id,
            number(setting, place),
        )
        for place, choice in enumerate(setting.choices, 1)
    ]
    if setting.own:
        buttons.append(Button("✏️ " + _("Something else"), act, record.id, number(setting, OWN)))
    back = Button("⬅️ " + _("Back"), Act.LINK if act is Act.TERM else Act.COMPANY, record.id)
    return Post(
        lines(
            heading(record),
            question(setting.name, _, link=act is Act.TERM),
            fill(_("Now: {value}"), value=bold(worded(setting.name, now, _))),
        ),
        buttons=[*paired(buttons), [back]],
    )


def choice_words(setting: Setting, choice: str, _: Gettext) -> str:
    """Return what stands on the button of a choice."""
    return worded(setting.name, f'["{choice}"]' if setting.name == "asks" else choice, _)


def heading(record: Party | Link) -> Text:
    """Return what is spoken of."""
    if isinstance(record, Link):
        return bold(f"{record.upper.name} → {record.lower.name}")
    return bold(record.name)


# Links


async def links_page(store: Store, party: Party, page: int, _: Gettext) -> Post:
    """List a party's links: to those above, then to those below."""
    links = await store.links_of(party)
    if not links:
        return Post(Text(_("There are no links yet: nobody gives you work, and you give none.")))
    page = max(0, min(page, (len(links) - 1) // LISTED))
    shown = links[page * LISTED : (page + 1) * LISTED]
    up = [each for each in shown if each.lower_id == party.id]
    down = [each for each in shown if each.upper_id == party.id]
    parts = []
    if up:
        parts.append(lines(bold(_("Work comes from")), *(entry(each, party, _) for each in up)))
    if down:
        parts.append(lines(bold(_("Work goes to")), *(entry(each, party, _) for each in down)))
    rows = [
        [
            Button(
                ("⬆️ " if each in up else "⬇️ ") + shortened(other_end(each, party).name, NAME),
                Act.LINK,
                each.id,
            )
        ]
        for each in shown
    ]
    turns = []
    if page > 0:
        turns.append(Button("⬅️ " + _("Back"), Act.LINKS, page - 1))
    if (page + 1) * LISTED < len(links):
        turns.append(Button(_("More") + " ➡️", Act.LINKS, page + 1))
    return Post(joined("\n\n", parts), buttons=[*rows, turns] if turns else rows)


def entry(link: Link, party: Party, _: Gettext) -> Text:
    """Return a link in a list."""
    other = other_end(link, party)
    text = fill(_("{name} ({code})"), name=shortened(other.name, NAME), code=other.code)
    if link.standing is Standing.PAUSED:
        return "⏸ " + text + " · " + worded(STANDING, link.standing, _)
    return "▶️ " + text + " · " + worded(STANDING, link.standing, _)


def may_see(link: Link, party: Party, setting: Setting) -> bool:
    """Say whether a term is some business of one end of a link."""
    return not setting.private or may_set(link, party, setting)


def may_set(link: Link, party: Party, setting: Setting) -> bool:
    """Say whether a term is one end's to set, or to propose."""
    ends = {End.UPPER: link.upper_id, End.LOWER: link.lower_id}
    return ends.get(setting.of, party.id) == party.id


def link_page(link: Link, party: Party, _: Gettext) -> Post:
    """Show the terms of a link as one of its ends may see them, with what it may change."""
    shown = [each for each in LINK if may_see(link, party, each)]
    settable = [each for each in shown if may_set(link, party, each) and each.name != STANDING]
    upper = link.upper_id == party.id
    rule = _("Terms that bind both of you change when {party} agrees.")
    if not upper:
        rule = _("Terms that bind both of you are for {party} to propose.")
    terms = [each for each in shown if each.name != STANDING]
    text = joined(
        "\n\n",
        [
            lines(heading(link), line(STANDING, link.standing, _)),
            lines(*(line(each.name, current(link, each), _) for each in terms)),
            fill(rule, party=other_end(link, party).name),
        ],
    )
    buttons = [
        Button(label(each.name, _), Act.TERM, link.id, number(each, LOOK)) for each in settable
    ]
    stands = next(each for each in LINK if each.name == STANDING)
    last = [Button("⏸ " + _("Pause"), Act.TERM, link.id, number(stands, 2))]
    if link.standing is Standing.PAUSED:
        last = [Button("▶️ " + _("Resume"), Act.TERM, link.id, number(stands, 1))]
    last.append(Button("⏹ " + _("End"), Act.TERM, link.id, number(stands, 3)))
    back = Button("⬅️ " + _("Back"), Act.LINKS, 0)
    return Post(text, buttons=[*paired(buttons), last, [back]])


# Before and after


def before_and_after(what: str, before: str | None, after: str | None, _: Gettext) -> Text:
    """Return what was, or would be, changed."""
    what, proposal = what.removeprefix(PROPOSED), what.startswith(PROPOSED)
    if what == LEAD:
        was, becomes = before or "–", after or "–"
    else:
        was, becomes = (
            worded(what, value, _) if value is not None else "–" for value in (before, after)
        )
    name = label(what, _)
    return lines(
        fill(_("Proposed: {name}"), name=name) if proposal else name,
        fill(_("{before} → {after}"), before=was, after=bold(becomes)),
    )


async def subject(store: Store, proposal: Proposal) -> Party | Link:
    """Return what a proposal would change.

    Raises:
        NotHere: there is no such thing any more.
    """
    if proposal.link_id is None:
        return proposal.party
    link = await store.link(proposal.link_id)
    if link is None:
        raise NotHere
    return link


async def proposed(store: Store, proposal: Proposal, _: Gettext) -> Text:
    """Return what a proposal would change, before and after."""
    if proposal.about:
        return lines(
            bold(proposal.about.name),
            fill(
                _("{before} → {after}"),
                before=role(proposal.before, _),
                after=bold(role(proposal.after or "", _)),
            ),
        )
    record = await subject(store, proposal)
    change = before_and_after(proposal.what, proposal.before, proposal.after, _)
    return lines(heading(record), change) if isinstance(record, Link) else change


def role(lead: str, _: Gettext) -> str:
    """Return what somebody is in a chat."""
    return _("lead") if lead == "true" else _("member")


async def confirm_post(store: Store, proposal: Proposal, _: Gettext) -> Post:
    """Show a change before it is made, and what will come of it."""
    record = await subject(store, proposal)
    setting = setting_of(proposal)
    then = ""
    if isinstance(record, Link) and setting:
        other = other_end(record, proposal.party).name
        if setting.binds:
            then = fill(_("It is made when a lead of {party} agrees."), party=other).plain
        elif proposal.after == Standing.ENDED:
            over = len(await store.tickets_over(record))
            ends = _.plural(
                "{n} open ticket goes back to {party}, and work on it stops.",
                "{n} open tickets go back to {party}, and work on them stops.",
                over,
            )
            then = fill(ends, party=record.upper.name).plain if over else ""
        elif proposal.after == Standing.PAUSED:
            then = _("Nothing new goes over it. What is open goes on.")
    if proposal.what == "code":
        then = _("Tickets that are there keep their numbers.")
    return Post(
        lines(await proposed(store, proposal, _), then),
        buttons=[
            [Button("✅ " + _("Confirm"), Act.CONFIRM, proposal.id)],
            [Button("✖️ " + _("Leave as it was"), Act.LEAVE, proposal.id)],
        ],
    )


async def made_post(store: Store, proposal: Proposal, who: str, _: Gettext) -> Post:
    """Show what has become of a proposal by what somebody pressed just now."""
    change = await proposed(store, proposal, _)
    match proposal.step:
        case Step.DONE:
            return Post(lines("✅ " + change, fill(_("Done by {name}"), name=who)))
        case Step.WAITING:
            record = await subject(store, proposal)
            other = other_end(record, proposal.party).name if isinstance(record, Link) else ""
            return Post(
                lines("⏳ " + change, fill(_("It waits for {party} to agree."), party=other)),
                buttons=[[Button("✖️ " + _("Leave as it was"), Act.LEAVE, proposal.id)]],
            )
        case _:
            return Post(lines("✖️ " + change, fill(_("Left as it was by {name}"), name=who)))


async def agree_post(store: Store, proposal: Proposal, _: Gettext) -> Post:
    """Ask the other end of a link to agree to a change."""
    if proposal.step is not Step.WAITING:
        return Post(Text(_("A change of a link was proposed, but it is not asked for any more.")))
    asks = fill(_("{party} proposes to change what you agreed."), party=bold(proposal.party.name))
    return Post(
        joined("\n\n", ["🤝 " + asks, await proposed(store, proposal, _)]),
        buttons=[
            [Button("✅ " + _("Agree"), Act.CONSENT, proposal.id)],
            [Button("✖️ " + _("Leave as it was"), Act.LEAVE, proposal.id)],
        ],
    )


async def left_post(store: Store, proposal: Proposal, by: Party | None, _: Gettext) -> Post:
    """Tell one end of a link that the other one does not want a change any more."""
    said = fill(_("{party} leaves it as it was."), party=bold(by.name if by else "–"))
    return Post(joined("\n\n", ["✖️ " + said, await proposed(store, proposal, _)]))


async def changed_post(store: Store, change: Change, _: Gettext) -> Post:
    """Tell those who work with a party what it has changed."""
    party = await store.party(change.party_id or 0)
    link = await store.link(change.link_id) if change.link_id else None
    said = fill(changed_words(change, _), party=bold(party.name if party else "–"))
    change_words = before_and_after(change.what, change.before, change.after, _)
    return Post(joined("\n\n", ["🔁 " + said, lines(heading(link) if link else "", change_words)]))


def changed_words(change: Change, _: Gettext) -> str:
    """Say what kind of a change it was."""
    match change.what, change.after:
        case "name", _after:
            return _("{party} has another name now.")
        case "code", _after:
            return _("{party} has another code now: its new tickets begin with it.")
        case "standing", Standing.PAUSED:
            return _("{party} has paused your link: nothing new goes over it for now.")
        case "standing", Standing.ACTIVE:
            return _("{party} has resumed your link: work goes over it again.")
        case "standing", _after:
            return _("{party} has ended your link.")
        case what, _after if any(each.name == what and each.binds for each in LINK):
            return _("{party} agrees to the change.")
        case _:
            return _("{party} has changed your link.")


async def end_post(store: Store, facts: dict[str, Any], place: str, _: Gettext) -> Post:
    """Tell an end of a link that ended what became of the tickets that came over it."""
    link = await store.link(facts["link"])
    if link is None:
        return Post(Text())
    if link.lower.place == place:
        said = _("The link with {party} has ended, so these were taken back. Please stop the work.")
        return Post(
            lines(fill(said, party=bold(link.upper.name)), bold(several(facts["tickets"], _)))
        )
    said = _("The link with {party} has ended. It works on these no more, and they are your move:")
    return Post(lines(fill(said, party=bold(link.lower.name)), bold(several(facts["above"], _))))


def several(numbers: Sequence[str], _: Gettext) -> str:
    """Name tickets, not too many."""
    more = len(numbers) - LOGGED
    rest = [_.plural("{n} more", "{n} more", more)] if more > 0 else []
    return ", ".join([*numbers[:LOGGED], *rest])


async def log_page(store: Store, party: Party, _: Gettext) -> Post:
    """Show what was changed of a party and its links, the latest first."""
    private = [each.name for each in LINK if each.private]
    found = await store.changes_of(party, private, LOGGED)
    if not found:
        return Post(Text(_("Nothing was changed here yet.")))
    entries = [await log_entry(store, each, party, _) for each in found]
    back = [[Button("⬅️ " + _("Back"), Act.COMPANY, party.id)]]
    return Post(joined("\n\n", ["🕓 " + bold(_("The last changes")), *entries]), buttons=back)


async def log_entry(store: Store, change: Change, party: Party, _: Gettext) -> Text:
    """Return one change: when, who, before and after. Who, of others, is their company alone."""
    who = change.person.name if change.person else party.name
    if change.party_id != party.id:
        other = await store.party(change.party_id) if change.party_id else None
        who = other.name if other else "–"
    link = await store.link(change.link_id) if change.link_id else None
    return lines(
        fill(_("{moment} {name}"), moment=_.moment(change.at, store.now), name=who),
        heading(link) if link else "",
        before_and_after(change.what, change.before, change.after, _),
    )


def ask_words(record: Party | Link, setting: Setting, _: Gettext) -> Text:
    """Ask for something in a lead's own words."""
    now = current(record, setting)
    return lines(
        heading(record),
        question(setting.name, _, link=isinstance(record, Link)),
        fill(_("Now: {value}"), value=bold(worded(setting.name, now, _))),
        fill(_("For example: {example}"), example=setting.example),
    )

"""How a chain sets itself up: who invites, what the partner reads, who agrees, what is refused."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from relay import invitations, people
from relay.channel import Act
from relay.refusals import NotInvited, Unfit
from relay.store import Store
from relay.tables import Change, Invitation, Link, Party, Standing
from tests.actors import BOT, Person, World
from tests.messenger import NAME
from tests.scenarios.conftest import CHAIN, Cast, chained

TOKEN = re.compile(r"/start@\S+ (\S+)")

#: For what does not depend on the database.
on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def nora(world: World) -> Person:
    """Return the administrator of a group that nobody knows."""
    world.leads[-1050] = [350]
    return Person(world, 350, "Nora", -1050, title="North")


@pytest.fixture
def nick(world: World) -> Person:
    """Return somebody in the same group."""
    return Person(world, 351, "Nick", -1050, title="North")


async def invites(who: Person, name: str = "North") -> str:
    """Invite somebody, and return what to write in their group."""
    await who.writes(f"/invite {name}")
    found = TOKEN.search(who.inbox[-1])
    assert found, who.inbox[-1]
    return f"/start@{NAME} {found[1]}"


async def joins(host: Person, guest: Person, name: str = "North") -> None:
    """Let one chat be invited by another, and accept."""
    await guest.writes(await invites(host, name))
    await guest.presses("Accept", on="invites this chat")


async def kept(world: World, table: Any) -> list[Any]:
    async with world.database.transaction(BOT) as store:
        return list((await store._session.scalars(select(table).order_by(table.id))).all())


async def counted(world: World, table: Any) -> int:
    async with world.database.transaction(BOT) as store:
        return await store._session.scalar(select(func.count()).select_from(table)) or 0


# From the link to the first ticket


async def test_a_partner_that_accepts_can_be_passed_work_at_once(
    chain: Cast, nora: Person, nick: Person
) -> None:
    await chain.asks("The machine leaks")

    await joins(chain.vera, nora)

    assert chain.world.messenger.toasts[-1] == "Accepted."
    assert nora.find("invites this chat").buttons == []
    assert chain.vera.inbox[-1] == (
        "🤝 North has accepted your invitation. Its tickets have the code NOR. You can pass "
        "requests on to it from now on: press Pass on under a card."
    )
    assert nora.inbox[-1] == (
        "🤝 This chat is North now, and its tickets have the code NOR.\n"
        "Requests of Iceberg come here as cards with buttons.\n"
        "/party changes the name, the code, your working hours and more; /help says the rest."
    )
    assert "invite" in chain.world.messenger.menus[nora.place]
    await chain.vera.presses("Pass on", on="VND-1")
    await chain.vera.presses("North", on="to whom")
    await nick.presses("Take", on="NOR-1")
    assert "VND-1 › ●NOR-1" in chain.vera.card("VND-1").text
    log = [(each.what, each.after) for each in await kept(chain.world, Change)]
    assert log == [("invited", "North"), ("linked", "North")]


@on_sqlite
async def test_an_invitation_says_what_the_partner_has_to_do(chain: Cast) -> None:
    token = (await invites(chain.vera)).split()[1]

    said = chain.vera.inbox[-1]
    assert f"https://t.me/{NAME}?startgroup={token}&admin=manage_topics+pin_messages\n" in said
    assert f"https://t.me/{NAME}?startgroup={token}\n" in said
    assert len(token) == 22
    assert [token in str(vars(each)) for each in await kept(chain.world, Invitation)] == [False]


@on_sqlite
async def test_the_terms_are_told_in_plain_words_before_anybody_agrees(
    chain: Cast, nora: Person
) -> None:
    await nora.writes(await invites(chain.vera))

    assert nora.inbox[-1] == (
        "🤝 Iceberg invites this chat to work with it. It would be called North.\n"
        "Requests come here as cards with buttons, and you press Take to start on one. What you "
        "reply to a card goes to Iceberg; everything else you write stays here.\n"
        "What is agreed:\n"
        "• You read who the client is once you have taken the request.\n"
        "• Iceberg reads the name of your company, not who of you writes.\n"
        "• There are no deadlines for taking a request or for finishing it.\n"
        "• Iceberg checks every result: it accepts it, or returns it.\n"
        "• Iceberg rates your work from 1 to 5, and you read how.\n"
        "• You read how the client rates the whole case.\n"
        "A lead of this chat can accept until 9 Mar 09:00."
    )
    assert await counted(chain.world, Party) == 4


@on_sqlite
async def test_who_is_invited_reads_the_terms_in_their_own_language(
    chain: Cast, nora: Person
) -> None:
    nora.language = "ru"
    await nora.writes(await invites(chain.vera, "Холодный ремонт"))
    assert nora.reads("Iceberg приглашает этот чат работать вместе.")

    await nora.presses("Принять")

    assert nora.reads("Теперь это чат компании Холодный ремонт, код её заявок – KHO.")
    made = (await kept(chain.world, Party))[-1]
    assert (made.key, made.language) == ("kholodnyy-remont", "ru")


async def test_an_operator_begins_a_chain_from_nothing(
    world: World, nora: Person, nick: Person
) -> None:
    olga = Person(world, 900, "Olga", 900)
    world.operators.add(olga.place)
    ann = Person(world, 101, "Ann", 101)

    await nora.writes(await invites(olga))
    assert nora.reads("This chat is invited to take requests from clients.")
    await nora.presses("Accept")

    assert olga.reads("North has accepted the invitation")
    assert nora.reads(f"Clients of North come through this link: https://t.me/{NAME}?start=north")
    await ann.writes("/start north")
    await ann.writes("The machine leaks")
    assert nora.card("NOR-1").labels == ["Take", "Decline", "Cancel"]

    otto = Person(world, 360, "Otto", -1060, title="-")
    world.leads[otto.chat] = [otto.id]
    await joins(nora, otto, "South")
    await nora.presses("Pass on", on="NOR-1")
    await otto.presses("Take", on="SOU-1")
    await nick.writes("/status")
    assert nick.reads("NOR-1 › ●SOU-1")


@on_sqlite
async def test_a_partner_works_for_two_from_one_chat_and_they_do_not_see_each_other(
    chain: Cast,
) -> None:
    await joins(chain.vera, chain.eve, "Crew")

    assert chain.eve.inbox[-1] == (
        "🤝 You work with Iceberg now, too. Its requests come here like all the others."
    )
    assert "called" not in chain.eve.find("invites this chat").text
    assert await counted(chain.world, Party) == 4
    assert not chain.lucy.reads("Crew has accepted")
    assert "Main Street" not in chain.vera.everything


@on_sqlite
async def test_a_company_with_clients_is_not_told_their_link_again(chain: Cast) -> None:
    async with chain.world.lease.transaction() as store:
        next(each for each in await store.parties() if each.key == "engineer").clients = True
        store.doubt()

    await joins(chain.vera, chain.eve, "Crew")

    assert chain.eve.reads("You work with Iceberg now, too.")
    assert not chain.eve.reads("come through this link")


@pytest.mark.parametrize("standing", [Standing.ENDED, Standing.PAUSED])
async def test_a_link_that_was_ended_or_paused_holds_again_with_its_terms(
    chain: Cast, standing: Standing
) -> None:
    async with chain.world.lease.transaction() as store:
        link = (await store.links())[0]
        link.standing, link.rank = standing, 7
        store.doubt()

    await joins(chain.vera, chain.paul)

    links = await kept(chain.world, Link)
    assert (len(links), links[0].standing, links[0].rank) == (3, Standing.ACTIVE, 7)
    await chain.asks()
    await chain.vera.presses("Pass on")
    assert chain.paul.reads("SRV-1 · waiting to be taken")


@on_sqlite
async def test_a_new_party_works_when_the_one_that_invited_it_does(
    chain: Cast, nora: Person
) -> None:
    async with chain.world.lease.transaction() as store:
        vendor = (await store.parties())[0]
        vendor.timezone, vendor.hours, vendor.country = "Europe/Moscow", "Mon-Fri 09:00-18:00", "RU"
        store.doubt()

    await joins(chain.vera, nora)

    made = (await kept(chain.world, Party))[-1]
    assert (made.timezone, made.hours, made.country) == (
        "Europe/Moscow",
        "Mon-Fri 09:00-18:00",
        "RU",
    )
    assert not made.clients


@on_sqlite
async def test_codes_and_keys_are_never_given_twice(chain: Cast, nora: Person) -> None:
    await joins(chain.vera, nora)
    other = Person(chain.world, 360, "Otto", -1060, title="-")
    chain.world.leads[other.chat] = [other.id]

    await joins(chain.vera, other)

    parties = await kept(chain.world, Party)
    assert [(each.code, each.key) for each in parties[-2:]] == [
        ("NOR", "north"),
        ("NOT", "north-2"),
    ]


async def test_an_invitation_survives_that_the_group_becomes_a_supergroup(
    chain: Cast, nora: Person
) -> None:
    await nora.writes(await invites(chain.vera))
    old, nora.chat = nora.chat, -100_600
    chain.world.leads[nora.chat] = [nora.id]
    await nora.happens_here({"migrate_from_chat_id": old}, at=nora.chat)
    await nora.happens_here({"migrate_to_chat_id": nora.chat}, at=old)

    await nora.presses("Accept", on="invites this chat")

    assert len([text for text in nora.inbox if "invites this chat" in text]) == 1
    assert nora.reads("This chat is North now")
    assert (await kept(chain.world, Party))[-1].place == nora.place


@on_sqlite
async def test_who_opens_their_link_again_reads_the_terms_again(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    await nora.writes(command)
    await chain.world.later(minutes=1)
    await nora.writes(command)

    assert len([text for text in nora.inbox if "invites this chat" in text]) == 2
    assert not chain.vera.reads("Somebody")


@on_sqlite
async def test_who_has_accepted_is_their_company_alone_to_who_invited(
    chain: Cast, nora: Person
) -> None:
    await joins(chain.vera, nora)

    for who in (chain.vera, nora):
        await who.writes("/party log")

    assert "09:00 North\nIceberg → North\nLinked\n– → North" in chain.vera.inbox[-1]
    assert "09:00 Vera\nInvited\n– → North" in chain.vera.inbox[-1]
    assert "Nora" not in chain.vera.everything
    assert "09:00 Nora\nIceberg → North\nLinked\n– → North" in nora.inbox[-1]
    assert "Vera" not in nora.everything


@on_sqlite
async def test_what_comes_of_an_invitation_is_told_where_the_company_is_now(
    chain: Cast, nora: Person
) -> None:
    command = await invites(chain.vera)
    text = CHAIN.format(vendor="", service="", local="")
    await chain.world.chain(text.replace("chat = -1001", "chat = -1009"))
    before = len(chain.vera.inbox)

    await nora.writes(command)
    await nora.presses("Accept", on="invites this chat")

    vera = Person(chain.world, chain.vera.id, "Vera", -1009, title="VND")
    assert vera.reads("North has accepted your invitation")
    assert len(chain.vera.inbox) == before


# Who may


@on_sqlite
async def test_only_leads_invite(chain: Cast, nora: Person) -> None:
    for who in (chain.victor, nora, chain.ann):
        await who.writes("/invite North")

    assert await counted(chain.world, Invitation) == 0
    assert chain.victor.inbox[-1].startswith("Only a lead of this chat may do that.")
    assert nora.inbox[-1].startswith("This chat is no partner's yet.")
    assert chain.ann.inbox[-1].startswith("I do not know this command.")


@pytest.mark.parametrize("act", [Act.AGREE, Act.REFUSE, Act.REVOKE])
async def test_nobody_but_a_lead_there_decides_about_an_invitation(
    chain: Cast, nora: Person, nick: Person, act: Act
) -> None:
    await nora.writes(await invites(chain.vera))
    card, mine = nora.find("invites this chat"), chain.vera.find("works once")
    home = {Act.REVOKE: (chain.vera, chain.victor)}.get(act, (nora, nick))
    foreign = [chain.paul, chain.sara, chain.ann, nora if act is Act.REVOKE else chain.vera]

    for who in (home[1], *foreign):
        await who.presses_data(mine if who.chat == chain.vera.chat else card, f"b:{act}:1:")

    (invitation,) = await kept(chain.world, Invitation)
    assert (invitation.accepted_at, invitation.revoked_at) == (None, None)
    toasts = chain.world.messenger.toasts
    assert toasts[0].startswith("Only a lead of this chat may do that.")
    assert {each.split(".")[0] for each in toasts[1:]} <= {
        "I know no such invitation",
        "This button does nothing here any more",
    }

    await home[0].presses_data(card if act is not Act.REVOKE else mine, f"b:{act}:1:")
    (invitation,) = await kept(chain.world, Invitation)
    assert invitation.accepted_at or invitation.revoked_at


@on_sqlite
async def test_in_a_clients_group_only_its_leads_accept(
    chain: Cast, nora: Person, nick: Person
) -> None:
    await nick.writes("/new It hums")
    await chain.vera.explains("Decline", "Not ours", on="VND-1")
    await nora.writes(await invites(chain.vera))

    await nick.presses("Accept", on="invites this chat")
    assert chain.world.messenger.toasts[-1].startswith("Only a lead")
    await nora.presses("Accept", on="invites this chat")

    assert nora.reads("This chat is North now")


# What is refused, and who hears of it


@on_sqlite
async def test_declining_is_told_to_who_invited(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    await nora.writes(command)
    await nora.presses("Decline", on="invites this chat")

    assert chain.vera.inbox[-1] == "The invitation for North was declined."
    await nora.writes(command)
    assert nora.inbox[-1].startswith("This invitation was taken back or declined.")


@on_sqlite
async def test_what_was_taken_back_is_worth_nothing(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    await nora.writes(command)
    assert await chain.vera.presses("Take it back") == (
        "The invitation for North is not valid any more."
    )

    assert nora.inbox[-1] == "The invitation for North was taken back."
    answer = await nora.presses("Accept", on="invites this chat")
    assert answer.startswith("This invitation was taken back or declined.")
    assert await counted(chain.world, Party) == 4


@on_sqlite
async def test_an_invitation_is_good_for_seven_days(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    await chain.world.later(days=7)
    await nora.writes(command)

    assert nora.inbox[-1].startswith("This invitation is too old")
    assert chain.vera.inbox[-1].startswith("Somebody wanted to use the invitation for North")


@on_sqlite
async def test_terms_that_were_read_in_time_cannot_be_accepted_too_late(
    chain: Cast, nora: Person
) -> None:
    await nora.writes(await invites(chain.vera))
    await chain.world.later(days=7)

    answer = await nora.presses("Accept", on="invites this chat")

    assert answer.startswith("This invitation is too old")
    assert await counted(chain.world, Party) == 4


async def test_an_invitation_works_in_one_chat_alone(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    await nora.writes(command)
    other = Person(chain.world, 360, "Otto", -1060, title="-")
    chain.world.leads[other.chat] = [other.id]

    await other.writes(command)
    assert other.inbox[-1].startswith("This invitation is in use in another chat.")
    assert chain.vera.inbox[-1].startswith("Somebody tried the invitation for North in a second")
    await nora.presses("Accept", on="invites this chat")
    await other.writes(command)

    assert other.inbox[-1].startswith("This invitation was accepted already")
    assert await counted(chain.world, Party) == 5


@on_sqlite
async def test_where_a_link_makes_no_sense_both_are_told(chain: Cast) -> None:
    for host, guest, refused, told in (
        (chain.vera, chain.vera, "This is your own invitation.", None),
        (chain.vera, chain.paul, "You are linked with whoever", "you are linked with"),
        (chain.lucy, chain.vera, "You pass work on to whoever", "Work cannot go in a circle"),
    ):
        await guest.writes(await invites(host))
        assert guest.inbox[-2 if guest is host and told else -1].startswith(refused)
        assert told is None or told in host.inbox[-1]

    assert await counted(chain.world, Link) == 3


@on_sqlite
async def test_who_has_left_the_chain_cannot_bring_anybody_in(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    async with chain.world.lease.transaction() as store:
        (await store.parties())[0].standing = Standing.ENDED
        store.doubt()

    await nora.writes(command)
    await chain.vera.writes("/invite Another")

    assert nora.inbox[-1].startswith("This invitation was taken back or declined.")
    assert chain.vera.inbox[-1].startswith("This chat is no partner's yet.")


@on_sqlite
async def test_an_operator_does_not_begin_a_second_chain_in_a_partners_chat(chain: Cast) -> None:
    olga = Person(chain.world, 900, "Olga", 900)
    chain.world.operators.add(olga.place)

    await chain.paul.writes(await invites(olga))

    assert chain.paul.inbox[-1].startswith("This chat is a partner's already")
    assert olga.reads("was opened in a chat that is a partner's already")


@on_sqlite
async def test_a_group_with_open_requests_of_its_own_stays_a_clients(
    chain: Cast, nora: Person
) -> None:
    await nora.writes("/new It hums")

    await nora.writes(await invites(chain.vera))

    assert nora.inbox[-1].startswith("Requests of this chat are still open")
    assert chain.vera.reads("was opened in a chat that has asked for help itself")


@on_sqlite
async def test_a_group_that_is_asked_about_its_request_stays_a_clients(
    world: World, nora: Person
) -> None:
    chain = await chained(world, first='asks = ["address"]')
    await nora.writes("/new It hums")

    await nora.writes(await invites(chain.vera))

    assert nora.inbox[-1].startswith("Requests of this chat are still open")


async def test_guessing_ends_after_five_and_is_said_once(chain: Cast, nora: Person) -> None:
    command = await invites(chain.vera)
    for number in range(5):
        await nora.writes(f"/start@{NAME} {number:022}")
    assert nora.inbox[-1].startswith("I know no such invitation.")

    for _ in range(2):
        await nora.writes(command)
    assert nora.inbox[-1].startswith("Too many invitations that I do not know")
    assert len(nora.inbox) == 6

    await chain.world.later(hours=1)
    await nora.writes(command)
    assert nora.reads("Iceberg invites this chat")


async def test_twenty_invitations_are_open_at_most(chain: Cast) -> None:
    for number in range(20):
        await invites(chain.vera, f"Partner {number}")
    await chain.vera.writes("/invite One more")
    assert chain.vera.inbox[-1].startswith("20 of your invitations are open")

    await chain.vera.writes("/invite")
    assert await chain.vera.presses("Partner 3", on="These invitations are open.") == (
        "The invitation for Partner 3 is not valid any more."
    )

    assert "Partner 3," not in chain.vera.find("These invitations are open.").text
    await invites(chain.vera, "One more")


@on_sqlite
async def test_a_name_that_is_too_long_is_refused_with_what_fits(chain: Cast) -> None:
    await chain.vera.writes(f"/invite {'x' * 101}")

    assert chain.vera.inbox[-1] == (
        "This name is too long. Please choose one of at most 100 characters."
    )
    await chain.vera.writes("/invite")
    assert chain.vera.inbox[-1].startswith("To bring a partner in, write /invite and the name")


async def test_a_link_that_is_ended_again_and_again_holds_as_often_as_it_is_accepted(
    chain: Cast,
) -> None:
    for number in range(1, 4):
        await chain.vera.writes("/links")
        for label in ("Cold Repair", "End", "Confirm"):
            await chain.vera.presses(label)
        await chain.ann.writes("/new It leaks")
        assert "Pass on" not in chain.vera.card(f"VND-{number}").labels

        await joins(chain.vera, chain.paul)
        await chain.vera.presses("Pass on", on=f"VND-{number}")
        assert chain.paul.card(f"SRV-{number}")


@on_sqlite
async def test_work_goes_in_no_circle_whatever_is_paused_ended_or_agreed_to_late(
    chain: Cast,
) -> None:
    """LOC invites VND, which is above it, before and after a link between them pauses and ends."""
    await chain.vera.writes(await invites(chain.lucy))
    assert chain.vera.inbox[-1].startswith("You pass work on to whoever")
    await chain.lucy.writes("/links")
    for label in ("Cold Repair", "Pause", "Confirm"):
        await chain.lucy.presses(label)
    await chain.vera.writes(await invites(chain.lucy))
    assert chain.vera.inbox[-1].startswith("You pass work on to whoever")

    await chain.lucy.writes("/links")
    for label in ("Cold Repair", "End", "Confirm"):
        await chain.lucy.presses(label)
    back = await invites(chain.paul)
    await chain.lucy.writes(back)
    await joins(chain.lucy, chain.vera)
    toast = await chain.lucy.presses("Accept", on="Cold Repair invites this chat")

    assert toast.startswith("You pass work on to whoever")
    async with chain.world.lease.transaction() as store:
        links = [each for each in await store.links() if each.standing is Standing.ACTIVE]
    assert {(each.upper.code, each.lower.code) for each in links} == {
        ("VND", "SRV"),
        ("LOC", "ENG"),
        ("LOC", "VND"),
    }


# Fifty at once


async def at_once(world: World, people: list[Person], does: Any) -> list[Any]:
    """Let everybody do something, each in a transaction of their own, all at the same time."""

    async def one(person: Person) -> Any:
        async with world.database.transaction(BOT) as store:
            return await does(store, await met(store, person))

    return await asyncio.gather(*map(one, people))


async def met(store: Store, person: Person) -> Any:
    return await people.meet(
        store,
        person.place,
        address=None,
        name=person.name,
        username=None,
        language="en",
        title=person.title,
        lead=True,
    )


async def test_of_fifty_who_accept_at_once_one_has_accepted(chain: Cast, nora: Person) -> None:
    await nora.writes(await invites(chain.vera))

    found = await at_once(
        chain.world, [nora] * 50, lambda store, who: invitations.accept(store, who, 1)
    )

    lost = [each.why for each in found if isinstance(each, NotInvited)]
    assert lost == [Unfit.USED] * 49
    assert await counted(chain.world, Party) == 5
    assert await counted(chain.world, Link) == 4


async def test_of_fifty_groups_that_use_a_link_at_once_one_reads_the_terms(chain: Cast) -> None:
    token = (await invites(chain.vera)).split()[1]
    groups = [Person(chain.world, 400 + n, "-", -2000 - n, title="-") for n in range(50)]

    found = await at_once(
        chain.world, groups, lambda store, who: invitations.come(store, who, token)
    )
    async with chain.world.lease.transaction() as store:
        store.doubt()  # others have written what is owed
    await chain.world.settles()

    assert sorted(each.why for each in found if each) == [Unfit.ELSEWHERE] * 49
    assert [each.reads("invites this chat") for each in groups].count(True) == 1

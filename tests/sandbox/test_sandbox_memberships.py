"""Who comes, goes, rises, falls and is muted: what the bot is told, and what it may still do."""

import pytest

from sandbox import deeds
from sandbox.methods import respond
from sandbox.world import World
from tests.sandbox.stage import ANNA, CAST, GROUP, SMALL, VERA, VICTOR, Clock, Json, Stage

NO_TEXT = "Bad Request: not enough rights to send text messages to the chat"
MUTED = {"status": "restricted", "rights": {"can_send_messages": False}}
OUTSIDE = {"status": "restricted", "rights": {"is_member": False}}


async def standings(stage: Stage) -> list[tuple[str, str, str]]:
    """Return which updates of memberships are new, from what, to what."""
    found = []
    for update in await stage.news():
        for kind in ("my_chat_member", "chat_member"):
            if change := update.get(kind):
                states = (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
                found.append((kind, *states))
    return found


@pytest.mark.parametrize(
    ("chat", "wish", "error"),
    [
        (GROUP, {"status": "kicked"}, "Forbidden: bot was kicked from the supergroup chat"),
        (SMALL, {"status": "kicked"}, "Forbidden: bot was kicked from the group chat"),
        (GROUP, {"status": "left"}, "Forbidden: bot is not a member of the supergroup chat"),
        (SMALL, {"status": "left"}, "Forbidden: bot is not a member of the group chat"),
        (GROUP, MUTED, NO_TEXT),
        (GROUP, OUTSIDE, "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_the_bot_loses_its_standing_and_has_it_again(
    stage: Stage, chat: int, wish: Json, error: str
) -> None:
    await stage.control("member", chat=chat, **wish)
    assert await stage.fails("sendMessage", chat_id=chat, text="x") == error
    await stage.control("member", chat=chat, status="member")

    assert await stage.sends(chat)
    assert await standings(stage) == [
        ("my_chat_member", "member", wish["status"]),
        ("my_chat_member", wish["status"], "member"),
    ]


async def test_the_bot_rises_and_falls(stage: Stage) -> None:
    for status in ("administrator", "member"):
        await stage.control("member", chat=GROUP, status=status, by=VERA)

    rise, fall = (update["my_chat_member"] for update in await stage.news())

    assert rise["new_chat_member"]["can_delete_messages"]
    assert rise["from"]["id"] == VERA
    assert fall["old_chat_member"] == rise["new_chat_member"]
    assert fall["new_chat_member"]["status"] == "member"


@pytest.mark.parametrize("status", ["left", "kicked", "administrator", "restricted"])
async def test_an_administrator_bot_hears_what_becomes_of_others(stage: Stage, status: str) -> None:
    await stage.news(allowed_updates=["chat_member"])
    await stage.control("member", chat=GROUP, status="administrator")

    await stage.control("member", chat=GROUP, person=VICTOR, status=status)
    await stage.control("member", chat=GROUP, person=VICTOR, status="member")

    assert await standings(stage) == [
        ("chat_member", "member", status),
        ("chat_member", status, "member"),
    ]


async def test_a_muted_bot_may_edit_but_neither_send_nor_copy(stage: Stage) -> None:
    card = {"chat_id": GROUP, "message_id": await stage.sends(GROUP, "card")}
    photo = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    await stage.control("member", chat=GROUP, **MUTED)

    file = photo["photo"][-1]["file_id"]
    error = await stage.fails("sendPhoto", chat_id=GROUP, photo=file)
    assert error == "Bad Request: not enough rights to send photos to the chat"
    error = await stage.fails("copyMessage", **card, from_chat_id=GROUP)
    assert error == "Bad Request: the message can't be copied"
    assert await stage.calls("editMessageText", **card, text="card 2")


async def test_a_bot_may_be_allowed_texts_but_no_pictures(stage: Stage) -> None:
    rights = {"can_send_messages": True, "can_send_photos": False}
    photo = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    source = {"from_chat_id": ANNA, "message_id": photo["message_id"]}
    await stage.control("member", chat=GROUP, status="restricted", rights=rights)

    assert await stage.sends(GROUP)
    error = await stage.fails("copyMessage", chat_id=GROUP, **source)
    assert error == "Bad Request: the message can't be copied"


async def test_a_group_may_forbid_everybody_to_write_and_no_bot_is_told(stage: Stage) -> None:
    await stage.control("permissions", chat=GROUP, permissions={"can_send_messages": False})

    assert await stage.fails("sendMessage", chat_id=GROUP, text="x") == NO_TEXT
    said = await stage.control("say", as_=VICTOR, chat=GROUP, text="x")
    assert said["error"] == "Victor may not write in Iceberg · support."
    assert await stage.news() == []
    await stage.says(VERA, "administrators may", GROUP)
    told = await stage.calls("getChat", chat_id=GROUP)
    assert told["permissions"]["can_send_messages"] is False
    await stage.control("permissions", chat=GROUP, permissions={"can_send_messages": True})
    assert await stage.sends(GROUP)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("chat", "status", "error"),
    [
        (SMALL, "left", "Forbidden: the group chat was deleted"),
        (GROUP, "kicked", "Forbidden: bot was kicked from the supergroup chat"),
    ],
)
async def test_a_deleted_group_is_no_more(
    stage: Stage, chat: int, status: str, error: str, told: bool
) -> None:
    card = await stage.sends(chat)
    await stage.control("delete", chat=chat, by=VERA, told=told)

    assert await stage.fails("sendMessage", chat_id=chat, text="x") == error
    gone = await stage.fails("editMessageText", chat_id=chat, message_id=card, text="x")
    assert gone == error
    assert await stage.fails("getChat", chat_id=chat) == error
    said = await stage.control("say", as_=VERA, chat=chat, text="x")
    assert said["error"].endswith("was deleted.")
    changes = [("my_chat_member", "member", status)] if told else []
    assert await standings(stage) == changes


async def test_the_bot_may_not_be_told_of_its_removal(stage: Stage) -> None:
    await stage.control("member", chat=GROUP, status="kicked", told=False)

    assert await stage.news() == []
    assert (await stage.asks("sendMessage", chat_id=GROUP, text="x"))["error_code"] == 403


async def test_who_has_no_account_any_more_cannot_be_written_to(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.heard()
    await stage.control("deactivate", as_=ANNA)

    error = await stage.fails("sendMessage", chat_id=ANNA, text="x")
    assert error == "Forbidden: user is deactivated"
    said = await stage.control("say", as_=ANNA, chat=ANNA, text="x")
    assert said["error"] == "Anna Petrova has no account any more."
    assert await stage.news() == []


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("member", {"chat": SMALL, "status": "restricted"}),
        ("member", {"chat": GROUP, "status": "administrator", "rights": {"can_fly": True}}),
        ("member", {"chat": GROUP, "status": "member", "rights": {"can_send_messages": True}}),
        ("permissions", {"chat": GROUP, "permissions": {"can_fly": True}}),
        ("permissions", {"chat": ANNA, "permissions": {}}),
        ("delete", {"chat": ANNA}),
        ("deactivate", {"as": 9}),
    ],
)
async def test_what_cannot_be_done_is_refused_in_a_sentence(
    stage: Stage, path: str, wish: Json
) -> None:
    assert (await stage.control(path, **wish))["error"].endswith(".")


def test_without_a_network_these_are_plain_calls() -> None:
    world = World(CAST, clock=Clock())

    def sends(chat: int) -> int:
        return respond(world, "sendMessage", {"chat_id": chat, "text": "x"}).status

    deeds.enrol(world, GROUP, 42, "kicked")
    deeds.delete(world, SMALL)
    deeds.say(world, ANNA, ANNA, "/start")
    deeds.deactivate(world, ANNA)

    assert [sends(chat) for chat in (GROUP, SMALL, ANNA)] == [403, 403, 403]

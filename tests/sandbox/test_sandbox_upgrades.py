"""A group becomes a supergroup: TELEGRAM.md, 1.5."""

import pytest

from sandbox import deeds, upgrades
from sandbox.methods import respond
from sandbox.world import World
from tests.sandbox.stage import ANNA, CAST, GROUP, SMALL, STRANGE, VERA, VICTOR, Clock, Json, Stage

MOVED = "Bad Request: group chat was upgraded to a supergroup chat"


async def upgraded(stage: Stage, **wish: object) -> int:
    """Let the small group become a supergroup, and return its id."""
    told = await stage.control("upgrade", chat=SMALL, **wish)
    return int(told["chat"]["id"])


def word(update: Json) -> str:
    """Return which of the news of an upgrade this is."""
    if "my_chat_member" in update:
        return "member"
    return "old" if "migrate_to_chat_id" in update["message"] else "new"


async def test_both_chats_say_where_the_group_went(stage: Stage) -> None:
    new = await upgraded(stage)

    old_says, member, new_says = await stage.news()

    assert new < -1_000_000_000_000
    assert old_says["message"]["chat"]["id"] == SMALL
    assert old_says["message"]["migrate_to_chat_id"] == new
    assert old_says["message"]["from"]["id"] == VERA
    assert member["my_chat_member"]["chat"] == {"id": new, "title": "Small", "type": "supergroup"}
    assert member["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert new_says["message"]["chat"]["id"] == new
    assert new_says["message"]["migrate_from_chat_id"] == SMALL
    assert new_says["message"]["sender_chat"]["id"] == new
    assert new_says["message"]["message_id"] == 1


@pytest.mark.parametrize(
    ("tell", "order"),
    [
        (["old", "new"], ["old", "member", "new"]),
        (["new", "old"], ["member", "new", "old"]),
        (["member", "old", "new"], ["member", "old", "new"]),
        (["old"], ["old"]),
        ([], []),
    ],
)
async def test_the_bot_is_told_in_any_order_and_of_the_rest_later(
    stage: Stage, tell: list[str], order: list[str]
) -> None:
    told = await stage.control("upgrade", chat=SMALL, tell=tell)
    first = await stage.news()

    again = await stage.control("upgrade", chat=SMALL)

    assert [word(update) for update in first] == order
    assert {*told["untold"]} == {"old", "member", "new"} - {*order}
    assert again["chat"]["id"] == told["chat"]["id"]
    assert {word(update) for update in await stage.news()} == {"old", "member", "new"}
    assert again["untold"] == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"text": "x"}),
        ("sendPhoto", {"photo": "x"}),
        ("editMessageText", {"message_id": 1, "text": "x"}),
        ("deleteMessage", {"message_id": 1}),
        ("setMessageReaction", {"message_id": 1}),
        ("pinChatMessage", {"message_id": 1}),
        ("sendChatAction", {"action": "typing"}),
        ("getChat", {}),
        ("getChatMember", {"user_id": VERA}),
        ("getChatAdministrators", {}),
        ("leaveChat", {}),
    ],
)
async def test_whoever_names_the_old_group_is_told_the_new_one(
    stage: Stage, method: str, params: Json
) -> None:
    await stage.sends(SMALL, "before")
    new = await upgraded(stage)

    answer = await stage.asks(method, chat_id=SMALL, **params)

    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": MOVED,
        "parameters": {"migrate_to_chat_id": new},
    }


async def test_what_was_said_before_cannot_be_reached_in_the_new_chat(stage: Stage) -> None:
    card = {"message_id": await stage.sends(SMALL, "before")}
    new = await upgraded(stage)

    assert await stage.texts(SMALL) == ["before", ""]
    assert await stage.texts(new) == [""]
    error = await stage.fails("editMessageText", chat_id=new, text="x", **card)
    assert error == "Bad Request: message can't be edited"  # the service message has that id
    error = await stage.fails("deleteMessage", chat_id=new, message_id=card["message_id"] + 1)
    assert error == "Bad Request: message to delete not found"
    error = await stage.fails("copyMessage", chat_id=new, from_chat_id=SMALL, **card)
    assert error == "Bad Request: message to copy not found"
    reply = {"message_id": card["message_id"] + 1}
    error = await stage.fails("sendMessage", chat_id=new, text="x", reply_parameters=reply)
    assert error == "Bad Request: message to be replied not found"


async def test_people_and_rights_come_along(stage: Stage) -> None:
    await stage.control("member", chat=SMALL, person=VICTOR, status="administrator")
    await stage.control(
        "member", chat=SMALL, status="administrator", rights={"can_invite_users": False}
    )
    new = await upgraded(stage, by=VICTOR)

    leads = await stage.calls("getChatAdministrators", chat_id=new)
    *_, member, _ = await stage.news()

    assert {each["user"]["id"] for each in leads} == {VICTOR, 42}
    assert member["my_chat_member"]["new_chat_member"]["can_invite_users"] is False
    assert member["my_chat_member"]["from"]["id"] == VICTOR
    await stage.says(VERA, "we are here now", new)
    assert await stage.heard() == ["we are here now"]
    assert await stage.sends(new) == 3


async def test_nothing_can_be_done_in_the_old_group_any_more(stage: Stage) -> None:
    new = await upgraded(stage)
    gone = f"Small is a supergroup now, with the id {new}."

    assert (await stage.control("say", as_=VERA, chat=SMALL, text="x"))["error"] == gone
    assert (await stage.control("member", chat=SMALL, status="left"))["error"] == gone
    chats = {chat["id"]: chat for chat in (await stage.sees("world"))["chats"]}
    assert chats[SMALL]["moved_to"] == new
    assert chats[new]["members"] == chats[SMALL]["members"]


@pytest.mark.parametrize("chat", [GROUP, ANNA])
async def test_only_a_basic_group_is_upgraded(stage: Stage, chat: int) -> None:
    told = await stage.control("upgrade", chat=chat)

    assert told["error"].endswith("is not a basic group.")


async def test_a_bot_that_is_not_there_is_told_nothing(stage: Stage) -> None:
    await stage.control("member", chat=SMALL, status="left")
    before = await stage.news()

    new = await upgraded(stage)

    assert await stage.news() == before
    assert await stage.fails("getChat", chat_id=new) == "Bad Request: chat not found"


async def test_every_upgrade_has_an_id_of_its_own_after_a_reset_too(stage: Stage) -> None:
    first = await upgraded(stage)
    await stage.control("reset")

    assert await stage.sends(SMALL)
    assert await upgraded(stage) != first


def test_without_a_network_an_upgrade_is_a_plain_call() -> None:
    world = World(CAST, clock=Clock())

    new = upgrades.upgrade(world, SMALL, tell=[])

    answer = respond(world, "sendMessage", {"chat_id": SMALL, "text": "x"})
    assert answer.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert respond(world, "sendMessage", {"chat_id": new.id, "text": "x"}).status == 200
    assert deeds.say(world, VERA, new.id, "hello").id == 3
    assert STRANGE in world.chats

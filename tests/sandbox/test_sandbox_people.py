"""Presses, memberships, links and menus: what people do besides writing."""

import asyncio

import pytest

from tests.sandbox.stage import ANNA, GROUP, MARK, SMALL, STRANGE, VERA, VICTOR, Stage

KEYS = {
    "inline_keyboard": [
        [{"text": "✋ Take", "callback_data": "t:1"}, {"text": "Decline", "callback_data": "d:1"}],
        [{"text": "Join", "url": "https://t.me/baton_demo_bot?start=vendor"}],
    ]
}


@pytest.mark.parametrize("button", ["Take", "✋ Take", {"data": "t:1"}, {"row": 0, "col": 0}])
async def test_a_press_waits_for_its_answer(stage: Stage, button: object) -> None:
    card = await stage.sends(GROUP, "card", reply_markup=KEYS)
    press = asyncio.create_task(
        stage.control("press", as_=VICTOR, chat=GROUP, message=card, button=button)
    )
    (update,) = await stage.news(timeout=5)
    query = update["callback_query"]

    await stage.calls(
        "answerCallbackQuery", callback_query_id=query["id"], text="Yours", show_alert=True
    )

    assert (await press)["answer"] == {"text": "Yours", "show_alert": True}
    assert (query["from"]["first_name"], query["data"]) == ("Victor", "t:1")
    assert query["message"]["reply_markup"] == KEYS


async def test_a_press_is_answered_once_and_in_time(stage: Stage) -> None:
    card = await stage.sends(GROUP, "card", reply_markup=KEYS)
    press = {"as_": VICTOR, "chat": GROUP, "message": card, "button": "Take", "wait": 0}
    for _ in range(2):
        assert (await stage.control("press", **press))["answer"] is None
    first, second = (each["callback_query"]["id"] for each in await stage.news())
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"

    assert await stage.calls("answerCallbackQuery", callback_query_id=first)
    assert await stage.fails("answerCallbackQuery", callback_query_id=first) == too_old
    assert await stage.fails("answerCallbackQuery", callback_query_id="7") == too_old
    stage.clock.passes(11)
    assert await stage.fails("answerCallbackQuery", callback_query_id=second) == too_old


async def test_what_cannot_be_pressed_is_said(stage: Stage) -> None:
    card = await stage.sends(GROUP, "card", reply_markup=KEYS)
    press = {"chat": GROUP, "message": card}

    told = await stage.control("press", as_=VICTOR, **press, button="Accept")
    assert told["error"].startswith("There is no such button under the message; there are")
    told = await stage.control("press", as_=ANNA, **press, button="Take")
    assert told["error"] == "Anna Petrova is not in Iceberg · support."


async def test_a_key_hands_over_the_own_number_or_says_its_words(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    mine = {"text": "📱 Send my number", "request_contact": True}
    keyboard = {"keyboard": [[mine], [{"text": "Skip"}]]}
    asked = await stage.sends(ANNA, "Your number?", reply_markup=keyboard)
    press = {"as_": ANNA, "chat": ANNA, "message": asked}

    for key in ("Send my number", "Skip"):
        await stage.control("press", **press, button=key)

    _, given, said = (each["message"] for each in await stage.news())
    assert given["contact"] == {
        "phone_number": f"4930{ANNA:07d}",
        "first_name": "Anna",
        "last_name": "Petrova",
        "user_id": ANNA,
    }
    assert given["reply_to_message"]["message_id"] == asked
    assert said["text"] == "Skip"


async def test_numbers_are_asked_for_in_private_chats_only(stage: Stage) -> None:
    keyboard = {"keyboard": [[{"text": "Mine", "request_contact": True}]]}

    told = await stage.fails("sendMessage", chat_id=GROUP, text="?", reply_markup=keyboard)

    assert told == "Bad Request: phone number can be requested in private chats only"


async def test_a_button_with_a_link_is_followed(stage: Stage) -> None:
    card = await stage.sends(GROUP, "card", reply_markup=KEYS)

    await stage.control("press", as_=VICTOR, chat=GROUP, message=card, button="Join")

    (update,) = await stage.news()
    assert update["message"]["text"] == "/start vendor"
    assert update["message"]["chat"]["id"] == VICTOR


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/another_bot?start=x",
        "https://example.com/baton_demo_bot?start=x",
        "https://t.me/baton_demo_bot?start=a%20b",
        "https://t.me/baton_demo_bot?start=" + "x" * 65,
    ],
)
async def test_links_that_lead_elsewhere_are_refused(stage: Stage, link: str) -> None:
    assert "error" in await stage.control("open", as_=ANNA, link=link)


async def test_a_group_link_brings_the_bot_into_a_group(stage: Stage) -> None:
    link = "https://t.me/baton_demo_bot?startgroup=TOKEN"
    await stage.control("open", as_=MARK, chat=STRANGE, link=link)

    member, joined, start = await stage.news()

    assert member["my_chat_member"]["from"]["id"] == MARK
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["message"]["new_chat_members"][0]["id"] == 42
    assert start["message"]["text"] == "/start@baton_demo_bot TOKEN"
    assert await stage.sends(STRANGE)


async def test_an_administrator_may_give_rights_with_the_link(stage: Stage) -> None:
    link = "https://t.me/baton_demo_bot?startgroup=TOKEN&admin=manage_topics+pin_messages"
    await stage.control("open", as_=VERA, chat=GROUP, link=link)

    me = await stage.calls("getChatMember", chat_id=GROUP, user_id=42)

    assert me["status"] == "administrator"
    assert (me["can_pin_messages"], me["can_delete_messages"]) == (True, False)


async def test_blocking_and_unblocking_is_told(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.heard()
    await stage.control("block", as_=ANNA, blocked=True)
    refused = await stage.control("say", as_=ANNA, chat=ANNA, text="x")
    await stage.control("block", as_=ANNA, blocked=False)

    changes = [update["my_chat_member"] for update in await stage.news()]

    assert [each["new_chat_member"]["status"] for each in changes] == ["kicked", "member"]
    assert changes[0]["chat"]["type"] == "private"
    assert refused["error"] == "Anna Petrova has blocked the bot; unblock it first."


async def test_only_an_administrator_that_asked_hears_of_others_memberships(stage: Stage) -> None:
    kinds = ["my_chat_member", "chat_member"]
    await stage.news(allowed_updates=kinds)
    await stage.control("member", chat=GROUP, person=ANNA, status="member")
    assert await stage.news() == []

    await stage.control("member", chat=GROUP, status="administrator")
    await stage.control("member", chat=GROUP, person=VICTOR, status="administrator")

    mine, his = await stage.news()
    assert mine["my_chat_member"]["new_chat_member"]["can_pin_messages"]
    assert his["chat_member"]["old_chat_member"]["status"] == "member"
    assert his["chat_member"]["new_chat_member"]["status"] == "administrator"
    assert his["chat_member"]["from"]["first_name"] == "Vera"


async def test_the_bot_learns_that_it_was_removed_but_reads_nothing_any_more(
    stage: Stage,
) -> None:
    await stage.control("member", chat=GROUP, status="kicked")
    await stage.says(VICTOR, "@baton_demo_bot?", GROUP)

    (update,) = await stage.news()

    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_who_is_in_a_chat(stage: Stage) -> None:
    async def status(chat: int, user: int) -> str:
        member = await stage.calls("getChatMember", chat_id=chat, user_id=user)
        return str(member["status"])

    await stage.says(ANNA, "/start")

    assert await status(GROUP, VERA) == "administrator"
    assert await status(GROUP, VICTOR) == "member"
    assert await status(GROUP, ANNA) == "left"
    assert await status(ANNA, ANNA) == "member"
    leads = await stage.calls("getChatAdministrators", chat_id=GROUP)
    assert [each["user"]["id"] for each in leads] == [VERA]
    assert await stage.calls("getChatMemberCount", chat_id=GROUP) == 3
    error = await stage.fails("getChatMember", chat_id=GROUP, user_id=1)
    assert error == "Bad Request: user not found"
    error = await stage.fails("getChatAdministrators", chat_id=ANNA)
    assert error == "Bad Request: there are no administrators in the private chat"


async def test_a_bot_may_leave(stage: Stage) -> None:
    assert await stage.calls("leaveChat", chat_id=SMALL)

    error = await stage.fails("sendMessage", chat_id=SMALL, text="x")
    assert error == "Forbidden: bot is not a member of the group chat"


async def test_pinning_takes_a_right(stage: Stage) -> None:
    card = {"chat_id": GROUP, "message_id": await stage.sends(GROUP, "card")}
    error = await stage.fails("pinChatMessage", **card)
    assert error == "Bad Request: not enough rights to manage pinned messages in the chat"

    await stage.control("member", chat=GROUP, status="administrator")
    await stage.calls("pinChatMessage", **card)
    chat = await stage.calls("getChat", chat_id=GROUP)
    assert chat["pinned_message"]["text"] == "card"
    await stage.calls("unpinChatMessage", **card)
    assert "pinned_message" not in await stage.calls("getChat", chat_id=GROUP)


async def test_menus_are_found_by_scope_and_language(stage: Stage) -> None:
    def menu(word: str) -> list[dict[str, str]]:
        return [{"command": word, "description": word.title()}]

    await stage.calls("setMyCommands", commands=menu("all"))
    await stage.calls("setMyCommands", commands=menu("vse"), language_code="ru")
    leads = {"type": "all_chat_administrators"}
    await stage.calls("setMyCommands", commands=menu("lead"), scope=leads)
    await stage.calls(
        "setMyCommands", commands=menu("here"), scope={"type": "chat", "chat_id": SMALL}
    )

    async def shown(person: int, chat: int) -> str:
        told = await stage.sees("commands", **{"as": person, "chat": chat})
        return str(told["commands"][0]["command"])

    assert await shown(ANNA, ANNA) == "all"
    assert await shown(VICTOR, GROUP) == "vse"
    assert await shown(VERA, GROUP) == "lead"
    assert await shown(VERA, SMALL) == "here"
    assert await stage.calls("getMyCommands", language_code="ru") == menu("vse")
    await stage.calls("deleteMyCommands", scope=leads)
    assert await shown(VERA, GROUP) == "all"


async def test_a_picture_is_fetched_by_the_bot_and_by_the_page(stage: Stage) -> None:
    sent = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    small, large = sent["photo"]
    assert (small["width"], large["width"]) == (90, 320)

    file = await stage.calls("getFile", file_id=large["file_id"])

    async with stage.http.get(f"/file/bot42:SANDBOX/{file['file_path']}") as answer:
        content = await answer.read()
    async with stage.http.get(f"/control/files/{large['file_id']}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", content)
    assert len(content) == file["file_size"]
    error = await stage.fails("getFile", file_id="x")
    assert error == "Bad Request: wrong file_id or the file is temporarily unavailable"
    error = await stage.fails("sendPhoto", chat_id=ANNA, photo="x")
    assert error == "Bad Request: wrong file identifier/HTTP URL specified"

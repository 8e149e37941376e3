"""Messages: sending, editing, deleting, reacting, and how Telegram says no."""

import pytest

from tests.sandbox.stage import ANNA, GROUP, MARK, SMALL, STRANGE, VERA, VICTOR, Stage

KEYS = {"inline_keyboard": [[{"text": "✋ Take", "callback_data": "t"}]]}


@pytest.fixture(autouse=True)
async def _anna_has_begun(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.heard()


async def test_a_message_is_answered_as_it_is_kept(stage: Stage) -> None:
    told = await stage.calls(
        "sendMessage",
        chat_id=ANNA,
        text="  Bold 😀 move \n",
        entities=[{"type": "bold", "offset": 2, "length": 7}],
        reply_markup=KEYS,
        link_preview_options={"is_disabled": True},
        protect_content=True,
    )

    assert told["text"] == "Bold 😀 move"
    assert told["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert told["reply_markup"] == KEYS
    assert told["link_preview_options"] == {"is_disabled": True}
    assert told["has_protected_content"]
    assert told["from"]["username"] == "baton_demo_bot"
    assert told["date"] == int(stage.clock.now)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 8193}, "Bad Request: text is too long"),
        ({"text": " \n "}, "Bad Request: message text is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({}, 'Bad Request: parameter "text" is required'),
        ({"text": "x", "colour": "red"}, 'Bad Request: parameter "colour" is unknown'),
        ({"text": ["x"]}, 'Bad Request: parameter "text" is wrong'),
        ({"text": "x", "parse_mode": "HTML"}, "Bad Request: the sandbox reads no parse_mode"),
        (
            {"text": "x", "reply_parameters": {"message_id": 1, "quota": "x"}},
            'Bad Request: parameter "reply_parameters.quota" is unknown',
        ),
        (
            {"text": "x", "reply_parameters": {"message_id": 999}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"text": "😀x", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "Bad Request: entity begins in a middle of a UTF-16 symbol",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text",
        ),
        (
            {
                "text": "x",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "a", "callback_data": "ж" * 32 + "x"}]]
                },
            },
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            "Bad Request: text buttons are unallowed in the inline keyboard",
        ),
    ],
)
async def test_what_telegram_would_not_take_is_refused_in_its_words(
    stage: Stage, params: dict[str, object], error: str
) -> None:
    said = await stage.fails("sendMessage", chat_id=ANNA, **params)

    assert said.startswith(error)


async def test_sizes_count_code_points_and_a_hundred_entities_are_kept(stage: Stage) -> None:
    entities = [{"type": "bold", "offset": 2 * at, "length": 2} for at in range(101)]

    told = await stage.calls("sendMessage", chat_id=ANNA, text="😀" * 4096, entities=entities)

    assert len(told["text"]) == 4096
    assert len(told["entities"]) == 100


@pytest.mark.parametrize(
    ("chat", "error"),
    [
        (999, "Bad Request: chat not found"),
        ("@somewhere", "Bad Request: chat not found"),
        (STRANGE, "Bad Request: chat not found"),
        (MARK, "Forbidden: bot can't initiate conversation with a user"),
    ],
)
async def test_a_bot_cannot_write_where_nobody_let_it_in(
    stage: Stage, chat: int | str, error: str
) -> None:
    assert await stage.fails("sendMessage", chat_id=chat, text="x") == error


@pytest.mark.parametrize(
    ("chat", "status", "error"),
    [
        (GROUP, "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        (GROUP, "left", "Forbidden: bot is not a member of the supergroup chat"),
        (SMALL, "kicked", "Forbidden: bot was kicked from the group chat"),
        (
            GROUP,
            "restricted",
            "Bad Request: not enough rights to send text messages to the chat",
        ),
    ],
)
async def test_a_bot_cannot_write_where_it_was_shown_the_door(
    stage: Stage, chat: int, status: str, error: str
) -> None:
    await stage.control("member", chat=chat, status=status)

    assert await stage.fails("sendMessage", chat_id=chat, text="x") == error


async def test_a_bot_cannot_write_to_somebody_who_blocked_it(stage: Stage) -> None:
    await stage.control("block", as_=ANNA, blocked=True)
    error = await stage.fails("sendMessage", chat_id=ANNA, text="x")
    await stage.control("open", as_=ANNA, link="https://t.me/baton_demo_bot?start=again")

    assert error == "Forbidden: bot was blocked by the user"
    assert await stage.sends(ANNA)


async def test_a_reply_names_its_target_and_an_exact_quote(stage: Stage) -> None:
    said = await stage.says(VICTOR, "It 😀 drips, too", GROUP)

    reply = {"message_id": said["message_id"], "quote": "drips"}
    told = await stage.calls("sendMessage", chat_id=GROUP, text="Yes", reply_parameters=reply)

    assert told["reply_to_message"]["text"] == "It 😀 drips, too"
    assert told["quote"] == {"text": "drips", "position": 6, "is_manual": True}


async def test_a_lost_target_is_overlooked_if_the_bot_allows_it(stage: Stage) -> None:
    reply = {"message_id": 999, "allow_sending_without_reply": True}

    told = await stage.calls("sendMessage", chat_id=GROUP, text="Yes", reply_parameters=reply)

    assert "reply_to_message" not in told


async def test_an_edit_changes_text_and_keyboard_and_tells_nobody(stage: Stage) -> None:
    card = await stage.sends(ANNA, "before", reply_markup=KEYS)
    stage.clock.passes(60)

    told = await stage.calls("editMessageText", chat_id=ANNA, message_id=card, text="after")

    assert told["text"] == "after"
    assert told["edit_date"] == told["date"] + 60
    assert "reply_markup" not in told
    assert await stage.news() == []


async def test_edits_are_refused_in_telegrams_words(stage: Stage) -> None:
    card = await stage.sends(ANNA, "card", reply_markup=KEYS)
    asked = await stage.sends(ANNA, "?", reply_markup={"force_reply": True})
    said = await stage.says(ANNA, "mine")
    picture = await _picture(stage)

    async def edited(method: str, message: int, **params: object) -> str:
        return await stage.fails(method, chat_id=ANNA, message_id=message, **params)

    same = await edited("editMessageText", card, text="card", reply_markup=KEYS)
    assert same == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    gone = await edited("editMessageText", 999, text="x")
    assert gone == "Bad Request: message to edit not found"
    for theirs in (said["message_id"], asked):
        error = await edited("editMessageText", theirs, text="x")
        assert error == "Bad Request: message can't be edited"
    wrong = await edited("editMessageText", picture, text="x")
    assert wrong == "Bad Request: there is no text in the message to edit"
    wrong = await edited("editMessageCaption", card, caption="x")
    assert wrong == "Bad Request: there is no caption in the message to edit"
    long = await edited("editMessageCaption", picture, caption="x" * 1025)
    assert long == "Bad Request: message caption is too long"


async def test_pictures_get_other_captions_and_other_pictures(stage: Stage) -> None:
    picture = await _picture(stage)
    where = {"chat_id": ANNA, "message_id": picture}

    told = await stage.calls("editMessageCaption", **where, caption="A cup")
    assert told["caption"] == "A cup"
    bare = await stage.calls("editMessageReplyMarkup", **where, reply_markup=KEYS)
    assert (bare["caption"], bare["reply_markup"]) == ("A cup", KEYS)

    other = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    file_id = other["photo"][-1]["file_id"]
    media = {"type": "photo", "media": file_id}
    changed = await stage.calls("editMessageMedia", **where, media=media)
    assert changed["photo"][-1]["file_id"] == file_id
    assert "caption" not in changed


async def test_a_deleted_message_is_gone_for_everybody(stage: Stage) -> None:
    card = await stage.sends(ANNA, "card")

    assert await stage.calls("deleteMessage", chat_id=ANNA, message_id=card)

    assert "card" not in await stage.texts(ANNA)
    again = await stage.fails("deleteMessage", chat_id=ANNA, message_id=card)
    assert again == "Bad Request: message to delete not found"


async def test_after_two_days_a_message_stays(stage: Stage) -> None:
    card = await stage.sends(ANNA, "card")
    stage.clock.passes(48 * 60 * 60 + 1)

    error = await stage.fails("deleteMessage", chat_id=ANNA, message_id=card)

    assert error == "Bad Request: message can't be deleted for everyone"


async def test_in_a_group_only_an_administrator_deletes_what_others_said(stage: Stage) -> None:
    said = await stage.says(VICTOR, "hm", GROUP)
    where = {"chat_id": GROUP, "message_id": said["message_id"]}

    assert await stage.fails("deleteMessage", **where) == "Bad Request: message can't be deleted"
    await stage.control("member", chat=GROUP, status="administrator")
    assert await stage.calls("deleteMessage", **where)


async def test_deleting_several_passes_over_what_cannot_be(stage: Stage) -> None:
    one, two = await stage.sends(GROUP, "one"), await stage.sends(GROUP, "two")
    said = await stage.says(VICTOR, "mine", GROUP)

    ids = [one, 999, said["message_id"], two]
    assert await stage.calls("deleteMessages", chat_id=GROUP, message_ids=ids)

    assert await stage.texts(GROUP) == ["mine"]


async def test_a_bot_has_one_reaction_a_message_from_a_fixed_list(stage: Stage) -> None:
    said = await stage.says(ANNA, "It drips")
    where = {"chat_id": ANNA, "message_id": said["message_id"]}

    async def reactions() -> list[str]:
        shown = await stage.sees("messages", chat=ANNA)
        found: list[str] = shown["messages"][-1]["reactions"]
        return found

    def emoji(*signs: str) -> list[dict[str, str]]:
        return [{"type": "emoji", "emoji": sign} for sign in signs]

    await stage.calls("setMessageReaction", **where, reaction=emoji("👀"))
    await stage.calls("setMessageReaction", **where, reaction=emoji("👌"))
    assert await reactions() == ["👌"]
    error = await stage.fails("setMessageReaction", **where, reaction=emoji("✅"))
    assert error == "Bad Request: REACTION_INVALID"
    error = await stage.fails("setMessageReaction", **where, reaction=emoji("👌", "👀"))
    assert error == "Bad Request: REACTIONS_TOO_MANY"
    await stage.calls("setMessageReaction", **where, reaction=[])
    assert await reactions() == []
    where["message_id"] = 999
    error = await stage.fails("setMessageReaction", **where, reaction=emoji("👌"))
    assert error == "Bad Request: message to react not found"


async def test_a_copy_has_no_author_and_perhaps_another_caption(stage: Stage) -> None:
    sent = await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample", caption="mine")

    source = {"from_chat_id": ANNA, "message_id": sent["message"]["message_id"]}
    copy = await stage.calls("copyMessage", chat_id=GROUP, **source, caption="SRV-203")

    assert set(copy) == {"message_id"}
    (shown,) = (await stage.sees("messages", chat=GROUP))["messages"]
    assert (shown["from"]["id"], shown["caption"]) == (42, "SRV-203")
    source["message_id"] = 999
    error = await stage.fails("copyMessage", chat_id=GROUP, **source)
    assert error == "Bad Request: message to copy not found"


async def test_people_see_every_keyboard_and_bots_only_inline_ones(stage: Stage) -> None:
    keyboard = {"keyboard": [[{"text": "Yes"}]], "resize_keyboard": True}

    told = await stage.calls("sendMessage", chat_id=ANNA, text="?", reply_markup=keyboard)

    assert "reply_markup" not in told
    shown = await stage.sees("messages", chat=ANNA)
    assert shown["messages"][-1]["reply_markup"] == keyboard


async def test_what_people_write_is_marked_as_their_apps_do_it(stage: Stage) -> None:
    text = "😀 /new@baton_demo_bot @anna_cafe https://a.b/c?d. or me@x.org, +49 170 1234567 #wet"
    said = await stage.says(VERA, text, GROUP)

    raw = text.encode("utf-16-le")
    marked = {
        each["type"]: raw[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode(
            "utf-16-le"
        )
        for each in said["entities"]
    }
    assert marked == {
        "bot_command": "/new@baton_demo_bot",
        "mention": "@anna_cafe",
        "url": "https://a.b/c?d",
        "email": "me@x.org",
        "phone_number": "+49 170 1234567",
        "hashtag": "#wet",
    }


async def test_a_hidden_administrator_speaks_as_the_group(stage: Stage) -> None:
    await stage.says(VERA, "@baton_demo_bot hello", GROUP, anonymous=True)

    (update,) = await stage.news()

    assert update["message"]["from"]["id"] == 1087968824
    assert update["message"]["sender_chat"]["id"] == GROUP


async def _picture(stage: Stage) -> int:
    sent = await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample")
    file_id = sent["message"]["photo"][-1]["file_id"]
    told = await stage.calls("sendPhoto", chat_id=ANNA, photo=file_id)
    return int(told["message_id"])

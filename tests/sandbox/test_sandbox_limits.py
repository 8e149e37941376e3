"""Rate limits: judged at arrival, by sliding windows (TELEGRAM.md, 2.1)."""

import pytest

from tests.sandbox.stage import ANNA, GROUP, SMALL, VERA, Stage


async def test_a_chat_takes_one_message_a_second(strict: Stage) -> None:
    await strict.sends(GROUP)
    strict.clock.passes(0.99)
    answer = await strict.asks("sendMessage", chat_id=GROUP, text="too early")
    strict.clock.passes(0.01)
    await strict.sends(GROUP)

    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert await strict.texts(GROUP) == ["Hello", "Hello"]


async def test_the_wait_is_told_in_the_header_too(strict: Stage) -> None:
    await strict.sends(GROUP)

    async with strict.http.post(
        "/bot42:SANDBOX/sendMessage", json={"chat_id": GROUP, "text": "x"}
    ) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")


async def test_edits_count_as_messages_and_answers_to_presses_are_free(strict: Stage) -> None:
    card = await strict.sends(GROUP)

    edited = await strict.asks("editMessageText", chat_id=GROUP, message_id=card, text="x")
    answered = await strict.asks("answerCallbackQuery", callback_query_id="1")

    assert edited["error_code"] == 429
    assert answered["error_code"] == 400


async def test_reactions_and_deletions_have_windows_of_their_own(strict: Stage) -> None:
    card = await strict.sends(GROUP)
    where = {"chat_id": GROUP, "message_id": card}

    assert await strict.calls("setMessageReaction", **where, reaction=[])
    assert await strict.calls("deleteMessage", **where)
    assert (await strict.asks("setMessageReaction", **where))["error_code"] == 429


async def test_a_group_takes_twenty_messages_in_any_minute(strict: Stage) -> None:
    for _ in range(20):
        await strict.sends(GROUP)
        strict.clock.passes(2)

    answer = await strict.asks("sendMessage", chat_id=GROUP, text="x")
    strict.clock.passes(20)

    assert answer["parameters"] == {"retry_after": 20}
    assert await strict.sends(GROUP)
    assert await strict.sends(SMALL)


async def test_a_private_chat_takes_a_message_every_second_for_ever(strict: Stage) -> None:
    await strict.says(ANNA, "/start")

    for _ in range(25):
        await strict.sends(ANNA)
        strict.clock.passes(1)


async def test_a_bot_may_call_thirty_times_in_any_second(strict: Stage) -> None:
    for number in range(30):
        await strict.fails("sendMessage", chat_id=1000 + number, text="nobody is there")

    assert (await strict.asks("sendMessage", chat_id=GROUP, text="x"))["error_code"] == 429
    strict.clock.passes(1)
    assert await strict.sends(GROUP)


@pytest.mark.parametrize("on", [True, False])
async def test_limits_can_be_switched(stage: Stage, on: bool) -> None:
    await stage.control("limits", on=on)
    await stage.sends(GROUP)

    assert (await stage.asks("sendMessage", chat_id=GROUP, text="x"))["ok"] is not on


async def test_the_items_of_an_album_come_at_once_but_count_one_by_one(strict: Stage) -> None:
    sent = await strict.control("photo", as_=VERA, chat=GROUP, photo="sample")
    photo = {"type": "photo", "media": sent["message"]["photo"][-1]["file_id"]}
    album = {"chat_id": GROUP, "media": [photo] * 10}

    await strict.calls("sendMediaGroup", **album)
    strict.clock.passes(1)
    await strict.calls("sendMediaGroup", **album)
    strict.clock.passes(1)
    answer = await strict.asks("sendMessage", chat_id=GROUP, text="x")

    assert answer["parameters"] == {"retry_after": 58}

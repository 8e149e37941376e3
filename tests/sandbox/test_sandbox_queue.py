"""The queue of updates: TELEGRAM.md, 1.1."""

import asyncio

import pytest

from tests.sandbox.stage import ANNA, GROUP, VERA, Stage


async def test_an_update_comes_until_a_higher_offset_confirms_it(stage: Stage) -> None:
    await stage.says(ANNA, "one")
    await stage.says(ANNA, "two")

    first, second = await stage.news()
    assert await stage.news() == [first, second]

    assert await stage.news(second["update_id"]) == [second]
    assert await stage.news() == [second]
    assert await stage.news(second["update_id"] + 1) == []
    assert await stage.news() == []


async def test_ids_of_updates_grow_by_one(stage: Stage) -> None:
    for text in "abc":
        await stage.says(ANNA, text)

    ids = [update["update_id"] for update in await stage.news()]

    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


async def test_an_answer_holds_a_hundred_updates_at_most(stage: Stage) -> None:
    for number in range(101):
        await stage.says(ANNA, str(number))

    assert len(await stage.news(limit=1000)) == 100
    assert len(await stage.news(limit=7)) == 7


async def test_an_offset_far_too_high_is_answered_from_the_head(stage: Stage) -> None:
    await stage.says(ANNA, "one")
    (update,) = await stage.news()

    assert await stage.news(update["update_id"] + 12) == [update]
    assert await stage.news(update["update_id"] + 11) == []


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(stage: Stage) -> None:
    for text in "abc":
        await stage.says(ANNA, text)

    updates = await stage.news(-2)

    assert [update["message"]["text"] for update in updates] == ["b", "c"]
    assert await stage.news() == updates


async def test_messages_wait_a_day_and_presses_a_hundred_and_fifty_seconds(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    markup = {"inline_keyboard": [[{"text": "Take", "callback_data": "t"}]]}
    card = await stage.sends(ANNA, reply_markup=markup)
    await stage.control("press", as_=ANNA, chat=ANNA, message=card, button="Take", wait=0)

    stage.clock.passes(149)
    assert [*map(set, await stage.news())] == [
        {"update_id", "message"},
        {"update_id", "callback_query"},
    ]
    stage.clock.passes(1)
    assert [*map(set, await stage.news())] == [{"update_id", "message"}]
    stage.clock.passes(24 * 60 * 60)
    assert await stage.news() == []


async def test_the_wanted_kinds_are_remembered_and_count_from_then_on(stage: Stage) -> None:
    await stage.news(allowed_updates=["message"])
    said = await stage.says(ANNA, "one")
    await stage.control("edit", as_=ANNA, chat=ANNA, message=said["message_id"], text="two")

    assert [*map(set, await stage.news())] == [{"update_id", "message"}]
    assert (await stage.calls("getWebhookInfo"))["allowed_updates"] == ["message"]
    await stage.news(allowed_updates=[])
    await stage.control("edit", as_=ANNA, chat=ANNA, message=said["message_id"], text="three")
    assert {"update_id", "edited_message"} in [*map(set, await stage.news())]
    assert "allowed_updates" not in await stage.calls("getWebhookInfo")


async def test_a_long_poll_is_answered_as_soon_as_somebody_speaks(stage: Stage) -> None:
    poll = asyncio.create_task(stage.news(timeout=50))
    await stage.control("wait", calls={"method": "getUpdates", "begun": True})

    await stage.says(ANNA, "at last")

    async with asyncio.timeout(5):
        (update,) = await poll
    assert update["message"]["text"] == "at last"


async def test_a_long_poll_without_news_ends_with_nothing(stage: Stage) -> None:
    assert await stage.news(timeout=0) == []


async def test_of_two_waiting_polls_the_older_ends_with_a_conflict(stage: Stage) -> None:
    older = asyncio.create_task(stage.asks("getUpdates", timeout=50))
    await stage.control("wait", calls={"method": "getUpdates", "begun": True})

    newer = asyncio.create_task(stage.asks("getUpdates", timeout=50))
    async with asyncio.timeout(5):
        conflict = await older
    await stage.says(ANNA, "hello")

    assert conflict["error_code"] == 409
    assert conflict["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    assert len((await newer)["result"]) == 1


async def test_a_new_numbering_is_lower_and_keeps_what_waits(stage: Stage) -> None:
    await stage.says(ANNA, "before")
    (update,) = await stage.news()

    await stage.control("queue", numbering="new")

    (again,) = await stage.news(update["update_id"] + 1)
    assert again["update_id"] < update["update_id"]
    assert again["message"] == update["message"]


async def test_an_update_comes_again_on_demand(stage: Stage) -> None:
    await stage.says(ANNA, "once")
    (update,) = await stage.news()
    await stage.news(update["update_id"] + 1)

    await stage.control("queue", again=update["update_id"])

    assert await stage.news(update["update_id"] + 1) == [update]
    assert await stage.news(update["update_id"] + 1) == []


async def test_what_was_told_does_not_change_afterwards(stage: Stage) -> None:
    said = await stage.says(ANNA, "before")
    await stage.control("edit", as_=ANNA, chat=ANNA, message=said["message_id"], text="after")

    message, edit = await stage.news()

    assert message["message"]["text"] == "before"
    assert "edit_date" not in message["message"]
    assert edit["edited_message"]["text"] == "after"
    assert edit["edited_message"]["edit_date"] == int(stage.clock.now)


async def test_a_bot_does_not_hear_itself_but_its_own_service_messages(stage: Stage) -> None:
    await stage.control("member", chat=GROUP, person="bot", status="administrator")
    await stage.news(-1)
    updates = await stage.news()
    card = await stage.sends(GROUP)
    await stage.calls("pinChatMessage", chat_id=GROUP, message_id=card)

    (pinned,) = await stage.news(updates[-1]["update_id"] + 1)

    assert pinned["message"]["from"]["id"] == 42
    assert pinned["message"]["pinned_message"]["message_id"] == card


@pytest.mark.parametrize("drop", [False, True])
async def test_removing_the_webhook_drops_what_waits_only_if_asked(
    stage: Stage, drop: bool
) -> None:
    await stage.says(VERA, "hello")

    await stage.calls("deleteWebhook", drop_pending_updates=drop)

    assert (await stage.calls("getWebhookInfo"))["pending_update_count"] == (0 if drop else 1)


async def test_with_a_webhook_nobody_polls_and_who_waits_is_sent_away(stage: Stage) -> None:
    await stage.says(ANNA, "hello")
    hook = "http://127.0.0.1:9/hook"
    poll = asyncio.create_task(stage.asks("getUpdates", timeout=50, offset=2_000_000_000))
    (update,) = (await poll)["result"]
    poll = asyncio.create_task(stage.asks("getUpdates", timeout=50, offset=update["update_id"] + 1))
    wanted = {"method": "getUpdates", "begun": True, "count": 2}
    await stage.control("wait", calls=wanted)

    assert await stage.calls("setWebhook", url=hook)

    async with asyncio.timeout(5):
        waited = await poll
    assert waited["error_code"] == 409
    assert waited["description"] == "Conflict: terminated by setWebhook request"
    refused = await stage.asks("getUpdates")
    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await stage.calls("deleteWebhook")
    assert await stage.news() == []


@pytest.mark.parametrize(("method", "params"), [("setWebhook", {"url": ""}), ("deleteWebhook", {})])
async def test_what_waits_is_polled_once_there_is_no_webhook_any_more(
    stage: Stage, method: str, params: dict[str, str]
) -> None:
    await stage.calls("setWebhook", url="http://127.0.0.1:9/hook")
    await stage.says(ANNA, "meanwhile")

    await stage.calls(method, **params)

    assert await stage.heard() == ["meanwhile"]


async def test_a_numbering_that_begins_while_nothing_waits_is_seen_by_who_polls_on(
    stage: Stage,
) -> None:
    await stage.says(ANNA, "before")
    (old,) = await stage.news()
    offset = old["update_id"] + 1
    assert await stage.news(offset) == []
    poll = asyncio.create_task(stage.news(offset, timeout=50))
    wanted = {"method": "getUpdates", "begun": True, "count": 3}
    await stage.control("wait", calls=wanted)

    told = await stage.control("queue", numbering="new")
    await stage.says(ANNA, "after")

    async with asyncio.timeout(5):
        (new,) = await poll
    assert new["update_id"] == told["next"] < old["update_id"]
    assert await stage.news(offset) == [new]
    assert await stage.news(new["update_id"] + 1) == []


async def test_an_offset_near_the_new_numbering_confirms_and_one_far_above_does_not(
    stage: Stage,
) -> None:
    await stage.control("queue", numbering=1000)
    await stage.says(ANNA, "one")

    assert [each["update_id"] for each in await stage.news(1012)] == [1000]
    assert await stage.news(1011) == []
    assert await stage.news() == []

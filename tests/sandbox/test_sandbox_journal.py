"""The judge's view: what was called and what came of it, in one order."""

import asyncio

import pytest

from sandbox.methods import respond
from sandbox.world import World
from tests.sandbox.stage import ANNA, CAST, GROUP, SMALL, VERA, Clock, Json, Stage


async def call(stage: Stage, method: str) -> Json:
    """Return the only call of a method."""
    (found,) = (await stage.sees("calls", method=method))["calls"]
    told: Json = found
    return told


async def test_a_call_tells_when_it_came_what_it_did_and_how_it_was_answered(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", chat=SMALL, answer={"status": 502})
    card = await stage.sends(GROUP)
    await stage.asks("sendMessage", chat_id=SMALL, text="x")

    good, wrong = (await stage.sees("calls", method="sendMessage"))["calls"]

    now = stage.clock.now
    assert (good["arrived"], good["done"], good["answered"]) == (now, now, now)
    assert (good["status"], good["ok"], good["chat"], good["messages"]) == (
        200,
        True,
        GROUP,
        [card],
    )
    assert "fault" not in good
    assert (wrong["status"], wrong["ok"], wrong["fault"]["status"]) == (502, False, 502)
    assert not {"done", "messages"} & wrong.keys()


@pytest.mark.parametrize(
    ("method", "params", "which"),
    [
        ("editMessageText", {"message_id": 1, "text": "x"}, [1]),
        ("setMessageReaction", {"message_id": 2, "reaction": []}, [2]),
        ("deleteMessage", {"message_id": 2}, [2]),
        ("deleteMessages", {"message_ids": [1, 2]}, [1, 2]),
        ("copyMessage", {"from_chat_id": GROUP, "message_id": 1}, [3]),
        ("sendChatAction", {"action": "typing"}, None),
    ],
)
async def test_a_call_tells_which_messages_it_made_or_touched(
    stage: Stage, method: str, params: Json, which: list[int] | None
) -> None:
    for _ in range(2):
        await stage.sends(GROUP)

    await stage.calls(method, chat_id=GROUP, **params)

    assert (await call(stage, method)).get("messages") == which


async def test_of_a_call_whose_caller_is_gone_one_sees_that_nobody_heard_the_answer(
    stage: Stage,
) -> None:
    await stage.control("faults", method="sendMessage", answer={"delay": 0.3})

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await stage.asks("sendMessage", chat_id=GROUP, text="arrived")
    await stage.control("wait", calls={"method": "sendMessage"})

    made = await call(stage, "sendMessage")
    assert (made["messages"], made["ok"]) == ([1], True)
    assert "status" not in made


async def test_calls_and_what_people_saw_are_told_in_one_order(stage: Stage) -> None:
    await stage.says(VERA, "hello", GROUP)
    card = await stage.sends(GROUP, "card")
    await stage.sends(SMALL, "elsewhere")
    await stage.calls("editMessageText", chat_id=GROUP, message_id=card, text="card 2")

    told = await stage.sees("journal", chat=GROUP)
    lines = told["lines"]

    kinds = ["message", "call", "message", "call", "edit"]
    assert [line["kind"] for line in lines] == kinds
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)
    assert lines[1]["messages"] == [lines[2]["message"]["message_id"]] == [card]
    assert (await stage.sees("journal", after=told["seq"]))["lines"] == []
    edits = await stage.sees("journal", kind="edit,delete")
    assert [line["message"]["text"] for line in edits["lines"]] == ["card 2"]


async def test_the_journal_is_read_page_by_page(stage: Stage) -> None:
    for number in range(10):
        await stage.sends(GROUP, str(number))
    whole = (await stage.sees("journal", kind="message"))["lines"]

    pages, after = [], 0
    while (told := await stage.sees("journal", kind="message", after=after, limit=3))["lines"]:
        pages.append(told["lines"])
        after = told["seq"]

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert [line for page in pages for line in page] == whole


async def test_waiting_for_many_calls_counts_those_before_and_those_that_come(
    stage: Stage,
) -> None:
    await stage.sends(GROUP, "before")
    wanted = {"method": "sendMessage", "chat": GROUP, "count": 3}
    wait = asyncio.create_task(stage.control("wait", calls=wanted))
    await stage.control("faults", method="sendMessage", chat=GROUP, answer={"delay": 0.05})

    await asyncio.gather(*(stage.sends(GROUP, text) for text in ("slow", "quick")))
    await stage.sends(SMALL, "elsewhere")

    told = (await wait)["calls"]
    assert {each["params"]["text"] for each in told} == {"before", "slow", "quick"}
    assert [each["seq"] for each in told] == sorted(each["seq"] for each in told)


def test_calls_without_a_network_are_written_down_too() -> None:
    world = World(CAST, clock=Clock())

    respond(world, "sendmessage", {"chat_id": GROUP, "text": "x"})
    respond(world, "sendMessage", {"chat_id": ANNA, "text": "x"})

    good, bad = (each.told() for each in world.journal.calls.after(0))
    assert (good["method"], good["messages"], good["status"]) == ("sendMessage", [1], 200)
    assert (bad["status"], bad["error_code"]) == (403, 403)
    assert world.journal.under_way == 0

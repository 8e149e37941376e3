"""Faults are facts that are told beforehand; the journal remembers what came of them."""

import asyncio
import base64
import json

import pytest
from aiohttp import ClientError, ClientPayloadError, ServerDisconnectedError

from tests.sandbox.stage import GROUP, SMALL, Stage


async def test_the_next_calls_go_wrong_and_then_all_is_well(stage: Stage) -> None:
    body = {"ok": False, "error_code": 500, "description": "Internal Server Error: restart"}
    answer = {"status": 500, "body": body}
    await stage.control("faults", method="sendMessage", times=2, answer=answer)

    assert await stage.fails("sendMessage", chat_id=GROUP, text="one") == body["description"]
    assert await stage.calls("getMe")
    assert await stage.fails("sendMessage", chat_id=GROUP, text="two") == body["description"]
    assert await stage.sends(GROUP, "three")
    assert await stage.texts(GROUP) == ["three"]


async def test_a_fault_may_be_meant_for_one_chat(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", chat=GROUP, retry_after=3)

    assert await stage.sends(SMALL)
    answer = await stage.asks("sendMessage", chat_id=GROUP, text="x")
    assert answer["parameters"] == {"retry_after": 3}
    assert (await stage.sees("faults")) == {"faults": []}


async def test_with_after_the_effect_happens_and_only_the_answer_is_lost(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"reset": True}, after=True)

    with pytest.raises(ClientError):
        await stage.asks("sendMessage", chat_id=GROUP, text="arrived")

    assert await stage.texts(GROUP) == ["arrived"]
    (call,) = (await stage.sees("calls", method="sendMessage"))["calls"]
    assert call["message_id"] == 1
    assert "ok" not in call


async def test_a_reset_before_the_effect_leaves_nothing(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"reset": True})

    with pytest.raises((ServerDisconnectedError, ConnectionResetError)):
        await stage.asks("sendMessage", chat_id=GROUP, text="lost")

    assert await stage.texts(GROUP) == []


async def test_a_proxy_may_answer_in_html(stage: Stage) -> None:
    wrong = {"status": 502, "text": "<html>Bad Gateway</html>"}
    await stage.control("faults", method="*", answer=wrong)

    async with stage.http.get("/bot42:SANDBOX/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert await answer.text() == "<html>Bad Gateway</html>"


async def test_an_answer_may_break_off_in_the_middle(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"half": True}, after=True)

    with pytest.raises((ClientPayloadError, ConnectionResetError, json.JSONDecodeError)):
        await stage.asks("sendMessage", chat_id=GROUP, text="arrived")

    assert await stage.texts(GROUP) == ["arrived"]


async def test_a_call_that_hangs_ends_when_its_caller_hangs_up(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"hang": 60}, after=True)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await stage.asks("sendMessage", chat_id=GROUP, text="arrived")

    told = await stage.control("wait", calls={"method": "sendMessage"}, seconds=5)
    assert told["calls"][0]["answered"]
    assert await stage.texts(GROUP) == ["arrived"]


async def test_an_answer_may_be_late(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"delay": 0.05})

    assert await stage.sends(GROUP)


async def test_faults_are_listed_and_cleared(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", chat=GROUP, times=2, answer={"status": 502})

    (fault,) = (await stage.sees("faults"))["faults"]
    assert (fault["method"], fault["chat"], fault["times"]) == ("sendmessage", GROUP, 2)
    async with stage.http.delete("/control/faults") as answer:
        assert await answer.json() == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"method": "sendMessage"},
        {"method": "sendMessage", "answer": {"statuss": 500}},
        {"method": "sendMessage", "answer": {"status": 9}},
        {"method": "sendMessage", "answer": {"hang": "long"}},
        {"method": "sendMessage", "answer": {"base64": "?"}},
        {"method": "sendMessage", "answer": {"reset": True, "late": 1}, "after": True},
        {"method": "sendMessage", "answer": {"adds": 5}},
        {"method": "sendMessage", "times": 0, "answer": {"status": 500}},
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused_in_a_sentence(
    stage: Stage, fault: dict[str, object]
) -> None:
    assert (await stage.control("faults", **fault))["error"].endswith(".")


async def test_every_call_is_written_down_with_its_times_and_its_outcome(stage: Stage) -> None:
    await stage.sends(GROUP, "hello")
    stage.clock.passes(5)
    await stage.fails("sendMessage", chat_id=GROUP, text="")

    good, bad = (await stage.sees("calls", chat=GROUP))["calls"]

    assert good["params"] == {"chat_id": GROUP, "text": "hello"}
    assert good["ok"]
    assert bad["arrived"] == bad["answered"] == stage.clock.now
    assert (bad["error_code"], bad["description"]) == (400, "Bad Request: message text is empty")
    assert (await stage.sees("calls", after=good["seq"]))["calls"] == [bad]


async def test_the_effect_may_come_when_the_caller_has_long_given_up(stage: Stage) -> None:
    wrong = {"reset": True, "late": 0.1}
    await stage.control("faults", method="sendMessage", chat=GROUP, answer=wrong)

    with pytest.raises(ClientError):
        await stage.asks("sendMessage", chat_id=GROUP, text="late")
    await stage.sends(GROUP, "meanwhile")
    assert await stage.texts(GROUP) == ["meanwhile"]
    assert (await stage.control("wait", quiet=0, seconds=5))["quiet"]

    assert await stage.texts(GROUP) == ["meanwhile", "late"]
    late, _ = (await stage.sees("calls", method="sendMessage"))["calls"]
    assert late["messages"] == [2]
    assert "status" not in late


async def test_an_answer_may_say_no_and_the_effect_come_later(stage: Stage) -> None:
    await stage.control("faults", method="sendMessage", answer={"status": 502, "late": 0.05})

    assert (await stage.asks("sendMessage", chat_id=GROUP, text="late"))["error_code"] == 502
    await stage.control("wait", chat=GROUP, text="late")


async def test_a_good_answer_may_hold_what_nobody_has_heard_of(stage: Stage) -> None:
    adds = {"forward_origin": {"type": "from_the_moon"}}
    await stage.control("faults", method="sendMessage", answer={"adds": adds})

    message = await stage.calls("sendMessage", chat_id=GROUP, text="x")

    assert message["message_id"] == 1
    assert message["forward_origin"] == {"type": "from_the_moon"}


async def test_an_answer_may_be_no_utf8(stage: Stage) -> None:
    broken = base64.b64encode(b'{"ok": true, "result": "\xff\xfe"}').decode()
    await stage.control("faults", method="getMe", answer={"base64": broken})

    async with stage.http.get("/bot42:SANDBOX/getMe") as answer:
        assert await answer.read() == b'{"ok": true, "result": "\xff\xfe"}'


async def test_with_retry_after_the_header_says_so_too(stage: Stage) -> None:
    await stage.control("faults", method="getMe", retry_after=10_072)

    async with stage.http.get("/bot42:SANDBOX/getMe") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "10072")


async def test_everything_takes_a_while(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    await stage.control("latency", there=[0.1, 0.2], back=[0.1, 0.2])
    begun = loop.time()

    await stage.sends(GROUP)

    assert loop.time() - begun >= 0.2
    assert await stage.sees("latency") == {"there": [0.1, 0.2], "back": [0.1, 0.2]}
    await stage.control("reset")
    assert await stage.sees("latency") == {"there": [0, 0], "back": [0, 0]}


@pytest.mark.parametrize("span", [[1], [2, 1], [-1, 1], "fast"])
async def test_a_latency_that_makes_no_sense_is_refused(stage: Stage, span: object) -> None:
    assert "error" in await stage.control("latency", there=span)

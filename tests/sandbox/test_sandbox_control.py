"""The control API, its waits and its stream of events; the door; the way it is started."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from sandbox.__main__ import CAFE, main, trusted
from sandbox.cast import read
from sandbox.refusals import WishError
from tests.sandbox.stage import ANNA, CAST, GROUP, VERA, VICTOR, Json, Stage


async def test_the_world_is_told_as_the_cast_says(stage: Stage) -> None:
    told = await stage.sees("world")

    assert told["bot"]["name"] == "Baton"
    assert told["people"][0] == {
        "id": ANNA,
        "first_name": "Anna",
        "last_name": "Petrova",
        "username": "anna_cafe",
        "language_code": "en",
    }
    group = next(chat for chat in told["chats"] if chat["id"] == GROUP)
    assert group == {
        "id": GROUP,
        "type": "supergroup",
        "title": "Iceberg · support",
        "members": [
            {"person": VERA, "status": "administrator"},
            {"person": VICTOR, "status": "member"},
        ],
        "bot": "member",
        "blocked": False,
    }
    assert told["now"] == int(stage.clock.now)


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("say", {"as": 9, "chat": GROUP, "text": "x"}),
        ("say", {"as": ANNA, "chat": GROUP, "text": "x"}),
        ("say", {"as": ANNA, "chat": ANNA}),
        ("say", {"as": ANNA, "chat": ANNA, "text": " "}),
        ("say", {"as": ANNA, "chat": ANNA, "text": "x", "colour": "red"}),
        ("say", {"as": ANNA, "chat": ANNA, "text": "x", "reply_to": 5}),
        ("photo", {"as": ANNA, "chat": ANNA, "photo": "no base64"}),
        ("photo", {"as": ANNA, "chat": ANNA, "photo": "AAAA"}),
        ("edit", {"as": ANNA, "chat": ANNA, "message": 1, "text": "x"}),
        ("member", {"chat": ANNA, "person": ANNA, "status": "left"}),
        ("member", {"chat": GROUP, "person": VERA, "status": "boss"}),
        ("queue", {"again": 1}),
        ("wait", {}),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_sentence(
    stage: Stage, path: str, wish: dict[str, object]
) -> None:
    async with stage.http.post(f"/control/{path}", json=wish) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]


async def test_waiting_for_a_message_that_is_there_and_for_one_that_comes(stage: Stage) -> None:
    await stage.sends(GROUP, "one")
    there = await stage.control("wait", chat=GROUP, text="on")
    keys = {"inline_keyboard": [[{"text": "✋ Take", "callback_data": "t"}]]}

    wait = asyncio.create_task(stage.control("wait", chat=GROUP, text="two", button="Take"))
    await stage.sends(GROUP, "two")
    card = await stage.sends(GROUP, "number two", reply_markup=keys)

    assert there["message"]["text"] == "one"
    assert (await wait)["message"]["message_id"] == card


async def test_waiting_for_an_edit_and_for_an_end(stage: Stage) -> None:
    card = await stage.sends(GROUP, "card")
    edited = asyncio.create_task(stage.control("wait", chat=GROUP, text="card", edited=True))
    gone = asyncio.create_task(stage.control("wait", chat=GROUP, text="card", gone=True))

    await stage.calls("editMessageText", chat_id=GROUP, message_id=card, text="card 2")
    assert (await edited)["message"]["text"] == "card 2"
    await stage.calls("deleteMessage", chat_id=GROUP, message_id=card)
    assert (await gone)["message"] is None


async def test_what_did_not_come_is_told_with_what_did(stage: Stage) -> None:
    await stage.sends(GROUP, "one")

    told = await stage.control("wait", chat=GROUP, text="two", seconds=0)

    assert told == {"error": "'two' did not come in Iceberg · support.", "seen": ["one"]}


async def test_waiting_for_quiet_lasts_until_all_updates_are_confirmed(stage: Stage) -> None:
    await stage.says(ANNA, "hello")
    told = await stage.control("wait", quiet=0, seconds=0)
    assert told["error"] == "The bot is still busy."

    wait = asyncio.create_task(stage.control("wait", quiet=0.05))
    await stage.heard()

    assert (await wait)["quiet"]


async def test_events_are_told_as_they_happen_and_again_after_a_break(stage: Stage) -> None:
    card = await stage.sends(GROUP, "card")
    await stage.calls("editMessageText", chat_id=GROUP, message_id=card, text="card 2")
    await stage.calls("deleteMessage", chat_id=GROUP, message_id=card)
    await stage.control("member", chat=GROUP, person=VICTOR, status="left")
    await stage.control("reset")

    events = await _events(stage, 6, {})

    kinds = [event["kind"] for event in events]
    assert kinds == ["message", "edit", "delete", "member", "message", "reset"]
    assert events[1]["message"]["text"] == "card 2"
    later = await _events(stage, 1, {"Last-Event-ID": str(events[-2]["seq"])})
    assert later == [events[-1]]


async def test_a_reset_leaves_what_the_cast_says(stage: Stage) -> None:
    await stage.says(ANNA, "hello")
    await stage.control("member", chat=GROUP, status="kicked")
    await stage.control("faults", method="getMe", answer={"status": 500})

    await stage.control("reset")

    assert await stage.texts(ANNA) == []
    assert await stage.news() == []
    assert await stage.calls("getMe")
    assert await stage.sends(GROUP)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
async def test_foreign_pages_and_names_are_shown_the_door(
    stage: Stage, headers: dict[str, str]
) -> None:
    async with stage.http.get("/control/world", headers=headers) as answer:
        assert answer.status == 403


async def test_the_page_may_load_nothing_from_elsewhere(stage: Stage) -> None:
    async with stage.http.get("/") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with stage.http.get("/nothing.js") as answer:
        assert answer.status == 404


async def test_it_starts_says_where_and_ends(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()

    process.terminate()
    await process.communicate()

    assert line.startswith("sandbox on http://127.0.0.1:")


@pytest.mark.parametrize(
    "token", ["42:" + "A" * 35, "7:SANDBOX", "SANDBOX", "42:", "42:a b", "42:../x"]
)
def test_a_real_or_broken_token_is_refused(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--bot-token", token])
    assert "oken" in capsys.readouterr().err
    assert trusted("42:MADE_UP", CAST) == "42:MADE_UP"


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[[people]]\nid = 1\nfirst_name = 'A'\ncolour = 'red'",
        "[[people]]\nid = 1\nfirst_name = 'A'\n[[people]]\nid = 1\nfirst_name = 'B'",
        "people = []\n[[chats]]\nid = -5\ntitle = 'A'",
        "people = []\n[[chats]]\nid = -5\ntype = 'group'\ntitle = 'A'\nmembers = [{ person = 1 }]",
    ],
)
def test_a_cast_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cast.toml"
    path.write_text(text)

    with pytest.raises(WishError, match="is not a cast"):
        read(path)


def test_the_cafe_has_four_companies_with_a_lead_each() -> None:
    cast = read(CAFE)

    assert len(cast.people) == 9
    assert [chat.members[0].status for chat in cast.chats] == ["administrator"] * 4


async def _events(stage: Stage, count: int, headers: dict[str, str]) -> list[Json]:
    events: list[Json] = []
    query = "" if headers else "?after=0"
    async with stage.http.get(f"/control/events{query}", headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        async for line in answer.content:
            if line.startswith(b"data: "):
                events.append(json.loads(line[6:]))
            if len(events) == count:
                break
    return events

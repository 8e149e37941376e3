"""Several bots on one server: each has its own token, its own people and its own chats."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from sandbox.__main__ import CAFE, main
from sandbox.cast import Cast
from tests.sandbox.stage import ANNA, CAST, GROUP, Stage

OTHER = CAST.model_copy(
    update={"bot": CAST.bot.model_copy(update={"id": 43, "name": "Echo", "username": "echo_bot"})}
)
THIRD = Cast.model_validate({"bot": {"id": 44}, "people": [{"id": 7, "first_name": "Sven"}]})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(OTHER, THIRD) as stage:
        yield stage


async def test_the_token_says_which_bot_is_calling(stage: Stage) -> None:
    names = [(await stage.of(bot).calls("getMe"))["first_name"] for bot in (42, 43, 44)]

    assert names == ["Baton", "Echo", "Baton"]


async def test_what_one_bot_does_is_not_there_for_another(stage: Stage) -> None:
    other = stage.of(43)
    await stage.sends(GROUP, "from Baton")
    await other.sends(GROUP, "from Echo")
    await other.says(ANNA, "/start")
    await other.control("faults", method="getMe", answer={"status": 500})

    assert await stage.texts(GROUP) == ["from Baton"]
    assert await other.texts(GROUP) == ["from Echo"]
    assert await stage.heard() == []
    assert await other.heard() == ["/start"]
    assert await stage.calls("getMe")
    assert (await stage.of(44).asks("getChat", chat_id=GROUP))["error_code"] == 400


async def test_without_a_bot_in_its_address_the_control_api_is_about_the_first(
    stage: Stage,
) -> None:
    await stage.sends(GROUP)

    assert (await stage.sees("world"))["bot"]["id"] == 42
    assert (await stage.of(43).sees("world"))["bot"]["id"] == 43
    assert await stage.of(42).texts(GROUP) == await stage.texts(GROUP) == ["Hello"]
    async with stage.http.get("/control/bot45/world") as answer:
        assert answer.status == 404


async def test_a_token_of_nobody_is_refused(stage: Stage) -> None:
    async with stage.http.get("/bot45:SANDBOX/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")


async def test_a_file_is_good_for_one_bot_alone(stage: Stage) -> None:
    sent = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    await stage.of(43).control("photo", as_=ANNA, chat=ANNA, photo="sample")

    file = {"photo": sent["photo"][-1]["file_id"]}

    assert await stage.calls("sendPhoto", chat_id=GROUP, **file)
    error = await stage.of(43).fails("sendPhoto", chat_id=GROUP, **file)
    assert error == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_two_bots_wait_at_the_same_time(stage: Stage) -> None:
    other = stage.of(43)
    polls = [asyncio.create_task(each.news(timeout=50)) for each in (stage, other)]
    for each in (stage, other):
        await each.control("wait", calls={"method": "getUpdates", "begun": True})

    await other.says(ANNA, "hello, Echo")
    await stage.says(ANNA, "hello, Baton")

    texts = [(await poll)[0]["message"]["text"] for poll in polls]
    assert texts == ["hello, Baton", "hello, Echo"]


async def test_it_starts_with_several_casts(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("bot = { id = 43 }\npeople = []\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0"),
        *("--cast", str(CAFE), str(tmp_path / "other.toml"), "--bot-token", "42:ONE", "43:TWO"),
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().split()[-1]

    found = []
    async with ClientSession(url) as http:
        for token in ("42:ONE", "43:TWO", "43:SANDBOX"):
            async with http.get(f"/bot{token}/getMe") as answer:
                found.append(answer.status)
    process.terminate()
    await process.communicate()

    assert found == [200, 200, 401]


def test_two_casts_with_one_bot_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--cast", str(CAFE), str(CAFE)])

    assert "another cast has a bot with the id 42 already" in capsys.readouterr().err

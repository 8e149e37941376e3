"""A token that was revoked: every call is answered 401, until it counts again."""

import asyncio

import pytest

from sandbox import deeds
from sandbox.methods import METHODS, respond
from sandbox.world import World
from tests.sandbox.stage import ANNA, CAST, GROUP, Clock, Stage

NO = {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize("method", [*METHODS, "sendDice", "unheardOf"])
async def test_every_call_is_unauthorized(stage: Stage, method: str) -> None:
    await stage.control("revoke")

    assert await stage.asks(method) == NO
    assert await stage.asks(method, chat_id=GROUP, reply_markup="no JSON") == NO
    async with stage.http.get(f"/bot{stage.token}/{method}") as answer:
        assert answer.status == 401
    assert (await stage.sees("world"))["revoked"]


async def test_nothing_happens_and_nothing_is_lost_until_the_token_counts_again(
    stage: Stage,
) -> None:
    await stage.says(ANNA, "before")
    await stage.control("revoke")
    await stage.asks("sendMessage", chat_id=GROUP, text="lost")
    await stage.says(ANNA, "meanwhile")

    await stage.control("restore")

    assert await stage.texts(GROUP) == []
    assert await stage.heard() == ["before", "meanwhile"]
    assert await stage.sends(GROUP)


async def test_a_waiting_poll_ends_at_once(stage: Stage) -> None:
    poll = asyncio.create_task(stage.asks("getUpdates", timeout=50))
    await stage.control("wait", calls={"method": "getUpdates", "begun": True})

    await stage.control("revoke")

    async with asyncio.timeout(5):
        assert await poll == NO


async def test_files_are_not_handed_out(stage: Stage) -> None:
    sent = (await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample"))["message"]
    file = await stage.calls("getFile", file_id=sent["photo"][-1]["file_id"])
    await stage.control("revoke")

    async with stage.http.get(f"/file/bot{stage.token}/{file['file_path']}") as answer:
        assert answer.status == 401


async def test_of_two_bots_the_other_goes_on() -> None:
    part = CAST.bot.model_copy(update={"id": 43})
    async with Stage(CAST.model_copy(update={"bot": part})) as stage:
        await stage.control("revoke")

        assert await stage.asks("getMe") == NO
        assert await stage.of(43).calls("getMe")


async def test_a_reset_restores_it(stage: Stage) -> None:
    await stage.control("revoke")
    await stage.control("reset")

    assert await stage.calls("getMe")


def test_without_a_network_revoking_is_a_plain_call() -> None:
    world = World(CAST, clock=Clock())

    deeds.revoke(world)
    assert respond(world, "getMe", {}).body == NO
    deeds.restore(world)
    assert respond(world, "getMe", {}).status == 200

"""Updates by webhook: TELEGRAM.md, 1.1."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from tests.sandbox.stage import ANNA, GROUP, SMALL, TOKEN, VERA, VICTOR, Json, Stage

KEYS: Final = {"inline_keyboard": [[{"text": "Take", "callback_data": "t"}]]}
DAY: Final = 24 * 60 * 60
SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"

Answer = Callable[[Json], web.Response]


def text(update: Json) -> str:
    said: Json = update.get("message") or update.get("edited_message") or {}
    return str(said.get("text", ""))


class Office:
    """A webhook: what comes, in order, and what is said to it."""

    def __init__(self) -> None:
        self.came: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[web.Response] = []  #: to the next updates; then all is well
        self.closed: set[str] = set()  #: texts, or kinds of updates, that have to wait
        self.under_way = self.busiest = 0
        self._news = asyncio.Condition()
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self.server = TestServer(app)

    async def opens(self, port: int | None = None) -> str:
        self.server.port = port
        await self.server.start_server()
        return str(self.server.make_url("/hook"))

    async def has(self, *texts: str) -> None:
        """Wait until exactly these texts have come, in any order."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: len(self.came) >= len(texts))
        assert sorted(text(update) for update in self.came) == sorted(texts)

    async def lets_go(self, *which: str) -> None:
        async with self._news:
            self.closed -= {*which}
            self._news.notify_all()

    async def _take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.under_way += 1
        self.busiest = max(self.busiest, self.under_way)
        async with self._news:
            self.came.append(update)
            self.headers.append(dict(request.headers))
            answer = self.answers.pop(0) if self.answers else web.Response()
            self._news.notify_all()
            await self._news.wait_for(lambda: not self.closed & {text(update), *update})
        self.under_way -= 1
        return answer


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    office = Office()
    yield office
    await office.lets_go(*office.closed)
    await office.server.close()


@pytest.fixture
async def hook(stage: Stage, office: Office) -> str:
    """Set a webhook; the time between two tries flies."""
    await stage.control("webhook", pace=0.0001)
    url = await office.opens()
    await stage.calls("setWebhook", url=url, secret_token="Open-Sesame_1")
    return url


async def quiet(stage: Stage) -> None:
    assert (await stage.control("wait", quiet=0, seconds=5)).get("quiet")


@pytest.mark.usefixtures("hook")
async def test_an_update_is_posted_with_the_secret_and_is_gone_then(
    stage: Stage, office: Office
) -> None:
    said = await stage.says(ANNA, "hello")
    await quiet(stage)

    (update,) = office.came
    assert update["message"]["message_id"] == said["message_id"]
    assert office.headers[0][SECRET] == "Open-Sesame_1"
    assert office.headers[0]["Content-Type"] == "application/json"
    told = await stage.calls("getWebhookInfo")
    assert told["pending_update_count"] == 0
    (attempt,) = (await stage.sees("webhook"))["attempts"]
    assert (attempt["update_id"], attempt["status"]) == (update["update_id"], 200)


async def test_what_waited_is_posted_as_soon_as_there_is_a_webhook(
    stage: Stage, office: Office
) -> None:
    for number in range(3):
        await stage.says(ANNA, str(number))

    await stage.calls("setWebhook", url=await office.opens())
    await quiet(stage)

    assert [text(update) for update in office.came] == ["0", "1", "2"]
    assert SECRET not in office.headers[0]


@pytest.mark.usefixtures("hook")
async def test_a_chat_is_in_order_and_keeps_no_other_chat_waiting(
    stage: Stage, office: Office
) -> None:
    office.closed = {"a1"}
    said = await stage.says(ANNA, "a1")
    await stage.control("edit", as_=ANNA, chat=ANNA, message=said["message_id"], text="a2")
    await stage.says(VERA, "v1")
    await office.has("a1", "v1")

    await office.lets_go("a1")
    await office.has("a1", "v1", "a2")


@pytest.mark.usefixtures("hook")
async def test_presses_and_memberships_may_overtake_what_was_said(
    stage: Stage, office: Office
) -> None:
    card = await stage.sends(GROUP, "card", reply_markup=KEYS)
    office.closed = {"/start@baton_demo_bot"}
    await stage.says(VICTOR, "/start@baton_demo_bot", GROUP)
    press = {"as_": VICTOR, "message": card, "button": "Take", "wait": 0}
    await stage.control("press", chat=GROUP, **press)
    await stage.control("member", chat=GROUP, status="administrator")
    await office.has("/start@baton_demo_bot", "", "")

    assert {*office.came[1], *office.came[2]} == {"update_id", "callback_query", "my_chat_member"}
    await office.lets_go("/start@baton_demo_bot")


@pytest.mark.usefixtures("hook")
async def test_one_persons_presses_are_in_order_wherever_they_press(
    stage: Stage, office: Office
) -> None:
    cards = [(chat, await stage.sends(chat, reply_markup=KEYS)) for chat in (GROUP, SMALL)]
    office.closed = {"callback_query"}
    for who, (chat, card) in ((VERA, cards[0]), (VERA, cards[1]), (VICTOR, cards[0])):
        press = {"as_": who, "message": card, "button": "Take", "wait": 0}
        await stage.control("press", chat=chat, **press)
    await office.has("", "")

    assert [each["callback_query"]["from"]["id"] for each in office.came] == [VERA, VICTOR]
    await office.lets_go("callback_query")
    await office.has("", "", "")


@pytest.mark.parametrize("status", [500, 503, 404, 401, 302])
async def test_what_was_not_taken_comes_again_at_once_and_then_ever_more_slowly(
    stage: Stage, office: Office, hook: str, status: int
) -> None:
    office.answers = [web.Response(status=status) for _ in range(9)]
    await stage.says(ANNA, "hello")
    await quiet(stage)

    assert [text(update) for update in office.came] == ["hello"] * 10
    attempts = (await stage.sees("webhook"))["attempts"]
    pauses = [attempt.get("again_in") for attempt in attempts]
    assert pauses == [0, 2, 4, 8, 16, 32, 60, 60, 60, None]
    assert {attempt["status"] for attempt in attempts[:-1]} == {status}


async def test_a_webhook_may_say_when_it_wants_to_be_asked_again(
    stage: Stage, office: Office, hook: str
) -> None:
    later = [web.Response(status=503, headers={"Retry-After": word}) for word in ("7", "99999")]
    office.answers = [*later, web.Response(status=503), web.Response(status=503)]
    await stage.says(ANNA, "hello")
    await quiet(stage)

    attempts = (await stage.sees("webhook"))["attempts"]
    assert [attempt.get("again_in") for attempt in attempts] == [7, 3600, 2, 4, None]


async def test_the_last_error_and_what_waits_are_told(stage: Stage, office: Office) -> None:
    url = f"http://127.0.0.1:{(port := unused_port())}/hook"
    await stage.control("webhook", pace=0.01)
    await stage.calls("setWebhook", url=url, max_connections=7, allowed_updates=["message"])
    await stage.says(ANNA, "hello")
    assert "error" not in await stage.control("wait", attempts={"count": 1})

    assert await stage.calls("getWebhookInfo") == {
        "url": url,
        "has_custom_certificate": False,
        "pending_update_count": 1,
        "max_connections": 7,
        "ip_address": "127.0.0.1",
        "last_error_date": int(stage.clock.now),
        "last_error_message": "Connection refused",
        "allowed_updates": ["message"],
    }
    await office.opens(port)
    await quiet(stage)
    assert [text(update) for update in office.came] == ["hello"]


async def test_a_wrong_answer_is_told_in_telegrams_words(
    stage: Stage, office: Office, hook: str
) -> None:
    office.answers = [web.Response(status=503)]
    await stage.says(ANNA, "hello")
    await quiet(stage)

    told = await stage.calls("getWebhookInfo")

    error = "Wrong response from the webhook: 503 Service Unavailable"
    assert told["last_error_message"] == error


async def test_updates_come_again_on_demand(stage: Stage, office: Office, hook: str) -> None:
    for words in "abc":
        await stage.says(ANNA, words)
    await quiet(stage)

    await stage.control("queue", last=2)
    await quiet(stage)
    await stage.control("queue", again=office.came[0]["update_id"])
    await quiet(stage)

    assert [text(update) for update in office.came] == [*"abc", *"bc", "a"]
    assert office.came[3:5] == office.came[1:3]


async def test_a_new_numbering_counts_for_a_webhook_too(
    stage: Stage, office: Office, hook: str
) -> None:
    await stage.says(ANNA, "before")
    await quiet(stage)
    await stage.control("queue", numbering="new")
    await stage.says(ANNA, "after")
    await quiet(stage)

    before, after = office.came
    assert after["update_id"] < before["update_id"]


@pytest.mark.parametrize("drop", [False, True])
async def test_setting_a_webhook_drops_what_waits_only_if_asked(
    stage: Stage, office: Office, drop: bool
) -> None:
    await stage.says(ANNA, "before")
    url = await office.opens()

    await stage.calls("setWebhook", url=url, drop_pending_updates=drop)
    await stage.says(ANNA, "after")
    await quiet(stage)

    assert [text(update) for update in office.came] == [*([] if drop else ["before"]), "after"]


async def test_only_so_many_updates_are_under_way_as_the_bot_allows(
    stage: Stage, office: Office
) -> None:
    await stage.calls("setWebhook", url=await office.opens(), max_connections=2)
    office.closed = {"message"}
    for person in (ANNA, VERA, VICTOR):
        await stage.says(person, "hello")
    await office.has("hello", "hello")

    await office.lets_go("message")
    await office.has("hello", "hello", "hello")
    assert office.busiest == 2


async def test_nothing_is_posted_any_more_once_the_webhook_is_removed(
    stage: Stage, office: Office, hook: str
) -> None:
    await stage.calls("deleteWebhook")
    await stage.says(ANNA, "hello")

    assert await stage.heard() == ["hello"]
    assert office.came == []


async def test_setting_the_same_webhook_again_disturbs_nobody(
    stage: Stage, office: Office, hook: str
) -> None:
    office.closed = {"hello"}
    await stage.says(ANNA, "hello")
    await office.has("hello")

    await stage.calls("setWebhook", url=hook, secret_token="Open-Sesame_1")
    await office.lets_go("hello")
    await quiet(stage)

    await office.has("hello")


async def test_what_is_too_old_is_not_tried_again(stage: Stage, office: Office, hook: str) -> None:
    office.answers = [web.Response(status=500)]
    office.closed = {"hello"}
    await stage.says(ANNA, "hello")
    await office.has("hello")

    stage.clock.passes(DAY)
    await office.lets_go("hello")
    await stage.says(ANNA, "later")
    await quiet(stage)

    await office.has("hello", "later")


async def test_a_webhook_that_is_gone_for_most_of_a_day_is_removed(
    stage: Stage, office: Office, hook: str
) -> None:
    office.answers = [web.Response(status=410)]
    await stage.says(ANNA, "hello")
    await quiet(stage)
    stage.clock.passes(23 * 60 * 60 + 1)
    office.answers = [web.Response(status=410) for _ in range(100)]
    await stage.control("webhook", pace=0.01)
    seq = (await stage.sees("world"))["seq"]

    await stage.says(ANNA, "again")
    first = await stage.control("wait", attempts={"after": seq})
    assert (await stage.calls("getWebhookInfo"))["url"] == hook
    stage.clock.passes(23 * 60 * 60 + 1)
    last = first["attempts"][-1]["seq"]
    while (await stage.calls("getWebhookInfo"))["url"]:
        told = await stage.control("wait", attempts={"after": last})
        last = told["attempts"][-1]["seq"]

    assert await stage.heard() == ["again"]


async def test_an_answer_may_hold_a_call(stage: Stage, office: Office, hook: str) -> None:
    call = {"method": "sendMessage", "chat_id": GROUP, "text": "by the way"}
    office.answers = [web.json_response(call)]
    await stage.says(ANNA, "hello")
    await quiet(stage)

    assert await stage.texts(GROUP) == ["by the way"]


async def test_a_revoked_token_has_no_webhook_until_it_counts_again(
    stage: Stage, office: Office, hook: str
) -> None:
    await stage.control("revoke")
    await stage.says(ANNA, "hello")
    await stage.sees("world")
    assert office.came == []

    await stage.control("restore")
    await quiet(stage)

    await office.has("hello")


async def test_a_reset_keeps_the_webhook(stage: Stage, office: Office, hook: str) -> None:
    await stage.control("reset")
    await stage.says(ANNA, "hello")
    await quiet(stage)

    await office.has("hello")


@pytest.mark.parametrize(
    ("params", "error"),
    [
        (
            {"url": "http://example.com/hook"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://example.com/hook"},
            "bad webhook: the sandbox posts to 127.0.0.1 alone",
        ),
        ({"url": "ftp://127.0.0.1/hook"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:x/"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1", "secret_token": "x" * 257}, "secret token is too long"),
        (
            {"url": "http://127.0.0.1", "secret_token": "é"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(
    stage: Stage, params: dict[str, object], error: str
) -> None:
    assert await stage.fails("setWebhook", **params) == f"Bad Request: {error}"
    assert (await stage.calls("getWebhookInfo"))["url"] == ""


async def test_the_token_is_not_in_what_is_posted(stage: Stage, office: Office, hook: str) -> None:
    await stage.says(ANNA, "hello")
    await quiet(stage)

    assert TOKEN not in str(office.headers) + str(office.came)

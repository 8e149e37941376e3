"""Requests in every form, and answers as other authors' clients decode them."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Update,
)
from aiohttp import FormData
from telebot import asyncio_helper
from telebot import types as telebot_types
from telebot.async_telebot import AsyncTeleBot

from sandbox.methods import METHODS, respond
from sandbox.requests import KINDS
from sandbox.samples import SAMPLES, picture, speech
from tests.sandbox.stage import ANNA, GROUP, MARK, TOKEN, VERA, VICTOR, Stage

#: What people send, and what some kinds must say.
KINDS_SENT = [*SAMPLES, "location", "venue", "contact", "poll", "dice", "checklist"]
POINT: dict[str, Any] = {"latitude": 52.5, "longitude": 13.4}
PLAIN: dict[str, dict[str, Any]] = {
    "location": POINT,
    "venue": {**POINT, "title": "Café", "address": "Main Street 1"},
    "contact": {"phone_number": "+4917012", "first_name": "Anna"},
    "poll": {"question": "Warm?", "options": ["Yes", "No"]},
    "checklist": {"title": "Visit", "tasks": ["Filter"]},
}

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="✋ Take", callback_data="t")]]
)


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.url))
    async with Bot(TOKEN, session=session) as bot:
        yield bot


@pytest.fixture
async def another(stage: Stage) -> AsyncIterator[telegram.Bot]:
    base = f"{stage.url}/bot"
    async with telegram.Bot(TOKEN, base_url=base, base_file_url=f"{stage.url}/file/bot") as bot:
        yield bot


@pytest.fixture
async def third(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncTeleBot]:
    monkeypatch.setattr(asyncio_helper, "API_URL", f"{stage.url}/bot{{0}}/{{1}}")
    bot = AsyncTeleBot(TOKEN)
    yield bot
    await bot.close_session()  # type: ignore[no-untyped-call] # theirs, not ours


async def test_aiogram_sends_edits_answers_and_downloads(stage: Stage, bot: Bot) -> None:
    await stage.says(ANNA, "/start")
    card = await bot.send_message(GROUP, "card", reply_markup=KEYS)
    await stage.control(
        "press", as_=VERA, chat=GROUP, message=card.message_id, button="Take", wait=0
    )
    message, press = await bot.get_updates(timeout=1)
    assert message.message is not None
    assert press.callback_query is not None

    await bot.edit_message_text("card 2", chat_id=GROUP, message_id=card.message_id)
    assert await bot.answer_callback_query(press.callback_query.id, "Yours")
    photo = await bot.send_photo(ANNA, BufferedInputFile(picture(), "cup.png"), caption="A cup")
    assert photo.photo is not None
    content = await bot.download(photo.photo[-1].file_id)

    assert message.message.text == "/start"
    assert content is not None
    assert content.read() == picture()
    assert await stage.texts(GROUP) == ["card 2"]
    assert (await bot.me()).username == "baton_demo_bot"
    chat = await bot.get_chat(GROUP)
    assert chat.title == "Iceberg · support"
    members = [await bot.get_chat_member(GROUP, who) for who in (VERA, VICTOR, ANNA)]
    assert [member.status for member in members] == ["administrator", "member", "left"]


async def test_aiogram_recognises_the_errors(stage: Stage, bot: Bot) -> None:
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(MARK, "x")
    await stage.control("faults", method="sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as too_fast:
        await bot.send_message(GROUP, "x")
    assert too_fast.value.retry_after == 7


async def test_python_telegram_bot_reads_every_answer(stage: Stage, another: telegram.Bot) -> None:
    await stage.says(ANNA, "/start")
    await stage.control("photo", as_=ANNA, chat=ANNA, photo="sample", caption="mine")
    await stage.control("member", chat=GROUP, status="administrator")
    await stage.control("member", chat=GROUP, person=ANNA, status="restricted")
    kinds = ["message", "my_chat_member", "chat_member", "callback_query"]
    updates = await another.get_updates(allowed_updates=kinds)
    assert [update.effective_chat and update.effective_chat.id for update in updates] == [
        ANNA,
        ANNA,
        GROUP,
        GROUP,
    ]
    assert updates[1].message is not None
    photo = updates[1].message.photo[-1]

    sent = await another.send_photo(ANNA, photo.file_id, caption="again")
    uploaded = await another.send_photo(ANNA, picture(), reply_to_message_id=sent.message_id)
    changed = await another.edit_message_media(
        telegram.InputMediaPhoto(picture()), chat_id=ANNA, message_id=sent.message_id
    )
    file = await another.get_file(photo.file_id)
    member = await another.get_chat_member(GROUP, ANNA)

    assert sent.caption == "again"
    assert uploaded.reply_to_message is not None
    assert isinstance(changed, telegram.Message)
    assert bytes(await file.download_as_bytearray()) == picture()
    assert isinstance(member, telegram.ChatMemberRestricted)
    assert (await another.get_chat(GROUP)).title == "Iceberg · support"
    assert (await another.get_webhook_info()).url == ""
    with pytest.raises(telegram.error.Forbidden):
        await another.send_message(MARK, "x")


async def test_pytelegrambotapi_reads_the_answers(stage: Stage, third: AsyncTeleBot) -> None:
    await stage.says(ANNA, "/start")
    keyboard = telebot_types.InlineKeyboardMarkup()
    keyboard.add(telebot_types.InlineKeyboardButton("Take", callback_data="t"))

    card = await third.send_message(ANNA, "card", reply_markup=keyboard)
    await stage.control(
        "press", as_=ANNA, chat=ANNA, message=card.message_id, button="Take", wait=0
    )
    _, press = await third.get_updates()
    edited = await third.edit_message_text("card 2", ANNA, card.message_id)
    photo = await third.send_photo(ANNA, picture(), caption="A cup")

    assert press.callback_query is not None
    assert isinstance(press.callback_query.message, telebot_types.Message)
    assert press.callback_query.message.text == "card"
    assert isinstance(edited, telebot_types.Message)
    assert edited.text == "card 2"
    assert photo.photo is not None
    assert photo.photo[-1].width == 320
    leads = await third.get_chat_administrators(GROUP)
    assert [lead.user.id for lead in leads] == [VERA]


async def test_every_client_reads_every_kind_that_people_send(
    stage: Stage, bot: Bot, another: telegram.Bot, third: AsyncTeleBot
) -> None:
    for kind in KINDS_SENT:
        await stage.control("send", as_=ANNA, chat=ANNA, kind=kind, **PLAIN.get(kind, {}))

    ours = [update.message for update in await bot.get_updates()]
    theirs = [update.message for update in await another.get_updates()]
    others = [update.message for update in await third.get_updates()]

    for kind, one, two, three in zip(KINDS_SENT, ours, theirs, others, strict=True):
        assert one is not None
        assert two is not None
        assert three is not None
        assert one.content_type == kind
        assert getattr(two, kind, None) or two.api_kwargs.get(kind), kind
        assert kind in {"live_photo", "checklist", three.content_type}


async def test_every_client_sends_the_kinds_that_it_knows(
    stage: Stage, bot: Bot, another: telegram.Bot, third: AsyncTeleBot
) -> None:
    await stage.says(ANNA, "/start")
    sound, film = BufferedInputFile(speech(), "v.ogg"), SAMPLES["video"][0]()

    voice = await bot.send_voice(ANNA, sound, caption="Listen", duration=1)
    note = await another.send_video_note(ANNA, film, length=240)
    paper = await another.send_document(ANNA, b"x", filename="Bericht für Anna.txt")
    place = await another.send_venue(ANNA, 52.5, 13.4, "Café", "Main Street 1")
    poll = await third.send_poll(ANNA, "Warm?", [telebot_types.InputPollOption("Yes")])
    dice = await third.send_dice(ANNA, emoji="🎯")
    sticker = await third.send_sticker(ANNA, SAMPLES["sticker"][0](), emoji="👍")

    assert voice.voice is not None
    assert (voice.caption, voice.voice.duration) == ("Listen", 1)
    assert note.video_note is not None
    assert paper.document is not None
    assert paper.document.file_name == "Bericht für Anna.txt"
    assert place.venue is not None
    assert place.venue.location.latitude == 52.5
    assert poll.content_type == "poll"
    assert dice.dice is not None
    assert sticker.sticker is not None
    assert sticker.sticker.emoji == "👍"


async def test_every_client_sends_albums_and_opens_topics(
    stage: Stage, bot: Bot, another: telegram.Bot, third: AsyncTeleBot
) -> None:
    await stage.control("forum", chat=GROUP, on=True)
    rights = {"can_manage_topics": True}
    await stage.control("member", chat=GROUP, status="administrator", rights=rights)

    topic = await another.create_forum_topic(GROUP, "SRV-1")
    thread = topic.message_thread_id
    first = await bot.send_media_group(
        GROUP,
        [InputMediaPhoto(media=BufferedInputFile(picture(), "cup.png")) for _ in range(2)],
        message_thread_id=thread,
    )
    second = await another.send_media_group(
        GROUP,
        [telegram.InputMediaDocument(b"x", filename="a.txt", caption="A") for _ in range(2)],
        message_thread_id=thread,
    )
    films = [telebot_types.InputFile(BytesIO(SAMPLES["video"][0]())) for _ in range(2)]
    last = await third.send_media_group(
        GROUP,
        [telebot_types.InputMediaVideo(each) for each in films],
        message_thread_id=thread,
    )

    sent: list[Any] = [*first, *second, *last]
    assert len({each.media_group_id for each in sent}) == 3
    assert {each.message_thread_id for each in sent} == {thread}
    assert second[0].reply_to_message is not None
    assert second[0].reply_to_message.forum_topic_created is not None
    assert await bot.close_forum_topic(GROUP, thread)
    assert (await another.get_chat(GROUP)).is_forum


async def test_forms_files_addresses_and_json_say_the_same(stage: Stage) -> None:
    params = {
        "chat_id": str(GROUP),
        "text": "Hello",
        "entities": '[{"type": "bold", "offset": 0, "length": 5}]',
        "disable_notification": "true",
    }
    address = f"/bot{TOKEN}/sendMessage"
    multipart = FormData(params)
    multipart.add_field("unused", b"x", filename="x.bin")
    said: list[Any] = []
    for request in (
        stage.http.get(address, params=params),
        stage.http.post(address, data=params),
        stage.http.post(address, data=multipart),
        stage.http.post(address, json={**params, "chat_id": GROUP}),
        stage.http.post(address.replace("sendMessage", "SENDMESSAGE"), data=params),
    ):
        async with request as answer:
            said.append((await answer.json())["result"])

    assert {each["text"] for each in said} == {"Hello"}
    assert all(each["entities"][0]["type"] == "bold" for each in said)
    calls = (await stage.sees("calls"))["calls"]
    assert {call["method"] for call in calls} == {"sendMessage"}
    assert all(call["params"]["chat_id"] == GROUP for call in calls)
    assert all(call["params"]["disable_notification"] is True for call in calls[:3])


async def test_an_upload_may_be_a_part_or_attached_by_its_name(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    for name, extra in (("photo", {}), ("cup", {"photo": "attach://cup"})):
        form = FormData({"chat_id": str(ANNA), **extra})
        form.add_field(name, picture(), filename="cup.png")
        async with stage.http.post(f"/bot{TOKEN}/sendPhoto", data=form) as answer:
            assert (await answer.json())["ok"]

    first, _ = (await stage.sees("calls", method="sendPhoto"))["calls"]
    assert first["params"]["photo"] == {"file": "cup.png", "bytes": len(picture())}
    error = await stage.fails("sendPhoto", chat_id=ANNA, photo="attach://nothing")
    assert error.startswith("Bad Request: there is no file to upload")


@pytest.mark.parametrize(
    ("path", "code", "error"),
    [
        ("/bot42:WRONG/getMe", 401, "Unauthorized"),
        (f"/bot{TOKEN}/getEverything", 404, "Not Found"),
        (f"/bot{TOKEN}/sendInvoice", 404, "Not Found: method not found"),
        (f"/file/bot{TOKEN}/photos/nothing.jpg", 404, "Not Found"),
        ("/file/bot42:WRONG/photos/nothing.jpg", 401, "Unauthorized"),
    ],
)
async def test_a_wrong_address_is_answered_as_there(
    stage: Stage, path: str, code: int, error: str
) -> None:
    async with stage.http.get(path) as answer:
        body = {"ok": False, "error_code": code, "description": error}
        assert (answer.status, await answer.json()) == (code, body)


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff"])
async def test_what_is_no_json_object_is_refused(stage: Stage, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with stage.http.post(f"/bot{TOKEN}/getMe", data=body, headers=headers) as answer:
        assert answer.status == 400


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_table_is_one_of_the_bot_api(name: str) -> None:
    assert KINDS[name.lower()].__api_method__ == name


async def test_without_any_network_a_simulation_calls_the_same_methods(stage: Stage) -> None:
    answer = respond(stage.world, "sendMessage", {"chat_id": GROUP, "text": "Hello"})

    assert (answer.status, answer.body["result"]["text"]) == (200, "Hello")
    assert Update.model_validate({"update_id": 1, "message": answer.body["result"]}).message

"""Every kind of message that a bot sends, by upload and by file id, and what comes of it."""

from typing import Any

import pytest
from aiogram.types import Message

from sandbox.samples import SAMPLES, picture
from sandbox.sending import FILED
from tests.sandbox.stage import ANNA, GROUP, TOKEN, Stage

METHODS = {kind: method for method, kind in FILED.items()}
NAMED = {"video", "animation", "audio", "document"}

POINT = {"latitude": 52.5, "longitude": 13.4}
PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "location": ("sendLocation", POINT),
    "venue": ("sendVenue", {**POINT, "title": "Café", "address": "Main Street 1"}),
    "contact": ("sendContact", {"phone_number": "+4917012", "first_name": "Anna"}),
    "poll": ("sendPoll", {"question": "Warm?", "options": [{"text": "Yes"}, {"text": "No"}]}),
    "dice": ("sendDice", {"emoji": "🎰"}),
}


@pytest.fixture(autouse=True)
async def _anna_has_begun(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.heard()


@pytest.mark.parametrize("kind", SAMPLES)
async def test_a_file_is_uploaded_once_and_sent_again_by_its_id(stage: Stage, kind: str) -> None:
    told = await _uploaded(stage, kind, name="Plan of Änna.bin")
    file_id = _file_id(told, kind)
    still = {"photo": told["photo"][-1]["file_id"]} if kind == "live_photo" else {}

    again = await stage.calls(
        METHODS[kind], chat_id=GROUP, **still, **{kind: file_id}, disable_notification=True
    )

    assert again[kind] == told[kind]
    assert Message.model_validate(again).content_type == kind
    facts = told[kind][-1] if kind == "photo" else told[kind]
    assert facts["file_size"] == len(SAMPLES[kind][0]())
    assert facts.get("file_name") == ("Plan of Änna.bin" if kind in NAMED else None)


@pytest.mark.parametrize("kind", SAMPLES)
async def test_every_file_can_be_fetched(stage: Stage, kind: str) -> None:
    file_id = _file_id(await _uploaded(stage, kind), kind)

    file = await stage.calls("getFile", file_id=file_id)

    async with stage.http.get(f"/file/bot{TOKEN}/{file['file_path']}") as answer:
        assert await answer.read() == SAMPLES[kind][0]()


async def test_a_large_file_is_sent_again_but_not_fetched(stage: Stage) -> None:
    answer = await stage.uploads("sendDocument", ANNA, document=bytes(20 * 1024 * 1024 + 1))
    file_id = answer["result"]["document"]["file_id"]

    assert await stage.calls("sendDocument", chat_id=GROUP, document=file_id)
    assert await stage.fails("getFile", file_id=file_id) == "Bad Request: file is too big"


@pytest.mark.parametrize(
    ("kind", "other", "error"),
    [
        ("voice", "document", "can't use file of type VoiceNote as Document"),
        ("document", "photo", "can't use file of type Document as Photo"),
        ("photo", "document", "can't use file of type Photo as Document"),
        ("video", "video_note", "can't use file of type Video as VideoNote"),
    ],
)
async def test_a_file_never_changes_its_kind(
    stage: Stage, kind: str, other: str, error: str
) -> None:
    file_id = _file_id(await _uploaded(stage, kind), kind)

    said = await stage.fails(METHODS[other], chat_id=ANNA, **{other: file_id})

    assert said == f"Bad Request: {error}"


async def test_what_is_no_file_is_refused(stage: Stage) -> None:
    error = await stage.fails("sendVoice", chat_id=ANNA, voice="x")
    assert error == "Bad Request: wrong file identifier/HTTP URL specified"
    error = await stage.fails("sendVoice", chat_id=ANNA, voice="https://example.com/x.ogg")
    assert error == "Bad Request: failed to get HTTP URL content"
    answer = await stage.uploads("sendDocument", ANNA, document=b"")
    assert answer["description"] == "Bad Request: file must be non-empty"


@pytest.mark.parametrize("kind", PLAIN)
async def test_what_has_no_file_is_answered_as_it_is_shown(stage: Stage, kind: str) -> None:
    method, params = PLAIN[kind]

    told = await stage.calls(method, chat_id=ANNA, **params)

    assert Message.model_validate(told).content_type == kind
    (_, shown) = (await stage.sees("messages", chat=ANNA))["messages"]
    assert (shown["kind"], shown[kind]) == (kind, told[kind])


async def test_a_dice_falls_on_every_side(stage: Stage) -> None:
    rolls = [await stage.calls("sendDice", chat_id=ANNA) for _ in range(60)]

    assert {each["dice"]["emoji"] for each in rolls} == {"🎲"}
    assert {each["dice"]["value"] for each in rolls} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("kind", [*SAMPLES, *PLAIN])
async def test_a_caption_is_edited_where_there_can_be_one(stage: Stage, kind: str) -> None:
    told = await _sent(stage, kind)
    where = {"chat_id": ANNA, "message_id": told["message_id"]}

    answer = await stage.asks("editMessageCaption", **where, caption="A cup")

    if kind in {"sticker", "video_note", *PLAIN}:
        error = "Bad Request: there is no caption in the message to edit"
        assert answer["description"] == error
    else:
        assert answer["result"]["caption"] == "A cup"
        assert answer["result"][kind] == told[kind]
    error = await stage.fails("editMessageText", **where, text="A cup")
    assert error == "Bad Request: there is no text in the message to edit"


@pytest.mark.parametrize("kind", SAMPLES)
async def test_a_file_takes_the_place_of_another_where_it_can(stage: Stage, kind: str) -> None:
    told = await _sent(stage, kind)
    paper = (await _uploaded(stage, "document", name="b.pdf"))["document"]["file_id"]
    where = {"chat_id": ANNA, "message_id": told["message_id"]}

    media = {"type": "document", "media": paper, "caption": "Report"}
    answer = await stage.asks("editMessageMedia", **where, media=media)

    if kind in {"voice", "sticker", "video_note"}:
        assert answer["description"] == "Bad Request: message media can't be edited"
    else:
        assert answer["result"]["document"]["file_name"] == "b.pdf"
        assert answer["result"]["caption"] == "Report"
        assert kind == "document" or kind not in answer["result"]


async def test_a_text_may_become_a_file_but_not_the_other_way_round(stage: Stage) -> None:
    card = await stage.sends(ANNA, "card")
    where = {"chat_id": ANNA, "message_id": card}

    answer = await stage.uploads(
        "editMessageMedia",
        ANNA,
        message_id=card,
        media={"type": "photo", "media": "attach://cup", "has_spoiler": True},
        cup=picture(),
    )

    assert answer["result"]["has_media_spoiler"]
    error = await stage.fails("editMessageText", **where, text="card")
    assert error == "Bad Request: there is no text in the message to edit"


@pytest.mark.parametrize("kind", [*SAMPLES, *PLAIN])
async def test_a_copy_is_of_the_same_kind(stage: Stage, kind: str) -> None:
    told = await _sent(stage, kind)

    source = {"from_chat_id": ANNA, "message_id": told["message_id"]}
    await stage.calls("copyMessage", chat_id=GROUP, **source, caption="SRV-203")

    (shown,) = (await stage.sees("messages", chat=GROUP))["messages"]
    assert shown["kind"] == kind
    assert ("caption" in shown) == (kind not in {"sticker", "video_note", *PLAIN})
    assert kind == "dice" or (shown[kind] == told[kind]) == (kind != "poll")


async def test_what_is_protected_or_a_quiz_with_an_unknown_answer_is_not_copied(
    stage: Stage,
) -> None:
    secret = await stage.sends(ANNA, "secret", protect_content=True)

    source = {"from_chat_id": ANNA, "message_id": secret}
    error = await stage.fails("copyMessage", chat_id=GROUP, **source)

    assert error == "Bad Request: the message can't be copied"


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("sendLocation", {"latitude": 91, "longitude": 0}, "invalid location specified"),
        ("sendLocation", {**POINT, "live_period": 5}, "invalid live location period specified"),
        ("sendContact", {"phone_number": "+4", "first_name": ""}, 'field "first_name" must be'),
        ("sendPoll", {"question": "x" * 301, "options": ["a"]}, "poll question length must not"),
        ("sendPoll", {"question": "x", "options": ["a"] * 13}, "poll can't have more than 12"),
        ("sendDice", {"emoji": "🍀"}, "wrong dice emoji specified"),
    ],
)
async def test_what_cannot_be_is_refused(
    stage: Stage, method: str, params: dict[str, Any], error: str
) -> None:
    said = await stage.fails(method, chat_id=ANNA, **params)

    assert said.startswith(f"Bad Request: {error}")


async def test_a_dice_is_not_deleted_in_private_for_a_day(stage: Stage) -> None:
    told = await stage.calls("sendDice", chat_id=ANNA)
    where = {"chat_id": ANNA, "message_id": told["message_id"]}

    error = await stage.fails("deleteMessage", **where)
    stage.clock.passes(25 * 60 * 60)

    assert error == "Bad Request: message can't be deleted for everyone"
    assert await stage.calls("deleteMessage", **where)


@pytest.mark.parametrize(
    ("kind", "right", "words"),
    [
        ("photo", "can_send_photos", "photos"),
        ("live_photo", "can_send_photos", "photos"),
        ("video", "can_send_videos", "videos"),
        ("audio", "can_send_audios", "music"),
        ("document", "can_send_documents", "documents"),
        ("voice", "can_send_voice_notes", "voice notes"),
        ("video_note", "can_send_video_notes", "video notes"),
        ("animation", "can_send_other_messages", "animations"),
        ("sticker", "can_send_other_messages", "stickers"),
        ("dice", "can_send_other_messages", "dice"),
        ("poll", "can_send_polls", "polls"),
        ("location", "can_send_messages", "locations"),
        ("venue", "can_send_messages", "venues"),
        ("contact", "can_send_messages", "contacts"),
    ],
)
async def test_each_kind_takes_its_own_right(
    stage: Stage, kind: str, right: str, words: str
) -> None:
    source = {"from_chat_id": ANNA, "message_id": (await _sent(stage, kind))["message_id"]}
    await stage.control("permissions", chat=GROUP, permissions={right: False})

    told = await _asked(stage, kind, GROUP)

    assert told["description"] == f"Bad Request: not enough rights to send {words} to the chat"
    error = await stage.fails("copyMessage", chat_id=GROUP, **source)
    assert error == "Bad Request: the message can't be copied"
    await stage.control("member", chat=GROUP, status="administrator")
    assert (await _asked(stage, kind, GROUP))["ok"]


async def test_a_restricted_bot_may_send_what_it_was_left(stage: Stage) -> None:
    rights = {"can_send_messages": True}
    await stage.control("member", chat=GROUP, status="restricted", rights=rights)

    assert await stage.sends(GROUP)
    told = await _asked(stage, "voice", GROUP)
    assert told["description"].endswith("not enough rights to send voice notes to the chat")


async def _asked(stage: Stage, kind: str, chat: int) -> dict[str, Any]:
    """Let the bot send something of a kind, and return the whole answer."""
    if kind in PLAIN:
        method, params = PLAIN[kind]
        return await stage.asks(method, chat_id=chat, **params)
    still = {"photo": picture()} if kind == "live_photo" else {}
    files = {**still, kind: SAMPLES[kind][0]()}
    return await stage.uploads(METHODS[kind], chat, **files)


async def _sent(stage: Stage, kind: str) -> dict[str, Any]:
    told: dict[str, Any] = (await _asked(stage, kind, ANNA))["result"]
    return told


async def _uploaded(stage: Stage, kind: str, name: str = "file.bin") -> dict[str, Any]:
    still = {"photo": picture()} if kind == "live_photo" else {}
    files = {**still, kind: SAMPLES[kind][0]()}
    answer = await stage.uploads(METHODS[kind], ANNA, name=name, **files)
    told: dict[str, Any] = answer["result"]
    return told


def _file_id(told: dict[str, Any], kind: str) -> str:
    return str((told[kind][-1] if kind == "photo" else told[kind])["file_id"])

"""What people send and how: every kind, in every manner, and what they change of it later."""

from base64 import b64encode
from typing import Any

import pytest
from aiogram.types import Update

from sandbox.samples import SAMPLES
from tests.sandbox.stage import ANNA, GROUP, MARK, SMALL, STRANGE, VERA, VICTOR, Json, Stage

POINT: Json = {"latitude": 52.5, "longitude": 13.4}

#: What has no file, and what a message of it says.
PLAIN: dict[str, Json] = {
    "text": {"text": "Hello"},
    "location": POINT,
    "venue": {**POINT, "title": "Café", "address": "Main Street 1"},
    "contact": {"phone_number": "+4917012", "first_name": "Anna", "user_id": ANNA},
    "poll": {"question": "Warm?", "options": ["Yes", "No"]},
    "dice": {"emoji": "🎯"},
    "checklist": {"title": "Visit", "tasks": ["Filter", "Pump"]},
}

#: What is put in as it is.
RAW: dict[str, Json] = {
    "story": {"story": {"id": 1, "chat": {"id": ANNA, "type": "private"}}},
    "game": {"game": {"title": "Chess", "description": "x", "photo": []}},
    "invoice": {
        "invoice": {
            "title": "Visit",
            "description": "x",
            "start_parameter": "x",
            "currency": "EUR",
            "total_amount": 100,
        }
    },
    "paid_media": {
        "paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]},
        "caption": "Look",
    },
    "giveaway": {
        "giveaway": {"chats": [], "winners_selection_date": 1_760_000_000, "winner_count": 1}
    },
    "rich_message": {
        "rich_message": {"blocks": [{"type": "paragraph", "text": {"type": "bold", "text": "x"}}]}
    },
    "service": {"new_chat_title": "Iceberg"},
}


@pytest.fixture(autouse=True)
async def _anna_has_begun(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.control("member", chat=GROUP, status="administrator")
    await stage.heard()


@pytest.mark.parametrize("kind", [*SAMPLES, *PLAIN])
async def test_the_bot_is_told_of_every_kind(stage: Stage, kind: str) -> None:
    shown = await _sends(stage, kind=kind, **PLAIN.get(kind, {}))

    (update,) = await stage.news()

    told = Update.model_validate(update).message
    assert told is not None
    assert told.content_type == shown["kind"] == kind
    assert update["message"][kind] == shown[kind]


@pytest.mark.parametrize("kind", RAW)
async def test_whatever_a_message_can_hold_may_be_put_into_one(stage: Stage, kind: str) -> None:
    shown = await _sends(stage, kind="raw", content=RAW[kind])

    (update,) = await stage.news()

    assert Update.model_validate(update).message
    assert shown["kind"] == kind
    assert RAW[kind].items() <= update["message"].items()


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"kind": "raw", "content": {"storey": {}}}, "The Bot API's Message has no storey."),
        ({"kind": "raw", "content": {"story": {}}}, "story.chat: Field required."),
        ({"kind": "smoke"}, "what: Input tag 'smoke' found using 'kind' does not match any"),
        ({"kind": "voice", "song": "x"}, "what.voice.song: Extra inputs are not permitted."),
        ({"kind": "voice", "file": "?"}, "file is base64, or 'sample'."),
        ({"kind": "sticker", "caption": "x"}, "A sticker has no caption."),
        ({"kind": "location", "latitude": 91, "longitude": 0}, "Bad Request: invalid location"),
        ({"kind": "text", "text": " "}, "A message needs a text."),
    ],
)
async def test_what_nobody_can_send_is_said(stage: Stage, wish: Json, error: str) -> None:
    told = await stage.control("send", as_=ANNA, chat=ANNA, **wish)

    assert told["error"].startswith(error)


async def test_a_file_has_its_name_its_caption_and_its_facts(stage: Stage) -> None:
    song: Json = {
        "kind": "audio",
        "file": b64encode(b"la la").decode(),
        "name": "Anna sings.mp3",
        "title": "La",
        "performer": "Anna",
        "duration": 3,
        "caption": "Bold move",
        "entities": [{"type": "bold", "offset": 0, "length": 4}],
    }
    told = await _sends(stage, **song)

    assert told["audio"]["file_name"] == "Anna sings.mp3"
    assert told["audio"]["mime_type"] == "audio/mpeg"
    assert (told["audio"]["performer"], told["audio"]["duration"]) == ("Anna", 3)
    assert told["caption_entities"] == song["entities"]
    file_id = told["audio"]["file_id"]
    assert (await stage.calls("sendAudio", chat_id=GROUP, audio=file_id))["audio"] == told["audio"]
    picture = await _sends(stage, kind="photo", caption="Cup", spoiler=True, above=True)
    assert (picture["has_media_spoiler"], picture["show_caption_above_media"]) == (True, True)


async def test_the_page_gets_what_it_can_show_and_nothing_that_could_be_a_page(
    stage: Stage,
) -> None:
    voice = await _sends(stage, kind="voice")
    page = await _sends(stage, kind="document", name="page.html")

    async def mime(file_id: str) -> str:
        async with stage.http.get(f"/control/files/{file_id}") as answer:
            return answer.content_type

    assert await mime(voice["voice"]["file_id"]) == "audio/ogg"
    assert page["document"]["mime_type"] == "text/html"
    assert await mime(page["document"]["file_id"]) == "application/octet-stream"


async def test_people_speak_in_many_manners(stage: Stage) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Nobody", "date": 1_700_000_000}
    channel = {"id": -1001000000777, "title": "News"}
    said: Json = {"kind": "text", "text": "Hello"}

    secret = await _sends(stage, **said, protected=True)
    inline = await _sends(stage, **said, via_bot="gif")
    forwarded = await _sends(stage, **said, forward_origin=origin)
    hidden = await _sends(stage, VERA, GROUP, **said, anonymous=True)
    posted = await _sends(stage, VICTOR, GROUP, **said, channel=channel)

    assert secret["has_protected_content"]
    assert (inline["via_bot"]["username"], inline["from"]["id"]) == ("gif", ANNA)
    assert forwarded["forward_origin"] == origin
    assert (hidden["from"]["id"], hidden["sender_chat"]["id"]) == (1087968824, GROUP)
    assert posted["from"]["id"] == 136817688
    assert posted["sender_chat"] == {**channel, "type": "channel"}
    assert all(Update.model_validate(each) for each in await stage.news())


async def test_what_cannot_be_said_so_is_refused(stage: Stage) -> None:
    said: Json = {"kind": "text", "text": "Hello"}
    channel = {"id": -1001000000777, "title": "News"}

    async def refused(who: int, chat: int, **manner: Any) -> str:
        told = await stage.control("send", as_=who, chat=chat, **said, **manner)
        return str(told["error"])

    assert await refused(VICTOR, GROUP, anonymous=True) == (
        "Only administrators of a supergroup hide behind it."
    )
    assert await refused(VERA, SMALL, channel=channel) == (
        "People speak as a channel in supergroups only."
    )
    assert await refused(VERA, GROUP, anonymous=True, channel=channel) == (
        "Nobody is a channel and the group at once."
    )
    assert (await refused(VERA, GROUP, thread=3)).endswith("has no topics.")
    assert "forward_origin" in await refused(VERA, GROUP, forward_origin={"type": "x", "date": 1})
    assert await refused(VERA, GROUP, external_reply={"chat": GROUP, "message": 999}) == (
        f"There is no message 999 in a chat {GROUP}."
    )


async def test_a_reply_may_be_to_a_message_of_another_chat(stage: Stage) -> None:
    there = await _sends(stage, MARK, STRANGE, kind="voice", caption="It drips, too")

    await _sends(
        stage,
        kind="text",
        text="This?",
        external_reply={"chat": STRANGE, "message": there["message_id"]},
        quote="drips",
    )

    (update,) = await stage.news()
    reply = update["message"]["external_reply"]
    assert (reply["chat"]["id"], reply["message_id"]) == (STRANGE, there["message_id"])
    assert reply["voice"] == there["voice"]
    assert update["message"]["quote"]["text"] == "drips"
    assert "reply_to_message" not in update["message"]
    assert Update.model_validate(update).message


async def test_an_album_is_told_item_by_item(stage: Stage) -> None:
    items = [{"kind": "photo", "caption": "One"}, {"kind": "video"}, {"kind": "live_photo"}]

    told = await stage.control("album", as_=ANNA, chat=ANNA, items=items)

    updates = [each["message"] for each in await stage.news()]
    assert {each["media_group_id"] for each in updates} == {told["album"]}
    ids = [each["message_id"] for each in updates]
    assert ids == sorted({*ids}) == [each["message_id"] for each in told["messages"]]
    assert [each.get("caption") for each in updates] == ["One", None, None]


async def test_the_rest_of_an_album_may_come_late(stage: Stage) -> None:
    items = [{"kind": "document", "name": f"{at}.pdf"} for at in range(3)]
    told = await stage.control("album", as_=ANNA, chat=ANNA, items=items, hold=2)
    (first,) = await stage.news()

    late = await stage.control("album/rest", album=told["album"])

    _, second, third = await stage.news()
    assert first["message"]["document"]["file_name"] == "0.pdf"
    assert second["message"]["document"]["file_name"] == "1.pdf"
    assert third["message"]["media_group_id"] == told["album"]
    assert len(late["messages"]) == 2
    again = await stage.control("album/rest", album=told["album"])
    assert again["error"] == f"Nothing of an album {told['album']} is held back."


@pytest.mark.parametrize("kinds", [["photo"], ["photo"] * 11, ["photo", "document"], ["voice"] * 2])
async def test_what_is_no_album_is_not_sent(stage: Stage, kinds: list[str]) -> None:
    items = [{"kind": kind} for kind in kinds]

    told = await stage.control("album", as_=ANNA, chat=ANNA, items=items)

    assert told["error"] == "An album has up to 10 items, of kinds that go together."


async def test_an_edit_is_told_with_the_whole_message(stage: Stage) -> None:
    sent = await _sends(stage, kind="document", name="a.pdf", caption="Draft", protected=True)
    where = {"as_": ANNA, "chat": ANNA, "message": sent["message_id"]}
    media = {"kind": "video", "caption": "Film"}

    await stage.control("edit", **where, text="Bold", entities=[_bold(4)])
    await stage.control("edit", **where, media=media)

    _, first, second = await stage.news()
    caption, replaced = first["edited_message"], second["edited_message"]
    assert (caption["caption"], caption["caption_entities"]) == ("Bold", [_bold(4)])
    assert caption["document"] == sent["document"]
    assert caption["has_protected_content"]
    assert replaced["caption"] == "Film"
    assert "document" not in replaced


async def test_who_hides_still_edits_what_they_wrote(stage: Stage) -> None:
    hidden = await _sends(stage, VERA, GROUP, kind="text", text="Helo", anonymous=True)

    where = {"chat": GROUP, "message": hidden["message_id"], "text": "Hello"}
    refused = await stage.control("edit", as_=VICTOR, **where)
    await stage.control("edit", as_=VERA, **where)

    assert refused["error"] == "Victor did not write that."
    _, update = await stage.news()
    assert update["edited_message"]["text"] == "Hello"
    assert update["edited_message"]["sender_chat"]["id"] == GROUP


async def test_a_live_location_moves_by_edits(stage: Stage) -> None:
    sent = await _sends(stage, kind="location", live_period=600, **POINT)
    where = {"as_": ANNA, "chat": ANNA, "message": sent["message_id"]}

    await stage.control("edit", **where, location={"latitude": 52.6, "longitude": 13.4})

    _, update = await stage.news()
    assert update["edited_message"]["location"] == {**sent["location"], "latitude": 52.6}


async def test_what_cannot_be_edited_is_said(stage: Stage) -> None:
    voice, point = await _sends(stage, kind="voice"), await _sends(stage, kind="location", **POINT)

    async def refused(message: Json, **wish: object) -> str:
        where = {"as_": ANNA, "chat": ANNA, "message": message["message_id"]}
        return str((await stage.control("edit", **where, **wish))["error"])

    assert await refused(point, text="x") == "There is neither a text nor a caption to change."
    assert await refused(point, location=POINT) == "Only a live location moves."
    assert await refused(voice, media={"kind": "photo"}) == (
        "A voice takes no other file's place, nor another file its."
    )
    assert "an edit says one of" in await refused(voice, text="x", media={"kind": "photo"})


@pytest.mark.parametrize(
    ("kind", "right"),
    [("voice", "can_send_voice_notes"), ("sticker", "can_send_other_messages")],
)
async def test_people_send_only_what_they_may(stage: Stage, kind: str, right: str) -> None:
    await stage.control("permissions", chat=GROUP, permissions={right: False})

    refused = await stage.control("send", as_=VICTOR, chat=GROUP, kind=kind)
    await _sends(stage, VERA, GROUP, kind=kind)

    assert refused["error"] == "Victor may not write in Iceberg · support."


async def test_a_person_may_want_no_voice_and_video_notes(stage: Stage) -> None:
    voice = await _sends(stage, VERA, GROUP, kind="voice")
    round_one = await _sends(stage, VERA, GROUP, kind="video_note")
    await stage.control("voices", as_=ANNA, refused=True)

    chat = await stage.calls("getChat", chat_id=ANNA)
    heard = await stage.fails("sendVoice", chat_id=ANNA, voice=voice["voice"]["file_id"])
    seen = await stage.fails(
        "sendVideoNote", chat_id=ANNA, video_note=round_one["video_note"]["file_id"]
    )
    source = {"from_chat_id": GROUP, "message_id": voice["message_id"]}
    copied = await stage.fails("copyMessage", chat_id=ANNA, **source)

    assert chat["has_restricted_voice_and_video_messages"]
    assert heard == "Bad Request: user restricted receiving of voice note messages"
    assert seen == "Bad Request: user restricted receiving of video note messages"
    assert copied == "Bad Request: the message can't be copied"


async def test_a_chat_may_allow_only_some_reactions(stage: Stage) -> None:
    said = await stage.says(VICTOR, "Hello", GROUP)
    await stage.control("reactions", chat=GROUP, allowed=["👍"])

    async def reacts(emoji: str) -> Json:
        return await stage.asks(
            "setMessageReaction",
            chat_id=GROUP,
            message_id=said["message_id"],
            reaction=[{"type": "emoji", "emoji": emoji}],
        )

    assert (await reacts("👌"))["description"] == "Bad Request: REACTION_INVALID"
    assert (await reacts("👍"))["ok"]
    chat = await stage.calls("getChat", chat_id=GROUP)
    assert chat["available_reactions"] == [{"type": "emoji", "emoji": "👍"}]
    await stage.control("reactions", chat=GROUP, allowed=None)
    assert (await reacts("👌"))["ok"]


def _bold(length: int) -> Json:
    return {"type": "bold", "offset": 0, "length": length}


async def _sends(stage: Stage, who: int = ANNA, chat: int = ANNA, **wish: Any) -> Json:
    told = await stage.control("send", as_=who, chat=chat, **wish)
    assert "message" in told, told
    message: Json = told["message"]
    return message

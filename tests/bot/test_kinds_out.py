"""Every kind of message leaves as itself: the method, the header, the links, and what follows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.posts import CAPTION, calls
from relay.channel import Act, Button, Landed, Place, Post, Reason, Ref, Spare
from relay.content import TOLD, Media, Medium
from relay.text import TICKET, Text, bold, marked
from tests.bot.bot_api import Line, error

HOME = Place("-1001234")
HEAD = Text("VND-1 · Anna")
FACTS: dict[Medium, dict[str, Any]] = {
    Medium.LOCATION: {"latitude": 55.75, "longitude": 37.61, "live": True},
    Medium.VENUE: {"latitude": 55.75, "longitude": 37.61, "title": "Café", "address": "Main St"},
    Medium.CONTACT: {"phone_number": "+79991234567", "first_name": "Anna"},
    Medium.RICH: {"chat": 5},
}
METHODS = {
    Medium.PHOTO: "sendPhoto",
    Medium.VIDEO: "sendVideo",
    Medium.ANIMATION: "sendAnimation",
    Medium.LIVE_PHOTO: "sendLivePhoto",
    Medium.AUDIO: "sendAudio",
    Medium.DOCUMENT: "sendDocument",
    Medium.VOICE: "sendVoice",
    Medium.VIDEO_NOTE: "sendVideoNote",
    Medium.STICKER: "sendSticker",
    Medium.LOCATION: "sendLocation",
    Medium.VENUE: "sendVenue",
    Medium.CONTACT: "sendContact",
    Medium.RICH: "copyMessage",
}
CAPTIONED = [*METHODS][:7]


def media(kind: Medium) -> Media:
    file = "" if kind in {Medium.LOCATION, Medium.VENUE, Medium.CONTACT} else "77"
    second = "78" if kind is Medium.LIVE_PHOTO else ""
    return Media(kind, file, second, facts=FACTS.get(kind, {}))


def test_every_kind_that_can_be_sent_is_looked_at_here() -> None:
    assert METHODS.keys() == {*Medium} - TOLD


@pytest.mark.parametrize("kind", METHODS)
async def test_every_kind_takes_one_call_of_its_own_method(line: Line, kind: Medium) -> None:
    await line.channel.send(HOME, Post(Text(), HEAD, about=7, media=media(kind)), line.another)

    (asked,) = line.api.asked
    assert asked.method == METHODS[kind]
    if kind in CAPTIONED:
        assert asked.form["caption"] == "VND-1 · Anna"
    else:
        keyboard = json.loads(asked.form["reply_markup"])["inline_keyboard"]
        assert [each["text"] for row in keyboard for each in row] == ["VND-1 · Anna"]
    if not media(kind).file:
        sent = {name: asked.form[name] for name in FACTS[kind] if name != "live"}
        assert sent == {name: str(each) for name, each in FACTS[kind].items() if name != "live"}
        assert "live" not in asked.form


async def test_buttons_stand_below_the_one_that_opens_the_ticket(line: Line) -> None:
    buttons = [[Button("Accept", "accept", 7)]]

    post = Post(Text(), HEAD, about=7, media=media(Medium.STICKER), buttons=buttons)

    ((part,),) = calls(post)
    assert part.buttons == [[Button("VND-1 · Anna", Act.SHOW, 7)], *buttons]


@pytest.mark.parametrize("kind", [kind for kind in METHODS if kind not in CAPTIONED])
def test_words_that_find_no_place_follow(kind: Medium) -> None:
    post = Post(Text("A quotation"), HEAD, about=7, media=media(kind))

    (first,), (second,) = calls(post)

    assert (first.media, first.text.plain) == (post.media, "")
    assert (second.media, second.text.plain) == (None, "A quotation")


@pytest.mark.parametrize("kind", CAPTIONED)
async def test_a_caption_that_is_too_long_follows_as_a_reply(line: Line, kind: Medium) -> None:
    post = Post(Text("x" * CAPTION), HEAD, media=media(kind))

    landed = await line.channel.send(HOME, post, line.another)

    first, second = line.api.asked
    assert (first.method, first.form["caption"]) == (METHODS[kind], "VND-1 · Anna")
    assert (second.method, second.form["text"]) == ("sendMessage", "x" * CAPTION)
    assert json.loads(second.form["reply_parameters"])["message_id"] == int(landed.refs[0])


async def test_a_page_that_cannot_be_copied_is_told_in_its_words(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: message can't be copied"))
    post = Post(Text(), HEAD, about=7, media=media(Medium.RICH), spare=Spare("All is well."))

    await line.channel.send(HOME, post, line.another)

    assert line.api.methods == ["copyMessage", "sendMessage"]
    assert line.api.asked[-1].form["text"] == "VND-1 · Anna\nAll is well."


# Files that must not go as they are


@pytest.mark.parametrize("name", ["Anna.pdf", "", "Anna"])
async def test_a_file_goes_under_a_neutral_name(line: Line, name: str) -> None:
    file = Media(Medium.DOCUMENT, "77", name=name, renamed=True)

    await line.channel.send(HOME, Post(Text(), HEAD, media=file), line.another)

    assert line.api.methods == ["getFile", "sendDocument"]
    assert line.api.uploads == ["file" + name.removeprefix("Anna")]


async def test_a_file_too_large_to_be_renamed_is_not_sent_at_all(line: Line) -> None:
    file = Media(Medium.VIDEO, "77", name="Anna.mp4", size=21 * 2**20, renamed=True)
    post = Post(Text("Look"), HEAD, media=file, spare=Spare("(video: not shown)"))

    landed = await line.channel.send(HOME, post, line.another)

    assert line.api.methods == ["sendMessage"]
    assert line.api.asked[-1].form["text"] == "VND-1 · Anna\nLook\n(video: not shown)"
    assert landed.lost is Reason.NAME


@pytest.mark.parametrize(
    "text", ["user restricted receiving of voice messages", "VOICE_MESSAGES_FORBIDDEN"]
)
async def test_a_voice_message_that_is_not_wanted_comes_as_a_file(line: Line, text: str) -> None:
    line.api.answers.append(error(400, f"Bad Request: {text}"))

    landed = await line.channel.send(
        HOME, Post(Text(), HEAD, media=media(Medium.VOICE)), line.another
    )

    assert line.api.methods == ["sendVoice", "getFile", "sendDocument"]
    assert landed == Landed(HOME, [Ref("101")])


# Edits


@pytest.mark.parametrize("kind", CAPTIONED)
async def test_what_has_a_caption_is_edited_in_place(line: Line, kind: Medium) -> None:
    post = Post(Text("Now"), HEAD, media=media(kind), spare=Spare(edited="(edited)"))

    await line.channel.edit(HOME, [Ref("7")], post, line.another)

    method = "editMessageCaption" if kind is Medium.VOICE else "editMessageMedia"
    assert line.api.methods == [method]


@pytest.mark.parametrize("kind", [kind for kind in METHODS if kind not in CAPTIONED])
async def test_what_has_none_is_said_anew_as_a_reply_that_is_marked(
    line: Line, kind: Medium
) -> None:
    post = Post(Text(), HEAD, about=7, media=media(kind), spare=Spare(edited="(edited)"))

    landed = await line.channel.edit(HOME, [Ref("7")], post, line.another)

    assert line.api.methods == [METHODS[kind], "sendMessage"]
    assert json.loads(line.api.asked[0].form["reply_parameters"])["message_id"] == 7
    assert line.api.asked[1].form["text"] == "(edited)"
    assert landed.refs == ["101", "102"]


@pytest.mark.parametrize("kind", [kind for kind in METHODS if kind not in CAPTIONED])
async def test_only_its_buttons_change_where_nothing_else_has(line: Line, kind: Medium) -> None:
    post = Post(Text(), HEAD, about=7, media=media(kind))

    await line.channel.edit(HOME, [Ref("7")], post, line.another)

    assert line.api.methods == ["editMessageReplyMarkup"]


# Links


NUMBER = marked(TICKET, bold("VND-1"), "VND-1:204")


@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("-1001234567", "https://t.me/c/1234567/204"),
        ("-1001234567:33", "https://t.me/c/1234567/33/204"),
        ("101", "https://t.me/baton_bot?start=VND-1"),
        ("-4001", None),
    ],
)
async def test_a_number_leads_to_its_card_where_there_is_a_way(
    line: Line, place: str, link: str | None
) -> None:
    line.channel.name = "baton_bot"

    await line.channel.send(Place(place), Post(Text("Hello"), NUMBER + " · Anna"), line.another)

    entities = json.loads(line.api.asked[0].form["entities"])
    assert [each.get("url") for each in entities if each["type"] == "text_link"] == (
        [link] if link else []
    )
    assert "ticket" not in {each["type"] for each in entities}
    assert {"type": "bold", "offset": 0, "length": 5} in entities

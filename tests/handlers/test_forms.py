"""What people send and press, in the relay's words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Message
from hypothesis import given
from hypothesis import strategies as st

from handlers.forms import LARGEST, Press, heard, keyboard, place, replied
from handlers.kinds import content
from handlers.words import after_command, number_first
from relay.channel import Act, Button
from relay.content import Content, Media, Medium
from relay.moves import Move
from relay.text import Mark, Text

GROUP = {"id": -1001, "type": "supergroup", "title": "Iceberg"}
FORUM = {**GROUP, "is_forum": True}
VERA = {"id": 201, "is_bot": False, "first_name": "Vera"}


def said(chat: dict[str, Any] = GROUP, **parts: Any) -> Message:
    """Return a message as Telegram tells of it."""
    date = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
    return Message.model_validate(
        {"message_id": 7, "date": date, "chat": chat, "from": VERA, **parts}
    )


# Buttons


@pytest.mark.parametrize("act", [*Act, *Move])
def test_what_stands_behind_a_button_is_short_enough_for_telegram(act: str) -> None:
    made = keyboard([[Button("Take", act, LARGEST, LARGEST)]])

    assert made is not None
    asked = made.inline_keyboard[0][0].callback_data
    assert asked is not None
    assert len(asked.encode()) <= 64
    assert Press.unpack(asked) == Press(act=act, about=LARGEST, choice=LARGEST)


def test_nothing_but_ids_stands_behind_a_button() -> None:
    made = keyboard([[Button("Offer to Cold Repair", Move.PASS_ON, 17, 2), Button("A", "rate", 3)]])

    assert made is not None
    assert [each.callback_data for each in made.inline_keyboard[0]] == [
        "b:pass_on:17:2",
        "b:rate:3:",
    ]


def test_a_post_without_buttons_has_no_keyboard() -> None:
    assert keyboard([]) is None


@pytest.mark.parametrize(
    "forged",
    ["", "b", "b:take", "b:take:x", "b:take:1:2:3", "c:take:1:2", "take:1", "b:take:1:x", "b::::"],
)
def test_what_we_never_put_behind_a_button_is_understood_as_nothing(forged: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        Press.unpack(forged)


# Contents


def test_a_text_comes_with_its_marks() -> None:
    message = said(text="😀 Hello", entities=[{"type": "bold", "offset": 3, "length": 5}])

    assert content(message) == Content(Text("😀 Hello", (Mark("bold", 2, 7),)))


def test_of_a_photo_the_largest_size_is_kept_with_its_words() -> None:
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": width, "height": width}
        for name, width in [("small", 90), ("large", 1280)]
    ]
    message = said(
        photo=sizes,
        caption="It drips",
        caption_entities=[{"type": "italic", "offset": 3, "length": 5}],
        has_media_spoiler=True,
        show_caption_above_media=True,
    )

    assert content(message) == Content(
        Text("It drips", (Mark("italic", 3, 8),)),
        Media(Medium.PHOTO, "large", spoiler=True, above=True),
    )


def test_a_photo_without_words_is_a_content() -> None:
    size = {"file_id": "large", "file_unique_id": "large", "width": 90, "height": 90}

    assert content(said(photo=[size])) == Content(media=Media(Medium.PHOTO, "large"))


# Replies


def target(number: int, **parts: Any) -> dict[str, Any]:
    """Return a message that is replied to."""
    return {"message_id": number, "date": 1, "chat": FORUM, **parts}


def test_a_reply_names_what_it_replies_to() -> None:
    assert replied(said(text="Yes", reply_to_message=target(5, text="Is it you?"))) == "5"


def test_what_is_no_reply_replies_to_nothing() -> None:
    assert replied(said(text="Hello")) is None


def test_a_plain_message_in_a_topic_is_no_reply_although_telegram_dresses_it_as_one() -> None:
    topic = {"is_topic_message": True, "message_thread_id": 3}
    opened = target(3, forum_topic_created={"name": "VND-1", "icon_color": 1})

    assert replied(said(FORUM, text="Hello", reply_to_message=opened, **topic)) is None
    assert replied(said(FORUM, text="Hello", reply_to_message=target(3), **topic)) is None
    assert replied(said(FORUM, text="Yes", reply_to_message=target(5), **topic)) == "5"


@pytest.mark.parametrize("chat", [101, -5, -1001000000001])
def test_a_place_is_the_chats_id(chat: int) -> None:
    assert place(chat) == str(chat)


# Commands


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("/note It drips", "It drips"),
        ("/note@baton_bot It drips", "It drips"),
        ("/note\nIt drips\n\nagain ", "It drips\n\nagain"),
        ("/note   ", ""),
        ("/note", ""),
        ("It drips /note", "It drips /note"),
        ("/say /note", "/note"),
    ],
)
def test_the_words_of_a_command_are_what_follows_its_name(text: str, rest: str) -> None:
    assert after_command(Content(Text(text))).text == Text(rest)


def test_the_words_of_a_command_keep_their_marks_and_their_picture() -> None:
    words = Content(
        Text("/note It drips", (Mark("bot_command", 0, 5), Mark("bold", 9, 14))),
        Media(Medium.PHOTO, "large", spoiler=True, above=True),
    )

    assert after_command(words) == Content(Text("It drips", (Mark("bold", 3, 8),)), words.media)


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("17 the part has come", "17", "the part has come"),
        ("SRV-203 the part", "SRV-203", "the part"),
        ("srv-203\nthe part", "srv-203", "the part"),
        ("17", "17", ""),
        ("the part of 17", "", "the part of 17"),
        ("17th of May", "", "17th of May"),
        ("17:30 we come", "", "17:30 we come"),
        ("2,5 kg", "", "2,5 kg"),
        ("SRV the part", "", "SRV the part"),
        ("", "", ""),
    ],
)
def test_words_may_begin_with_a_tickets_number(text: str, number: str, rest: str) -> None:
    found, words = number_first(Content(Text(text)))

    assert (found, words.text.plain) == (number, rest)


@given(st.text("a1-/ \n", max_size=12))
def test_whatever_is_written_nothing_but_the_number_is_taken_away(text: str) -> None:
    number, words = number_first(Content(Text(text)))

    assert (number + words.text.plain).split() == text.split() or text.split() == [
        number,
        *words.text.plain.split(),
    ]


def test_a_number_is_the_authors_own_if_the_contact_is() -> None:
    for owner, own in ((VERA["id"], "+49301234567"), (999, ""), (None, "")):
        contact = {"phone_number": "49301234567", "first_name": "Vera", "user_id": owner}
        found = heard([said(contact=contact)])
        assert found is not None
        assert found.phone == own

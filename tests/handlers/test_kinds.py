"""Every kind of message that the Bot API has: somebody has decided about each of them."""

from typing import Any

import pytest
from aiogram.types import Message

from handlers.kinds import KINDS, MOVES, SERVICE, content, is_service
from relay.content import LIVE, TOLD, Content, Media, Medium
from relay.text import Mark, Text
from tests.samples import SAMPLES, message

#: What a message has beside its content: who, where, when, how, and what it replies to.
ABOUT = frozenset(
    [
        "message_id",
        "date",
        "chat",
        "message_thread_id",
        "direct_messages_topic",
        "from_user",
        "sender_chat",
        "sender_boost_count",
        "sender_business_bot",
        "sender_tag",
        "guest_query_id",
        "business_connection_id",
        "forward_origin",
        "is_topic_message",
        "is_automatic_forward",
        "reply_to_message",
        "external_reply",
        "quote",
        "reply_to_story",
        "reply_to_checklist_task_id",
        "reply_to_poll_option_id",
        "via_bot",
        "guest_bot_caller_user",
        "guest_bot_caller_chat",
        "edit_date",
        "has_protected_content",
        "is_from_offline",
        "is_paid_post",
        "media_group_id",
        "author_signature",
        "paid_star_count",
        "entities",
        "link_preview_options",
        "suggested_post_info",
        "effect_id",
        "caption",
        "caption_entities",
        "show_caption_above_media",
        "has_media_spoiler",
        "reply_markup",
        "receiver_user",
        "ephemeral_message_id",
        "forward_date",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_sender_name",
        "forward_signature",
    ]
)
CONTENTS = {"text", "giveaway_winners", *(medium.value for medium in KINDS)}


@pytest.mark.parametrize("field", Message.model_fields)
def test_of_every_field_of_a_message_it_is_decided_what_it_is(field: str) -> None:
    decided = [each for each in (CONTENTS, SERVICE, MOVES, ABOUT) if field in each]

    assert len(decided) == 1, f"nobody has decided what becomes of a message with {field!r}"


def test_nothing_is_decided_about_what_does_not_exist() -> None:
    assert set(Message.model_fields) == CONTENTS | SERVICE | MOVES | ABOUT


@pytest.mark.parametrize("medium", Medium)
def test_every_kind_has_a_line_in_the_table_and_can_be_sent(medium: Medium) -> None:
    assert (KINDS[medium].send is None) is (medium in TOLD)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_is_read_as_what_it_is(name: str) -> None:
    found = content(message(name))

    assert found
    kind = None if name == "text" else Medium.GIVEAWAY if "giveaway" in name else Medium(name)
    assert (found.media.kind if found.media else None) is kind
    assert not is_service(message(name))


@pytest.mark.parametrize("field", sorted(SERVICE))
def test_what_telegram_itself_writes_is_nobodys_words(field: str) -> None:
    fields: dict[str, Any] = {**dict.fromkeys(Message.model_fields), field: "x"}
    found = Message.model_construct(**fields)

    assert is_service(found)
    assert content(found) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("poll", "Which day?\n• Monday\n• Tuesday"),
        ("dice", "🎲 4"),
        ("checklist", "Before you come\n☑ Turn off the water\n☐ Clear the way"),
        ("invoice", "Pump\nA new one"),
        ("game", "Corsairs\nSink them"),
        ("paid_media", "Only for you"),
        ("giveaway", "A coffee machine"),
        ("rich_message", "Report\nAll is well.\nonetwo"),
        ("story", ""),
    ],
)
def test_of_what_cannot_be_sent_again_the_words_are_kept(name: str, words: str) -> None:
    found = content(message(name))

    assert found
    assert found.text.plain == words


def test_what_leads_to_people_on_a_page_is_marked_as_in_any_text() -> None:
    user = {"id": 7, "is_bot": False, "first_name": "Anna"}
    text = [
        {"type": "text_mention", "text": ["our ", {"type": "bold", "text": "Annie"}], "user": user},
        " ",
        {"type": "url", "text": "here", "url": "https://t.me/anna"},
        {"type": "email_address", "text": "mail", "email_address": "a@b.example"},
        {"type": "phone_number", "text": "call", "phone_number": "+79991234567"},
        {"type": "mention", "text": "@anna", "username": "anna"},
    ]

    found = content(message("text", text=None, rich_message={"blocks": [paragraph(text)]}))

    assert found
    assert found.text == Text(
        "our Annie heremailcall@anna",
        (
            Mark("text_mention", 0, 9, "7"),
            Mark("text_link", 10, 14, "https://t.me/anna"),
            Mark("email", 14, 18),
            Mark("phone_number", 18, 22),
            Mark("mention", 22, 27),
        ),
    )


def paragraph(text: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


def test_files_keep_their_names_and_how_they_lie() -> None:
    assert content(message("document")) == Content(
        Text("The contract"), Media(Medium.DOCUMENT, "doc", name="contract.pdf", size=1000)
    )
    assert content(message("photo")) == Content(
        Text("It drips"), Media(Medium.PHOTO, "large", size=900, spoiler=True, above=True)
    )
    assert content(message("live_photo")) == Content(
        Text("It drips"), Media(Medium.LIVE_PHOTO, "live", second="still")
    )


def test_a_location_that_moves_is_a_point_of_that_moment() -> None:
    facts: dict[str, Any] = {"latitude": 55.75, "longitude": 37.61, "live_period": 900}

    found = content(message("location", location=facts))

    assert found == Content(
        media=Media(Medium.LOCATION, facts={"latitude": 55.75, "longitude": 37.61, LIVE: True})
    )


def test_nothing_of_a_person_in_a_contact_is_kept_but_what_is_shown() -> None:
    found = content(message("contact"))

    assert found == Content(
        media=Media(Medium.CONTACT, facts={"phone_number": "+79991234567", "first_name": "Anna"})
    )

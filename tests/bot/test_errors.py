"""Every error answer of the Bot API, over HTTP: what the channel makes of it, and tries next."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram import methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import InputMediaPhoto

from bot import errors
from bot.session import Failed
from relay.channel import (
    Astray,
    Button,
    Held,
    Landed,
    Moved,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Refused,
    Retry,
    Spare,
    Unclear,
    Undelivered,
)
from relay.content import Media, Medium
from relay.text import Text
from tests.bot.bot_api import Asked, Line, Says, error

#: Codes, texts and kinds: the facts of the Bot API as far as they concern a relay.
ROWS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("errors.json").read_text())

HOME = Place("-1001")
WORDS = Post(Text("Hello"), buttons=[[Button("Take", "take", 1)]], reply_to=Ref("7"))
PICTURE = Post(Text("Hello"), media=Media(Medium.PHOTO, "AgAC"), reply_to=Ref("7"))

VERBS: dict[str, Callable[[Line], Awaitable[Landed | None]]] = {
    "say": lambda line: line.channel.send(HOME, WORDS, line.another),
    "show": lambda line: line.channel.send(HOME, PICTURE, line.another),
    "edit": lambda line: line.channel.edit(HOME, [Ref("7")], WORDS, line.another),
    "edit picture": lambda line: line.channel.edit(HOME, [Ref("7")], PICTURE, line.another),
    "delete": lambda line: line.channel.delete(HOME, [Ref("7")], line.another),
    "react": lambda line: line.channel.react(HOME, Ref("7"), Reaction.DELIVERED),
}

#: Methods that the channel does not use yet, or never: their answers are sorted all the same.
CALLS: dict[str, TelegramMethod[Any]] = {
    "answerCallbackQuery": methods.AnswerCallbackQuery(callback_query_id="1"),
    "closeForumTopic": methods.CloseForumTopic(chat_id=1, message_thread_id=2),
    "copyMessage": methods.CopyMessage(chat_id=1, from_chat_id=2, message_id=3),
    "copyMessages": methods.CopyMessages(chat_id=1, from_chat_id=2, message_ids=[3, 3]),
    "createForumTopic": methods.CreateForumTopic(chat_id=1, name="VND-1"),
    "deleteForumTopic": methods.DeleteForumTopic(chat_id=1, message_thread_id=2),
    "editForumTopic": methods.EditForumTopic(chat_id=1, message_thread_id=2, name="VND-1"),
    "forwardMessage": methods.ForwardMessage(chat_id=1, from_chat_id=2, message_id=3),
    "forwardMessages": methods.ForwardMessages(chat_id=1, from_chat_id=2, message_ids=[3]),
    "getFile": methods.GetFile(file_id="AgAC"),
    "getUpdates": methods.GetUpdates(),
    "pinChatMessage": methods.PinChatMessage(chat_id=1, message_id=2),
    "sendMediaGroup": methods.SendMediaGroup(chat_id=1, media=[InputMediaPhoto(media="AgAC")]),
    "sendVideoNote": methods.SendVideoNote(chat_id=1, video_note="AgAC"),
    "sendVoice": methods.SendVoice(chat_id=1, voice="AgAC"),
}


@dataclass(frozen=True)
class Expected:
    """What comes of an answer that is given every time, by verb or by method."""

    by: str
    comes: type[Undelivered] | None
    reason: Reason | None = None
    calls: int = 1  #: that are made until the last answer decides


def held(reason: Reason, by: str = "say", **more: Any) -> Expected:
    return Expected(by, Held, reason, **more)


def refused(by: str = "say", reason: Reason = Reason.OUR_FAULT, **more: Any) -> Expected:
    return Expected(by, Refused, reason, **more)


def adapted(by: str, calls: int, **more: Any) -> Expected:
    return Expected(by, Refused, Reason.NOT_ACCEPTED, calls, **more)


def done(by: str) -> Expected:
    return Expected(by, None)


KICKED = "Forbidden: bot was kicked from the"
NO_MEMBER = "Forbidden: bot is not a member of the"
EDITED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
POLLED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to"

EXPECTED = {
    "Forbidden: bot was blocked by the user": held(Reason.BLOCKED),
    "Forbidden: bot can't initiate conversation with a user": held(Reason.BLOCKED),
    "Forbidden: user is deactivated": refused(reason=Reason.GONE),
    "Forbidden: the bot can't send messages to the bot": refused(reason=Reason.GONE),
    "Bad Request: chat not found": held(Reason.REMOVED),
    "Bad Request: private chat not found": held(Reason.REMOVED),
    "Bad Request: PEER_ID_INVALID": held(Reason.REMOVED, "edit"),
    **{f"{KICKED} {kind} chat": held(Reason.REMOVED) for kind in ("group", "supergroup")},
    f"{KICKED} channel chat": held(Reason.REMOVED),
    **{f"{NO_MEMBER} {kind} chat": held(Reason.REMOVED) for kind in ("group", "supergroup")},
    f"{NO_MEMBER} channel chat": held(Reason.REMOVED),
    "Forbidden: the group chat was deleted": held(Reason.REMOVED),
    "Bad Request: group chat was upgraded to a supergroup chat": Expected("say", Moved),
    "Too Many Requests: retry after {seconds}": Expected("say", Retry),
    "Bad Request: message thread not found": Expected("say", Astray),
    "Bad Request: TOPIC_CLOSED": held(Reason.MUTED),
    "Bad Request: TOPIC_DELETED": Expected("say", Astray),
    "Bad Request: TOPIC_NOT_MODIFIED": done("closeForumTopic"),
    "Bad Request: TOPIC_ID_INVALID": Expected("editForumTopic", Astray),
    "Bad Request: not enough rights to create a topic": adapted("createForumTopic", 1),
    "Bad Request: not enough rights to edit the topic": done("editForumTopic"),
    "Bad Request: not enough rights to close or open the topic": done("closeForumTopic"),
    "Bad Request: not enough rights to delete the topic": done("deleteForumTopic"),
    "Bad Request: the chat is not a forum": adapted("createForumTopic", 1),
    "Bad Request: the chat is not a supergroup forum": adapted("createForumTopic", 1),
    "Bad Request: not enough rights to send text messages to the chat": held(Reason.MUTED),
    "Bad Request: have no write access to the chat": held(Reason.MUTED),
    "Bad Request: CHAT_WRITE_FORBIDDEN": held(Reason.MUTED),
    "Bad Request: CHAT_ADMIN_REQUIRED": held(Reason.MUTED),
    "Bad Request: CHAT_RESTRICTED": held(Reason.MUTED),
    "Bad Request: need administrator rights in the channel chat": held(Reason.MUTED),
    "Bad Request: not enough rights to manage pinned messages in the chat": done("pinChatMessage"),
    "Bad Request: user restricted receiving of voice note messages": adapted("sendVoice", 1),
    "Bad Request: user restricted receiving of video note messages": adapted("sendVideoNote", 1),
    "Bad Request: VOICE_MESSAGES_FORBIDDEN": adapted("sendVoice", 1),
    f"Bad Request: {EDITED}": done("edit"),
    "Bad Request: message to edit not found": adapted("edit", 2),
    "Bad Request: message can't be edited": adapted("edit", 2),
    "Bad Request: there is no text in the message to edit": adapted("edit", 3),
    "Bad Request: there is no caption in the message to edit": adapted("edit", 3),
    "Bad Request: message media can't be edited": adapted("edit picture", 2),
    "Bad Request: MESSAGE_ID_INVALID": adapted("edit", 2),
    "Bad Request: MESSAGE_EDIT_TIME_EXPIRED": adapted("edit", 2),
    "Bad Request: message to delete not found": done("delete"),
    "Bad Request: message can't be deleted": adapted("delete", 2),
    "Bad Request: message can't be deleted for everyone": adapted("delete", 2),
    "Bad Request: message to be replied not found": adapted("say", 2),
    "Bad Request: message to copy not found": adapted("copyMessage", 1),
    "Bad Request: message to forward not found": refused("forwardMessage"),
    "Bad Request: the message can't be copied": adapted("copyMessage", 1),
    "Bad Request: messages can't be forwarded": refused("forwardMessages"),
    "Bad Request: the message can't be forwarded": refused("forwardMessage"),
    "Bad Request: message has protected content and can't be forwarded": refused("forwardMessage"),
    "Bad Request: message identifiers must be in a strictly increasing order": refused(
        "copyMessages"
    ),
    "Bad Request: too many message identifiers specified": refused("delete"),
    "Bad Request: message to react not found": done("react"),
    "Bad Request: REACTION_INVALID": done("react"),
    "Bad Request: REACTIONS_TOO_MANY": refused("react"),
    "Bad Request: message to pin not found": done("pinChatMessage"),
    "Bad Request: message is too long": refused(),
    "Bad Request: message caption is too long": refused("show"),
    "Bad Request: text is too long": refused(),
    "Bad Request: message text is empty": refused(),
    "Bad Request: can't parse entities: {detail}": refused(),
    "Bad Request: BUTTON_DATA_INVALID": refused(),
    "Bad Request: BUTTON_URL_INVALID": refused(),
    "Bad Request: BUTTON_USER_PRIVACY_RESTRICTED": adapted("say", 2),
    "Bad Request: reply markup is too long": refused(),
    "Bad Request: ENTITY_BOUNDS_INVALID": refused(),
    "Bad Request: wrong file identifier/HTTP URL specified": refused("show", Reason.FILE),
    "Bad Request: wrong file_id or the file is temporarily unavailable": refused(
        "getFile", Reason.FILE
    ),
    "Bad Request: file is too big": refused("getFile", Reason.FILE),
    "Request Entity Too Large": refused("show", Reason.FILE),
    "Bad Request: failed to get HTTP URL content": refused("show"),
    "Bad Request: can't use the media of the specified type in the album": refused(
        "sendMediaGroup"
    ),
    'Bad Request: failed to send message #{n} with the error message "{error}"': Expected(
        "sendMediaGroup", Unclear
    ),
    "Bad Request: group send failed": adapted("sendMediaGroup", 1),
    "Bad Request: query is too old and response timeout expired or query ID is invalid": done(
        "answerCallbackQuery"
    ),
    "Unauthorized": held(Reason.STOPPED),
    "Unauthorized: invalid token specified": held(Reason.STOPPED),
    "Not Found: method not found": refused(),
    "Not Found": held(Reason.STOPPED),
    f"{POLLED} is running": Expected("getUpdates", Retry),
    f"{WEBHOOK} delete the webhook first": Expected("getUpdates", Retry),
    "Conflict: terminated by setWebhook request": Expected("getUpdates", Retry),
    "Internal Server Error: restart": Expected("say", Unclear),
    "Bad Gateway": Expected("say", Unclear),
    "Bad Request: Bad Gateway": Expected("say", Unclear),
    "Internal Server Error: request aborted": Expected("say", Unclear),
    "Logged out": held(Reason.STOPPED),
}

KINDS: dict[type[Undelivered] | None, str] = {
    None: "success",
    Held: "Held",
    Refused: "Refused",
    Retry: "Retry",
    Unclear: "Unclear",
    Moved: "adapt",
    Astray: "adapt",
}


def test_every_answer_that_is_known_is_expected_and_nothing_else() -> None:
    assert {row["description"] for row in ROWS} == EXPECTED.keys()


def says(row: dict[str, Any]) -> Says:
    return error(row["code"], row["description"], **row.get("parameters", {}))


async def comes(line: Line, by: str) -> Undelivered | None:
    """Do something, and return why it was not done."""
    if by not in CALLS:
        try:
            await VERBS[by](line)
        except Undelivered as undelivered:
            return undelivered
        return None
    try:
        await line.bot(CALLS[by])
    except Failed as failed:
        if by == "getUpdates":
            answered = line.api.always or Says(200, b"")
            return errors.polling(answered.status, answered.body)
        found = errors.sort(failed.answer)
        return errors.default(failed.answer) if isinstance(found, errors.Adapt) else found
    raise AssertionError("nothing was wrong")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['code']} {row['description'][:60]}")
async def test_an_answer_says_what_to_do_next(line: Line, row: dict[str, Any]) -> None:
    expected = EXPECTED[row["description"]]
    line.api.always = says(row)

    found = await comes(line, expected.by)

    assert (type(found) if found else None) is expected.comes
    assert getattr(found, "reason", None) is expected.reason
    assert found is None or found.said == row["description"]
    assert len(line.api.asked) == expected.calls
    assert line.slots == expected.calls - 1
    if row["kind"] == "polling":
        assert isinstance(found, Retry)
    elif row["kind"] == "adapt" and not isinstance(found, Moved | Astray):
        answer = errors.read(line.api.always.status, line.api.always.body)
        assert isinstance(errors.sort(answer), errors.Adapt)
    else:
        assert row["kind"] == KINDS[expected.comes]


# What is tried next, where the form was wrong


def form(asked: Asked, *names: str) -> tuple[str, ...]:
    """Return a call's method, and which of these parameters it had."""
    return (asked.method, *(name for name in names if name in asked.form))


@pytest.mark.parametrize(
    ("text", "by", "next_call", "without"),
    [
        ("message to be replied not found", "say", "sendMessage", "reply_parameters"),
        ("message to be replied not found", "show", "sendPhoto", "reply_parameters"),
        ("BUTTON_USER_PRIVACY_RESTRICTED", "say", "sendMessage", "reply_markup"),
        ("BUTTON_USER_PRIVACY_RESTRICTED", "edit", "editMessageText", "reply_markup"),
        ("there is no text in the message to edit", "edit", "editMessageCaption", "text"),
        ("not enough rights to send photos", "edit picture", "editMessageCaption", "media"),
        ("message to edit not found", "edit", "sendMessage", "message_id"),
        ("MESSAGE_ID_INVALID", "edit", "sendMessage", "message_id"),
        ("MESSAGE_EDIT_TIME_EXPIRED", "edit picture", "sendPhoto", "message_id"),
        ("message media can't be edited", "edit picture", "sendPhoto", "message_id"),
        ("message can't be deleted", "delete", "editMessageText", "message_ids"),
        ("message can't be deleted for everyone", "delete", "editMessageText", "message_ids"),
    ],
)
async def test_what_is_wrong_with_a_form_is_left_out(
    line: Line, text: str, by: str, next_call: str, without: str
) -> None:
    line.api.answers.append(error(400, f"Bad Request: {text}"))

    await VERBS[by](line)

    first, second = line.api.asked
    assert without in first.form
    assert second.method == next_call
    assert without not in second.form
    assert line.slots == 1


@pytest.mark.parametrize("reaction_or_deletion", ["react", "delete"])
async def test_what_is_gone_cannot_be_reacted_to_or_deleted(
    line: Line, reaction_or_deletion: str
) -> None:
    line.api.always = error(400, "Bad Request: MESSAGE_ID_INVALID")

    assert await comes(line, reaction_or_deletion) is None
    assert len(line.api.asked) == 1


@pytest.mark.parametrize(
    "text", ["not enough rights to send photos to the chat", "CHAT_SEND_PHOTOS_FORBIDDEN"]
)
async def test_where_no_picture_may_be_shown_it_comes_as_a_file(line: Line, text: str) -> None:
    line.api.answers.append(error(400, f"Bad Request: {text}"))

    landed = await line.channel.send(HOME, PICTURE, line.another)

    assert line.api.methods == ["sendPhoto", "getFile", "sendDocument"]
    assert line.api.asked[-1].form["caption"] == "Hello"
    assert landed == Landed(HOME, [Ref("101")])


async def test_where_no_file_may_be_shown_either_its_words_are_said_and_the_sender_can_be_told(
    line: Line,
) -> None:
    for what in ("photos", "documents"):
        refused = f"Bad Request: not enough rights to send {what} to the chat"
        line.api.answers.append(error(400, refused))
        if what == "photos":
            line.api.answers.append(Says(200, b'{"ok": true, "result": {"file_path": "files/1"}}'))

    landed = await line.channel.send(HOME, PICTURE, line.another)

    assert line.api.methods == ["sendPhoto", "getFile", "sendDocument", "sendMessage"]
    assert line.api.asked[-1].form["text"] == "Hello\n✕"
    assert landed == Landed(HOME, [Ref("101")], Reason.FILE)


async def test_where_nothing_may_be_said_either_the_chat_waits(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: not enough rights to send photos to the chat"))
    line.api.always = error(400, "Bad Request: not enough rights to send text messages to the chat")

    found = await comes(line, "show")

    assert isinstance(found, Held)
    assert found.reason is Reason.MUTED


async def test_a_picture_that_was_said_in_words_is_edited_in_words(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: not enough rights to send photos to the chat"))
    line.api.answers.append(error(400, "Bad Request: there is no caption in the message to edit"))

    landed = await line.channel.edit(HOME, [Ref("7")], PICTURE, line.another)

    assert line.api.methods == ["editMessageMedia", "editMessageCaption", "editMessageText"]
    assert line.api.asked[-1].form["text"] == "Hello\n✕"
    assert landed == Landed(HOME, [Ref("7")], Reason.FILE)


async def test_a_follow_up_is_marked_and_replies_to_what_could_not_be_edited(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: message can't be edited"))
    post = Post(Text("Hello"), spare=Spare(edited="(edited)"))

    landed = await line.channel.edit(HOME, [Ref("7")], post, line.another)

    said = line.api.asked[-1].form
    assert said["text"] == "Hello\n(edited)"
    assert json.loads(said["reply_parameters"])["message_id"] == 7
    assert landed.refs == ["101"]


async def test_a_part_too_many_that_cannot_be_deleted_is_emptied(line: Line) -> None:
    cannot = error(400, "Bad Request: message can't be deleted for everyone")
    fine = Says(200, b'{"ok": true, "result": true}')
    line.api.answers.extend([fine, cannot])
    post = Post(Text("Hello"), spare=Spare(withdrawn="(withdrawn)"))

    landed = await line.channel.edit(HOME, [Ref("7"), Ref("8"), Ref("9")], post, line.another)

    assert [(each.method, each.form.get("message_id")) for each in line.api.asked] == [
        ("editMessageText", "7"),
        ("deleteMessages", None),
        ("editMessageText", "8"),
        ("editMessageText", "9"),
    ]
    assert line.api.asked[-1].form["text"] == "(withdrawn)"
    assert line.slots == 3
    assert landed.refs == ["7"]


async def test_a_form_is_changed_three_times_at_most(line: Line) -> None:
    post = Post(
        Text("Hello"), media=Media(Medium.PHOTO, "AgAC"), buttons=WORDS.buttons, reply_to=Ref("7")
    )
    wrong = [
        "message to be replied not found",
        "BUTTON_USER_PRIVACY_RESTRICTED",
        "not enough rights to send photos to the chat",
        "file is too big",
        "chat not found",
    ]
    line.api.answers.extend(error(400, f"Bad Request: {text}") for text in wrong)

    with pytest.raises(Held) as found:
        await line.channel.send(HOME, post, line.another)

    assert found.value.reason is Reason.REMOVED
    assert line.slots == 3
    assert [form(each, "reply_parameters", "reply_markup") for each in line.api.asked] == [
        ("sendPhoto", "reply_parameters", "reply_markup"),
        ("sendPhoto", "reply_markup"),
        ("sendPhoto",),
        ("getFile",),
        ("sendMessage",),
    ]


async def test_an_edit_that_is_not_taken_in_any_form_ends(line: Line) -> None:
    line.api.answers.extend(
        error(400, f"Bad Request: {text}")
        for text in (
            "there is no text in the message to edit",
            "there is no caption in the message to edit",
            "message to be replied not found",
            "message to be replied not found",
            "message to be replied not found",
        )
    )

    with pytest.raises(Refused):
        await line.channel.edit(HOME, [Ref("7")], WORDS, line.another)

    assert line.slots == 3
    assert len(line.api.asked) == 4


async def test_the_wait_for_another_slot_may_be_too_long(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: message to be replied not found"))

    async def never() -> None:
        raise Retry(errors.LONGEST)

    with pytest.raises(Retry):
        await line.channel.send(HOME, WORDS, never)

    assert line.api.methods == ["sendMessage"]

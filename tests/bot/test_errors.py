"""What the error answers of the Bot API mean: each is sorted by what to do next."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from aiohttp.client_reqrep import ConnectionKey

from bot import errors
from relay.channel import Held, Moved, Reason, Refused, Retry, Unclear, Undelivered

BOT = Bot("42:TEST", session=AiohttpSession())
HELLO = SendMessage(chat_id=1, text="Hello")

#: Code, text and kind of error answers; copied from the Bot API data of the design.
ANSWERS = [
    (403, "Forbidden: bot was blocked by the user", "held", Reason.BLOCKED),
    (403, "Forbidden: bot can't initiate conversation with a user", "held", Reason.BLOCKED),
    (403, "Forbidden: user is deactivated", "refused", Reason.GONE),
    (403, "Forbidden: the bot can't send messages to the bot", "refused", Reason.GONE),
    (400, "Bad Request: chat not found", "held", Reason.REMOVED),
    (400, "Bad Request: PEER_ID_INVALID", "held", Reason.REMOVED),
    (403, "Forbidden: bot was kicked from the group chat", "held", Reason.REMOVED),
    (403, "Forbidden: bot was kicked from the supergroup chat", "held", Reason.REMOVED),
    (403, "Forbidden: bot was kicked from the channel chat", "held", Reason.REMOVED),
    (403, "Forbidden: bot is not a member of the group chat", "held", Reason.REMOVED),
    (403, "Forbidden: bot is not a member of the supergroup chat", "held", Reason.REMOVED),
    (403, "Forbidden: bot is not a member of the channel chat", "held", Reason.REMOVED),
    (403, "Forbidden: the group chat was deleted", "held", Reason.REMOVED),
    (
        400,
        "Bad Request: not enough rights to send text messages to the chat",
        "held",
        Reason.MUTED,
    ),
    (400, "Bad Request: have no write access to the chat", "held", Reason.MUTED),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "held", Reason.MUTED),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", "held", Reason.MUTED),
    (400, "Bad Request: CHAT_RESTRICTED", "held", Reason.MUTED),
    (400, "Bad Request: need administrator rights in the channel chat", "held", Reason.MUTED),
    (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message",
        "done",
        None,
    ),
    (400, "Bad Request: message to delete not found", "done", None),
    (400, "Bad Request: message to react not found", "done", None),
    (400, "Bad Request: REACTION_INVALID", "done", None),
    (400, "Bad Request: message to pin not found", "done", None),
    (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "done",
        None,
    ),
    (400, "Bad Request: message to edit not found", "anew", None),
    (400, "Bad Request: message can't be edited", "anew", None),
    (400, "Bad Request: there is no text in the message to edit", "anew", None),
    (400, "Bad Request: there is no caption in the message to edit", "anew", None),
    (400, "Bad Request: MESSAGE_ID_INVALID", "anew", None),
    (400, "Bad Request: message to forward not found", "refused", None),
    (400, "Bad Request: messages can't be forwarded", "refused", None),
    (400, "Bad Request: the message can't be forwarded", "refused", None),
    (400, "Bad Request: message has protected content and can't be forwarded", "refused", None),
    (
        400,
        "Bad Request: message identifiers must be in a strictly increasing order",
        "refused",
        None,
    ),
    (400, "Bad Request: too many message identifiers specified", "refused", None),
    (400, "Bad Request: REACTIONS_TOO_MANY", "refused", None),
    (400, "Bad Request: message is too long", "refused", None),
    (400, "Bad Request: message caption is too long", "refused", None),
    (400, "Bad Request: text is too long", "refused", None),
    (400, "Bad Request: message text is empty", "refused", None),
    (400, "Bad Request: can't parse entities: unexpected end", "refused", None),
    (400, "Bad Request: BUTTON_DATA_INVALID", "refused", None),
    (400, "Bad Request: BUTTON_URL_INVALID", "refused", None),
    (400, "Bad Request: reply markup is too long", "refused", None),
    (400, "Bad Request: ENTITY_BOUNDS_INVALID", "refused", None),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", "refused", Reason.FILE),
    (
        400,
        "Bad Request: wrong file_id or the file is temporarily unavailable",
        "refused",
        Reason.FILE,
    ),
    (400, "Bad Request: file is too big", "refused", Reason.FILE),
    (413, "Request Entity Too Large", "refused", Reason.FILE),
    (400, "Bad Request: failed to get HTTP URL content", "refused", None),
    (
        400,
        "Bad Request: can't use the media of the specified type in the album",
        "refused",
        None,
    ),
    (401, "Unauthorized", "held", Reason.STOPPED),
    (401, "Unauthorized: invalid token specified", "held", Reason.STOPPED),
    (404, "Not Found", "held", Reason.STOPPED),
    (500, "Internal Server Error: restart", "unclear", None),
    (500, "Internal Server Error: request aborted", "unclear", None),
    (502, "Bad Gateway", "unclear", None),
    (503, "Service Unavailable", "unclear", None),
    (400, "Bad Request: Bad Gateway", "unclear", None),
    (400, "Bad Request: private chat not found", "held", Reason.REMOVED),
    (400, "Logged out", "held", Reason.STOPPED),
    (404, "Not Found: method not found", "refused", None),
    (400, "Bad Request: not enough rights to manage pinned messages in the chat", "done", None),
    (400, "Bad Request: TOPIC_NOT_MODIFIED", "done", None),
    (400, "Bad Request: not enough rights to edit the topic", "done", None),
    (400, "Bad Request: not enough rights to close or open the topic", "done", None),
    (400, "Bad Request: not enough rights to delete the topic", "done", None),
    (400, "Bad Request: message media can't be edited", "anew", None),
    (400, "Bad Request: MESSAGE_EDIT_TIME_EXPIRED", "anew", None),
    (
        400,
        'Bad Request: failed to send message #2 with the error message "x"',
        "unclear",
        None,
    ),
    # what is not listed falls to its code
    (403, "Forbidden: something new", "held", None),
    (400, "Bad Request: something new", "refused", None),
    (400, "something new", "refused", None),
]


def answered(status: int, body: dict[str, Any] | str) -> Exception:
    """Return what aiogram makes of an answer."""
    content = body if isinstance(body, str) else json.dumps(body)
    try:
        BOT.session.check_response(BOT, HELLO, status, content)
    except Exception as error:
        return error
    raise AssertionError("aiogram took it for a good answer")


def refusal(code: int, text: str, **parameters: int) -> Exception:
    """Return what aiogram makes of an answer of the Bot API."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": text}
    return answered(code, body | ({"parameters": parameters} if parameters else {}))


def kind(error: Exception) -> tuple[str, Reason | None]:
    """Return what is to be done next."""
    if errors.is_done(error):
        return "done", None
    if errors.is_anew(error):
        return "anew", None
    match errors.sort(error):
        case Held(reason=reason):
            return "held", reason
        case Refused(reason=reason):
            return "refused", reason
        case Undelivered() as undelivered:
            return type(undelivered).__name__.lower(), None


@pytest.mark.parametrize(("code", "text", "expected", "reason"), ANSWERS)
def test_an_answer_says_what_to_do_next(
    code: int, text: str, expected: str, reason: Reason | None
) -> None:
    found, why = kind(refusal(code, text))

    assert found == expected
    assert reason in {None, why}


@pytest.mark.parametrize(("code", "text", "expected", "reason"), ANSWERS)
def test_what_was_answered_is_kept_for_those_who_look_into_it(
    code: int, text: str, expected: str, reason: Reason | None
) -> None:
    error = refusal(code, text)

    assert expected in {"done", "anew"} or text in errors.sort(error).said


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (400, "refused"),
        (401, "held"),
        (403, "held"),
        (404, "held"),
        (409, "refused"),
        (413, "refused"),
        (500, "unclear"),
    ],
)
def test_an_answer_without_words_falls_to_its_code(code: int, expected: str) -> None:
    assert kind(answered(code, {"ok": False, "error_code": code}))[0] == expected


# Throttled, or moved


def test_too_many_requests_are_tried_again_when_the_server_says() -> None:
    match errors.sort(refusal(429, "Too Many Requests: retry after 35", retry_after=35)):
        case Retry(after=after):
            assert after == timedelta(seconds=35)
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("parameters", [{}, {"retry_after": 0}])
def test_without_a_time_it_is_tried_again_after_a_breath(parameters: dict[str, int]) -> None:
    match errors.sort(refusal(429, "Too Many Requests: retry after 0", **parameters)):
        case Retry(after=after):
            assert after == errors.ASKED
        case other:
            raise AssertionError(other)


def test_too_many_requests_without_words_are_tried_again() -> None:
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}

    assert kind(answered(429, body)) == ("retry", None)


@pytest.mark.parametrize("seconds", [10**6, 10**12, 10**18])
def test_no_pause_is_longer_than_a_day(seconds: int) -> None:
    match errors.sort(refusal(429, "Too Many Requests", retry_after=seconds)):
        case Retry(after=after):
            assert timedelta() < after <= timedelta(days=1)
        case other:
            raise AssertionError(other)


def test_a_group_that_became_a_supergroup_lives_elsewhere() -> None:
    text = "Bad Request: group chat was upgraded to a supergroup chat"

    match errors.sort(refusal(400, text, migrate_to_chat_id=-1001234567890)):
        case Moved(to=place):
            assert place == "-1001234567890"
        case other:
            raise AssertionError(other)


# What is no answer of the Bot API


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, "<html><h1>502 Bad Gateway</h1></html>"),
        (200, ""),
        (200, '{"ok": true, "result": {"mess'),
        (200, {"ok": True, "result": {"message_id": 1}}),
        (500, {"ok": False}),
        (200, {"ok": False, "description": "something odd"}),
    ],
)
def test_an_answer_that_makes_no_sense_may_mean_that_it_arrived(
    status: int, body: dict[str, Any] | str
) -> None:
    assert isinstance(errors.sort(answered(status, body)), Unclear)


def test_our_own_end_while_sending_may_mean_that_it_arrived() -> None:
    assert isinstance(errors.sort(asyncio.CancelledError()), Unclear)


def test_a_surprise_may_mean_that_it_arrived() -> None:
    assert isinstance(errors.sort(ZeroDivisionError()), Unclear)


# The network


KEY = ConnectionKey(
    "api.telegram.org",
    443,
    is_ssl=True,
    ssl=True,
    proxy=None,
    proxy_auth=None,
    proxy_headers_hash=None,
)


def broken(cause: Exception) -> TelegramNetworkError:
    """Return what aiogram makes of a trouble of the network."""
    try:
        raise TelegramNetworkError(method=HELLO, message=str(cause)) from cause
    except TelegramNetworkError as error:
        return error


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: aiohttp.ClientConnectorError(KEY, OSError(111, "Connection refused")),
        lambda: aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")),
        lambda: aiohttp.ClientConnectorSSLError(KEY, OSError(1, "handshake failure")),
        lambda: aiohttp.ClientConnectorCertificateError(KEY, OSError(1, "expired")),
        lambda: aiohttp.ClientProxyConnectionError(KEY, OSError(111, "Connection refused")),
        lambda: aiohttp.ConnectionTimeoutError("Connection timeout"),
    ],
)
def test_where_no_connection_was_made_nothing_was_sent(trouble: Callable[[], Exception]) -> None:
    match errors.sort(broken(trouble())):
        case Retry(after=after):
            assert after == errors.NO_WAY
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: TimeoutError(),
        lambda: aiohttp.SocketTimeoutError("Timeout on reading"),
        lambda: aiohttp.ServerDisconnectedError(),
        lambda: aiohttp.ClientOSError(104, "Connection reset by peer"),
        lambda: aiohttp.ClientPayloadError("Response payload is not completed"),
        lambda: aiohttp.ServerTimeoutError(),
    ],
)
def test_where_the_answer_is_missing_it_may_have_arrived(
    trouble: Callable[[], Exception],
) -> None:
    assert isinstance(errors.sort(broken(trouble())), Unclear)


def test_a_trouble_of_the_network_is_told_without_the_address_asked() -> None:
    cause = aiohttp.ServerDisconnectedError("https://api.telegram.org/bot42:SECRET/sendMessage")

    assert "SECRET" not in errors.sort(broken(cause)).said

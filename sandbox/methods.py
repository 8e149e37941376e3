"""Every method that the sandbox has, and the way from a call to its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.methods import GetUpdates, SendMediaGroup

from sandbox import albums, asking, changing, forums, hooks, sending
from sandbox.journal import Call
from sandbox.limits import COUNTED
from sandbox.refusals import HOOKED, NOT_BUILT, ApiError, too_many, unauthorized
from sandbox.requests import KINDS, Method, kind_of, loggable, parsed
from sandbox.text import Json
from sandbox.world import World


def updates(world: World, call: GetUpdates) -> list[Json]:
    """Tell what is new, without waiting for it: the wait is the server's."""
    if world.webhook.hook is not None:
        raise ApiError(409, HOOKED)
    world.queue.allow(call.allowed_updates)
    return world.queue.take(call.offset, call.limit)


#: A method that is not here exists in the Bot API, perhaps, but not in the sandbox.
METHODS: Final[Mapping[str, Callable[[World, Any], object]]] = {
    "getUpdates": updates,
    "getMe": asking.me,
    "setWebhook": hooks.set_webhook,
    "deleteWebhook": hooks.delete_webhook,
    "getWebhookInfo": hooks.told,
    "getChat": asking.chat,
    "getChatMember": asking.member,
    "getChatAdministrators": asking.administrators,
    "getChatMemberCount": asking.count,
    "leaveChat": asking.leave,
    "sendChatAction": asking.action,
    "getFile": asking.file,
    "setMyCommands": asking.set_commands,
    "getMyCommands": asking.get_commands,
    "deleteMyCommands": asking.delete_commands,
    "sendMessage": sending.send_message,
    **dict.fromkeys(sending.FILED, sending.send_file),
    "sendMediaGroup": albums.send_album,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendContact": sending.send_contact,
    "sendPoll": sending.send_poll,
    "sendDice": sending.send_dice,
    "copyMessage": sending.copy_message,
    "pinChatMessage": sending.pin,
    "unpinChatMessage": sending.unpin,
    "editMessageText": changing.edit_text,
    "editMessageCaption": changing.edit_caption,
    "editMessageMedia": changing.edit_media,
    "editMessageReplyMarkup": changing.edit_markup,
    "deleteMessage": changing.delete,
    "deleteMessages": changing.delete_several,
    "setMessageReaction": changing.react,
    "answerCallbackQuery": changing.answer_press,
    "createForumTopic": forums.create,
    "editForumTopic": forums.edit,
    "closeForumTopic": forums.close,
    "reopenForumTopic": forums.reopen,
    "deleteForumTopic": forums.delete,
    "getForumTopicIconStickers": forums.icons,
}


@dataclass(frozen=True)
class Answer:
    """What the caller gets."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


def respond(world: World, name: str, params: Json) -> Answer:
    """Make a call, and return its answer; an error is an answer, too."""
    entry = world.journal.arrives(canonical(name), chat_of(params), loggable(params))
    try:
        answer = granted(perform(world, understood(world, name, params), entry))
    except ApiError as refused:
        answer = declined(refused)
    world.journal.leaves(entry, answer.body, answer.status)
    return answer


def understood(world: World, name: str, params: Json) -> Method:
    """Return a call as its model.

    Raises:
        ApiError: the caller is nobody, there is no such method, or its parameters are wrong.

    """
    if world.revoked:
        raise unauthorized()
    kind = kind_of(name)
    if kind.__api_method__ not in METHODS:
        raise ApiError(404, NOT_BUILT)
    return parsed(kind, params)


def perform(world: World, call: Method, entry: Call) -> object:
    """Do what a call wants, within the limits, write down that, and return its result.

    Raises:
        ApiError: it cannot be done, or not yet.

    """
    name = call.__api_method__
    if name in COUNTED:
        chat = chat_of({"chat_id": getattr(call, "chat_id", None)})
        items = len(call.media) if isinstance(call, SendMediaGroup) else 1
        if wait := world.limits.wait(COUNTED[name], chat or 0, world.clock(), items=items):
            raise too_many(wait)
    try:
        result = METHODS[name](world, call)
    except ApiError as refused:
        if refused.made:
            world.journal.happens(entry, refused.made)
        raise
    world.journal.happens(entry, _touched(call, result))
    return result


def _touched(call: Method, result: object) -> list[int]:
    """Return the messages that a call made, changed, marked or took away."""
    match result:
        case {"message_id": int(made)} | {"message_thread_id": int(made)}:
            return [made]
        case list(all_made) if all_made and "message_id" in all_made[0]:
            return [each["message_id"] for each in all_made]
        case True:
            one, several = getattr(call, "message_id", None), getattr(call, "message_ids", None)
            return several or ([one] if one else [])
        case _:
            return []


def canonical(name: str) -> str:
    """Return the name of a method as the Bot API writes it; small letters will do to call it."""
    kind = KINDS.get(name.lower())
    return kind.__api_method__ if kind else name


def chat_of(params: Mapping[str, Any]) -> int | None:
    """Return the chat that a call is about, as far as it says so by number."""
    try:
        return int(params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def granted(result: object) -> Answer:
    """Return the answer that carries a result."""
    return Answer(200, {"ok": True, "result": result})


def declined(refused: ApiError) -> Answer:
    """Return the answer that carries a refusal."""
    body: Json = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    if refused.migrate_to_chat_id is not None:
        body["parameters"] = {"migrate_to_chat_id": refused.migrate_to_chat_id}
    if refused.retry_after is None:
        return Answer(refused.code, body)
    body["parameters"] = {"retry_after": refused.retry_after}
    return Answer(refused.code, body, {"Retry-After": str(refused.retry_after)})

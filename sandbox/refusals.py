"""How the Bot API says no: codes and wording are Telegram's own."""

from dataclasses import dataclass, field
from typing import Final

BLOCKED: Final = "Forbidden: bot was blocked by the user"
DEACTIVATED: Final = "Forbidden: user is deactivated"
DELETED: Final = "Forbidden: the group chat was deleted"
NEVER_STARTED: Final = "Forbidden: bot can't initiate conversation with a user"
KICKED: Final = "Forbidden: bot was kicked from the {kind} chat"
NOT_A_MEMBER: Final = "Forbidden: bot is not a member of the {kind} chat"
UNAUTHORIZED: Final = "Unauthorized"
UPGRADED: Final = "group chat was upgraded to a supergroup chat"
NOT_FOUND: Final = "Not Found"
NOT_BUILT: Final = "Not Found: method not found"
OTHER_POLLER: Final = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
HOOKED: Final = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
HOOK_SET: Final = "Conflict: terminated by setWebhook request"
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
TOO_LARGE: Final = "Request Entity Too Large"


@dataclass
class ApiError(Exception):
    """The Bot API answers with an error, and perhaps says what to do instead."""

    code: int
    description: str
    retry_after: int | None = None  #: seconds
    migrate_to_chat_id: int | None = None
    made: list[int] = field(default_factory=list)  #: messages that are there in spite of it


def bad(text: str) -> ApiError:
    """Return the refusal ``400 Bad Request: text``."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """Return a refusal with code 403 and the whole *text*."""
    return ApiError(403, text)


def too_many(seconds: int) -> ApiError:
    """Return the refusal of a caller who is too fast."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unauthorized() -> ApiError:
    """Return the refusal of a caller whose token is nobody's."""
    return ApiError(401, UNAUTHORIZED)


def upgraded(chat_id: int) -> ApiError:
    """Return the refusal of a caller who names a group that is the supergroup *chat_id* now."""
    return ApiError(400, f"Bad Request: {UPGRADED}", migrate_to_chat_id=chat_id)


class WishError(Exception):
    """What was asked of the sandbox cannot be done; the text is a sentence for a person."""

"""What the control API takes: one model a call, so that a slip of the pen is noticed."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.cast import Status
from sandbox.upgrades import News


class Wish(BaseModel):
    """The JSON body of a control call."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Acted(Wish):
    """Something that one person does."""

    who: int = Field(alias="as")


class Push(Acted):
    """``/control/press``."""

    chat: int
    message: int
    button: str | dict[str, Any]
    wait: float = Field(5.0, ge=0)


class Open(Acted):
    """``/control/open``; *chat* is the group of a ``startgroup`` link."""

    link: str
    chat: int | None = None


class Enrol(Wish):
    """``/control/member``; *by* is who did it."""

    chat: int
    person: int | Literal["bot"] = "bot"
    status: Status
    rights: dict[str, Any] | None = None
    by: int | None = None
    told: bool = True


class Permit(Wish):
    """``/control/permissions``: what everybody may; the others stay as they are."""

    chat: int
    permissions: dict[str, bool]


class Delete(Wish):
    """``/control/delete``: a group; the bot learns of it at once only if it is *told*."""

    chat: int
    by: int | None = None
    told: bool = True


class Upgrade(Wish):
    """``/control/upgrade``; *tell* is what the bot is told now."""

    chat: int
    by: int | None = None
    tell: tuple[News, ...] = ("old", "new")


class Block(Acted):
    """``/control/block``."""

    blocked: bool


class Forum(Wish):
    """``/control/forum``: topics on or off."""

    chat: int
    on: bool


class Topic(Acted):
    """``/control/topic``: without a *thread* a new one; otherwise whatever is said of it."""

    chat: int
    thread: int | None = None
    name: str | None = None
    closed: bool | None = None
    deleted: bool = False


class Voices(Acted):
    """``/control/voices``: somebody wants no voice and video notes."""

    refused: bool


class Reactions(Wish):
    """``/control/reactions``: the emoji that a chat allows; null is all."""

    chat: int
    allowed: list[str] | None


class Nothing(Wish):
    """A call of which there is nothing to be said."""


class Privacy(Wish):
    """``/control/privacy``: counts where the bot is added afterwards, or *everywhere*."""

    on: bool
    everywhere: bool = True


class Limits(Wish):
    """``/control/limits``."""

    on: bool


class Queue(Wish):
    """``/control/queue``."""

    numbering: Literal["new"] | int | None = None
    again: int | None = None
    last: int | None = Field(None, ge=1)  #: so many of the last updates, again


class Webhook(Wish):
    """``/control/webhook``."""

    pace: float = Field(ge=0)


def _grows(span: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= span[0] <= span[1]:
        raise ValueError("a span is two numbers of seconds, the smaller one first")
    return span


Span = Annotated[tuple[float, float], AfterValidator(_grows)]


class Latency(Wish):
    """``/control/latency``: seconds, at least and at most."""

    there: Span = (0.0, 0.0)
    back: Span = (0.0, 0.0)


class WantedCalls(Wish):
    """Calls that ``/control/wait`` waits for."""

    method: str
    chat: int | None = None
    count: int = 1
    after: int = 0
    begun: bool = False  #: those under way count, too


class WantedAttempts(Wish):
    """Attempts to reach the webhook that ``/control/wait`` waits for."""

    count: int = 1
    after: int = 0


class Wait(Wish):
    """``/control/wait``: for a message, for calls, for attempts, or for quiet."""

    chat: int | None = None
    text: str | None = None
    after: int = 0
    edited: bool = False
    gone: bool = False
    button: str | None = None
    by: int | Literal["bot"] | None = None  #: whose message it is to be
    calls: WantedCalls | None = None
    attempts: WantedAttempts | None = None
    quiet: float | None = None
    seconds: float = Field(10.0, ge=0)

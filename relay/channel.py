"""The port to a messenger: five verbs on places and refs, and errors that say what to do next.

A place is a chat or a topic of one, a ref a message, both in the channel's own words: everyone
else stores and compares them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NewType, Protocol

from relay.content import Media
from relay.limits import Window
from relay.pictures import Chart, Timeline
from relay.text import Text, lines

Place = NewType("Place", str)
Ref = NewType("Ref", str)


class Act(StrEnum):
    """What a button asks for, beside the moves: those are named by ``Move``."""

    RATE = "rate"  #: about a ticket; choice: stars
    RELAY = "relay"  #: about a message that waits at a valve; choice: the ticket of this chat
    GO = "go"  #: about a message without a direction; choice: 1 up, 2 down, 3 both
    PLACE = "place"  #: about a client's message; choice: a ticket, or 0 for a new case
    PARTY = "party"  #: about a client's message; choice: the party it is for
    KIND = "kind"  #: about an intake; choice: the kind of work, from 1; 0: another one
    OMIT = "omit"  #: about an intake; choice: the question that is left unanswered
    ALL = "all"  #: pass a ticket on with the whole story; choice: the party, as for those below
    SOME = "some"  #: with the last few messages
    NONE = "none"  #: with the request alone
    EVERYBODY = "everybody"  #: offer a ticket to all whom it is for at once
    REQUIRE = "require"  #: about a ticket below; choice: 1, its result is waited for, or 0
    PAGE = "page"  #: of a list; about: the page
    OVERDUE = "overdue"  #: as above, of the list of what is overdue
    MINE = "mine"  #: as above, of the list of what somebody took
    SHOW = "show"  #: one ticket of a list
    RESULT = "result"  #: resolve with the words that came from below; about: the question
    LANGUAGE = "language"  #: about: its place in the list of languages
    MACHINE = "machine"  #: one of the register; about: its id
    REGISTER = "register"  #: bring in the file that was sent; about: what it changes, as a digest
    BACK = "back"  #: to a card's own buttons; about: a ticket
    AGREE = "agree"  #: to an invitation, as are those below; about: its id
    REFUSE = "refuse"
    REVOKE = "revoke"  #: choice: 1, in a list
    COMPANY = "company"  #: what is set of the chat's own party
    SET = "set"  #: something of a party; about: it, choice: what, and which of the choices
    LINKS = "links"  #: the list of a party's links; about: the page
    LINK = "link"  #: one of them; about: it
    TERM = "term"  #: something of a link; about: it, choice: as for a party
    LOG = "log"  #: what was changed
    CONFIRM = "confirm"  #: about: a proposal, as are those below
    LEAVE = "leave"
    CONSENT = "consent"
    UNLEAD = "unlead"  #: about: a person who shall lead no more
    UNSUBSCRIBE = "unsubscribe"  #: from a report that comes by itself; about: its id
    CHART = "chart"  #: a report as a picture; about: a link, or 0; choice: when, as are those below
    XLSX = "xlsx"
    CSV = "csv"
    CARDS = "cards"  #: scorecards as a spreadsheet; about: 0
    HEALTH = "health"  #: the operators' list; about: the page
    STUCK = "stuck"  #: one entry of it; about: its id, choice: its sort
    AGAIN = "again"  #: an operator's decision, as are those below; about and choice: as above
    ARRIVED = "arrived"
    SKIP = "skip"
    TRY = "try"
    GO_ON = (
        "go_on"  #: speak again after a start from a backup; about: 1, what is in doubt goes again
    )


@dataclass(frozen=True)
class Button:
    """A button under a post; what it asks for is in ids alone."""

    label: str
    act: str  #: an ``Act`` or a ``Move``
    about: int
    choice: int | None = None


@dataclass(frozen=True)
class Spare:
    """Words for where a messenger takes less than was meant: a channel knows nobody's language."""

    media: str = "✕"  #: stands in place of what may not be shown there
    withdrawn: str = "—"  #: stands in place of what cannot be deleted
    edited: str | None = None  #: marks what could not be edited and is said anew, as a reply to it


@dataclass(frozen=True)
class Topic:
    """A part of a chat that one ticket has for itself, where the messenger has such a thing."""

    name: str
    icon: str  #: an emoji; a messenger that does not have it leaves it out
    closed: bool | None = False  #: whether people may write there no more; None: as it is


@dataclass(frozen=True)
class Post:
    """One thing to be said: in as many messages as the channel needs."""

    text: Text = field(default=Text())
    head: Text = field(default=Text())  #: the line before it: which ticket, and who said it
    about: int | None = None  #: the ticket that the head opens where it can only be a button
    media: Media | None = None
    #: shown above the text, and drawn by the channel; no edit changes it
    picture: Timeline | Chart | None = None
    album: tuple[Post, ...] = ()  #: what is shown as one; the first has the head as well
    buttons: Sequence[Sequence[Button]] = field(default=())
    reply_to: Ref | None = None
    asks: str | None = None  #: somebody is to answer this by a reply; a hint for the empty field
    #: the reader may hand over their telephone number by a button of the messenger's own, where it
    #: has one: what stands on it. Until a post says that it is ``enough``, the button is there.
    asks_contact: str | None = None
    enough: bool = False
    spare: Spare = field(default=Spare())
    same: bool = False  #: one of an album that looks so already: no edit needs to touch it
    lost: Reason | None = None  #: why it is less than was said
    topic: Topic | None = None  #: it begins one, where the chat has topics
    quiet: bool = False  #: it comes without a sound

    @property
    def words(self) -> Text:
        """All that is to be read."""
        return lines(self.head, self.text)

    @property
    def digest(self) -> str:
        """Two posts with one digest look the same."""
        looks = (self.words, self.media, [each.digest for each in self.album], self.buttons)
        return blake2b(repr(looks).encode()).hexdigest()[:32]

    def look(self, number: int) -> str:
        """Return how one of the messages looks that show it."""
        return self.album[number].digest if number < len(self.album) else self.digest


class Reaction(StrEnum):
    """What a sender sees under their own message."""

    QUEUED = "queued"  #: not every chat has it yet
    DELIVERED = "delivered"  #: every chat has it


@dataclass(frozen=True)
class Landed:
    """Where a post is now: the place may be another than the one asked for."""

    place: Place
    refs: Sequence[Ref]
    lost: Reason | None = None  #: why not all of it is shown there; who said it should be told
    reopened: bool = False  #: a topic that was closed is open now
    flat: bool = False  #: there should have been a topic, and there cannot be one


class Reason(StrEnum):
    """Why something did not arrive."""

    BLOCKED = "blocked"  #: the person stopped the bot
    REMOVED = "removed"  #: the bot is no member of the chat, or the chat is gone
    MUTED = "muted"  #: the bot may not write there
    STOPPED = "stopped"  #: the bot's own token is not accepted
    GONE = "gone"  #: the person deleted their account
    NOT_ACCEPTED = "not_accepted"  #: this one thing is not taken, whatever we do
    FILE = "file"  #: the file cannot be passed on
    NAME = "name"  #: the name of the file gives the client away, and it cannot go under another
    CONTACT = "contact"  #: contacts are not shown where the client is hidden
    OUR_FAULT = "our_fault"  #: we asked for something impossible
    MAY_HAVE_ARRIVED = "may_have_arrived"
    UNCHANGED = "unchanged"  #: nothing new to show
    NEWER = "newer"  #: a newer version takes its place
    ENDED = "ended"  #: its ticket was recalled or cancelled
    SKIPPED = "skipped"  #: an operator gave it up
    WITHDRAWN = "withdrawn"  #: its author took it back


class Undelivered(Exception):
    """A post did not surely arrive; the subclass says what to do next, *said* what was answered.

    Of a post in several parts the first ones may stand there already: at *landed*, in *place*.
    """

    said: str = ""
    landed: Sequence[Ref] = ()
    place: Place | None = None  #: the topic that was opened for it


@dataclass(eq=False)
class Retry(Undelivered):
    """Surely not sent: throttled, or no way through. Worth another try *after* so long."""

    after: timedelta
    said: str = ""
    asked: bool = False  #: the messenger wants the pause: we were too fast


@dataclass(eq=False)
class Unclear(Undelivered):
    """It may have arrived: the connection broke after the request was written."""

    said: str = ""


@dataclass(eq=False)
class Held(Undelivered):
    """The place cannot be reached now: whatever else is for it would fail as well."""

    reason: Reason
    said: str = ""


@dataclass(eq=False)
class Refused(Undelivered):
    """Never: this one thing is not accepted, however often it is tried."""

    reason: Reason
    said: str = ""


@dataclass(eq=False)
class Moved(Undelivered):
    """Surely not sent: the chat lives at another address now."""

    to: Place
    said: str = ""


@dataclass(eq=False)
class Astray(Undelivered):
    """Surely not sent: the topic that it was for is not there any more."""

    said: str = ""


#: Waits until one more call may be made to the same chat.
Another = Callable[[], Awaitable[None]]


class Channel(Protocol):
    """A kind of messenger. Every verb may raise ``Undelivered``; none tries again by itself."""

    def windows(self, lane: Place, *, reaction: bool) -> Sequence[tuple[tuple[str, ...], Window]]:
        """Return how fast *lane* may be spoken to: the windows that one call falls into."""

    def fits(self, text: Text) -> bool:
        """Say whether a text goes into one message."""

    async def send(self, to: Place, post: Post, another: Another) -> Landed:
        """Say *post*, in as many parts as it takes, and return where they landed.

        Before each part but the first it waits for *another* call to be allowed. That may be
        elsewhere than *to*: a topic that had to be opened, a group that moved. The party is
        there from then on.
        """

    async def edit(self, at: Place, refs: Sequence[Ref], post: Post, another: Another) -> Landed:
        """Make what stands at *refs* read as *post*; return where it stands then.

        Parts that became too many are deleted, those that are missing are added. What looks
        the same already is no error. Where the messenger does not allow the edit, the
        post is sent anew.
        """

    async def delete(
        self, at: Place, refs: Sequence[Ref], another: Another, withdrawn: str
    ) -> None:
        """Take messages away, or put *withdrawn* in their place; what is gone is no error."""

    async def retitle(self, at: Place, topic: Topic, another: Another) -> None:
        """Give a topic its name and its icon, and close or open it."""

    async def react(self, at: Place, ref: Ref, reaction: Reaction) -> None:
        """Show *reaction* under somebody's message, instead of an earlier one."""

"""What was understood and declined, with the facts that say why; words are found at the door."""

from dataclasses import dataclass
from enum import StrEnum

from relay.moves import Move, State


class NotYet(Exception):
    """What this is about is being written down at this moment: it is no refusal, ask again."""


class Refusal(Exception):
    """A request understood and declined."""


@dataclass(eq=False)
class NoSuchTicket(Refusal):
    """There is no such ticket, or it is none of this chat's: the two look alike."""

    number: str | None = None


class NothingOpen(Refusal):
    """No ticket is open in this chat."""


@dataclass(eq=False)
class NotYours(Refusal):
    """The speaker may not make the move: it takes a lead, or the other side."""

    number: str
    move: Move
    lead: bool  #: a lead of this chat could


@dataclass(eq=False)
class NotNow(Refusal):
    """The ticket's state does not permit the move; perhaps somebody was *first*."""

    number: str
    move: Move
    state: State
    first: str | None = None
    again: bool = False  #: the speaker made it before


@dataclass(eq=False)
class SayWhy(Refusal):
    """The move needs words."""

    number: str
    move: Move


@dataclass(eq=False)
class OpenBelow(Refusal):
    """The ticket cannot be resolved while a party below works on it."""

    number: str
    below: str


@dataclass(eq=False)
class NoLink(Refusal):
    """No active link leads from this party to another one that could get the ticket."""

    number: str


@dataclass(eq=False)
class OnThePath(Refusal):
    """The party has the case already."""

    party: str


@dataclass(eq=False)
class TooLate(Refusal):
    """The time in which the ticket could be reopened is over."""

    number: str
    days: int


@dataclass(eq=False)
class UpperEnded(Refusal):
    """The ticket above is closed, and so this one cannot be reopened."""

    number: str
    upper: str


@dataclass(eq=False)
class Ended(Refusal):
    """The ticket is over; perhaps the speaker, who may be the *client*, may *reopen* it."""

    number: str
    reopen: bool = False
    client: bool = False


@dataclass(eq=False)
class AlreadyRated(Refusal):
    """The ticket was rated before."""

    number: str


@dataclass(eq=False)
class NothingThere(Refusal):
    """A command came without the words, or without saying which ticket is meant."""

    command: str


@dataclass(eq=False)
class WhichTicket(Refusal):
    """Several tickets could be meant."""

    command: str
    numbers: list[str]


@dataclass(eq=False)
class NobodyHere(Refusal):
    """The chat is no party's, and no client's either."""


@dataclass(eq=False)
class NotForClients(Refusal):
    """No party takes requests from clients, or not the one that the link named."""


@dataclass(eq=False)
class NoClients(Refusal):
    """A party wants the link for clients, and takes none."""

    party: str


@dataclass(eq=False)
class NothingAsked(Refusal):
    """A client wants to skip a question, and there is none."""


@dataclass(eq=False)
class Blocked(Refusal):
    """A client is not heard any more by the *party* that they ask."""

    party: str


@dataclass(eq=False)
class NotBlocked(Refusal):
    """A client is to be heard again who was never not heard."""

    client: str


@dataclass(eq=False)
class WhichClient(Refusal):
    """A *command* about a client does not say about which."""

    command: str


@dataclass(eq=False)
class NotFirst(Refusal):
    """Only the party that a client asks decides about the client; *number* is of another one."""

    number: str


@dataclass(eq=False)
class LeadsOnly(Refusal):
    """It takes a lead of this chat."""


@dataclass(eq=False)
class Unknown(Refusal):
    """A reply to something that the relay does not know."""


@dataclass(eq=False)
class Elsewhere(Refusal):
    """A reply to something of ours in another chat: a ticket is reached from its own alone."""


@dataclass(eq=False)
class NothingBelow(Refusal):
    """There is no open ticket in the direction that was asked for."""

    number: str


@dataclass(eq=False)
class Already(Refusal):
    """It was done before: passed on, placed, answered."""


@dataclass(eq=False)
class NotSaid(Refusal):
    """Somebody wants to take something back that was not said here, or by somebody *else*."""

    by: str | None = None


@dataclass(eq=False)
class NotRelayed(Refusal):
    """A kind of message that nobody has decided about; *partly*: one among several."""

    partly: bool = False


@dataclass(eq=False)
class LongName(Refusal):
    """A party cannot be called so: the name has more than *most* characters."""

    most: int


@dataclass(eq=False)
class ManyInvitations(Refusal):
    """As many invitations as one may send out are still open."""

    most: int


class Unfit(StrEnum):
    """Why an invitation cannot be used, or not here."""

    UNKNOWN = "unknown"  #: there is none, or it is none of this chat's: the two look alike
    GUESSING = "guessing"  #: too many that there are none of were tried in this chat
    USED = "used"  #: accepted already
    LATE = "late"
    REVOKED = "revoked"  #: or declined
    ELSEWHERE = "elsewhere"  #: it was used in another chat
    OWN = "own"  #: by the party that sent it out
    HOME = "home"  #: it is to begin a chain, and the chat is a party's already
    CIRCLE = "circle"  #: who would get the work passes work on to who would give it
    LINKED = "linked"  #: the two are linked already
    CLIENT = "client"  #: the chat is a client's, with open cases


@dataclass(eq=False)
class NotInvited(Refusal):
    """An invitation cannot be used, or not here."""

    why: Unfit


class NotSomebody(Refusal):
    """Somebody was to be named who is no person of this chat."""


class NotHere(Refusal):
    """What was to be looked at or changed is none of this chat's, or there is no such thing."""


@dataclass(eq=False)
class TheirsToSet(Refusal):
    """The other end of a link sets this, the party called so."""

    party: str


@dataclass(eq=False)
class BadValue(Refusal):
    """What was written cannot be meant: *what* is set is called as in the chain file."""

    what: str


@dataclass(eq=False)
class CodeTaken(Refusal):
    """The tickets of another party begin with that code."""

    code: str


@dataclass(eq=False)
class BadSubscription(Refusal):
    """What was written does not say which report is to come by itself, and when."""

    words: str


@dataclass(eq=False)
class ManySubscriptions(Refusal):
    """As many reports as may come by themselves do: *most*."""

    most: int


class NoSubscription(Refusal):
    """No such report comes by itself, or not to this chat: the two look alike."""


class SoAlready(Refusal):
    """Nothing would be different."""


class Outdated(Refusal):
    """What was to be confirmed is not as it was shown any more, or was shown too long ago."""


@dataclass(eq=False)
class NoSuchEquipment(Refusal):
    """There is no such machine, or it is in no register of this chat's: the two look alike."""


@dataclass(eq=False)
class NoSuchSticker(Refusal):
    """A sticker leads to no machine, or to one that is gone, or nobody takes requests about it."""


@dataclass(eq=False)
class NothingToPrint(Refusal):
    """No machine of the register is meant."""


@dataclass(eq=False)
class TooManyStickers(Refusal):
    """More machines are meant than a sheet may have stickers."""

    count: int
    most: int


@dataclass(eq=False)
class NoStickersHere(Refusal):
    """Clients may not write to this party, so its stickers would lead nowhere."""


@dataclass(eq=False)
class NotFetched(Refusal):
    """The file that somebody sent cannot be had from the messenger."""


class Amiss(StrEnum):
    """What is wrong with a period for which somebody wants figures."""

    UNREAD = "unread"  #: there is no such day, month or year
    BACKWARDS = "backwards"  #: it ends before it begins
    AHEAD = "ahead"  #: it has not begun
    LONG = "long"  #: it is more than a year


@dataclass(eq=False)
class BadPeriod(Refusal):
    """No figures can be told of the period that *words* mean."""

    words: str
    amiss: Amiss


@dataclass(eq=False)
class NoSuchPartner(Refusal):
    """No partner is called so, nor is it a period; those of others look alike."""

    words: str

"""How no is said: every refusal in words, with what to do instead."""

from typing import assert_never

from handlers.registers import bad_words
from relay.language import Gettext
from relay.moves import Move, State
from relay.refusals import (
    Already,
    AlreadyRated,
    Amiss,
    BadPeriod,
    BadSubscription,
    BadValue,
    Blocked,
    CannotLook,
    CodeTaken,
    Elsewhere,
    Ended,
    Frozen,
    LeadsOnly,
    LongName,
    ManyInvitations,
    ManySubscriptions,
    NobodyHere,
    NoClients,
    NoDashboard,
    NoLines,
    NoLink,
    NoStickersHere,
    NoSubscription,
    NoSuchEquipment,
    NoSuchPartner,
    NoSuchSticker,
    NoSuchTicket,
    NotBlocked,
    NotFetched,
    NotFirst,
    NotForClients,
    NotHere,
    NothingAsked,
    NothingBelow,
    NothingOpen,
    NothingThere,
    NothingToPrint,
    NothingToSee,
    NotInvited,
    NotNow,
    NotOver,
    NotRelayed,
    NotSaid,
    NotSettledWith,
    NotSomebody,
    NotYours,
    OnThePath,
    OpenBelow,
    Outdated,
    Overtaken,
    Refusal,
    SayWhy,
    SoAlready,
    TheirsToSet,
    TooLate,
    TooManyStickers,
    Unfit,
    Unknown,
    UpperEnded,
    WhichClient,
    WhichTicket,
)
from relay.registers import BadRegister
from relay.text import shortened
from relay.words import bad_value, code_taken, ours, so_already

QUOTED = 60  #: characters of what somebody wrote


def words(refusal: Refusal, _: Gettext) -> str:
    """Say why something was declined, and what can be done instead."""
    match refusal:
        case NoSuchTicket(number=str(number)):
            return _("There is no ticket {number} here. /status lists those there are.").format(
                number=number
            )
        case NoSuchTicket():
            return _("There is no such ticket here. /status lists those there are.")
        case NotYours(number=number, lead=True):
            return _(
                "Only a lead of this chat may do that with {number}. Please ask an administrator "
                "of the chat."
            ).format(number=number)
        case NotYours(number=number):
            return _("That is not yours to do with {number}: the other side decides it.").format(
                number=number
            )
        case NotNow(number=number, state=state, again=True):
            return _("You have done that already: {number} is {state}.").format(
                number=number, state=ours(state, _)
            )
        case NotNow(number=number, state=State.EXPIRED):
            return _("{number} was not taken in time and has gone to somebody else.").format(
                number=number
            )
        case NotNow(number=number, state=State.RECALLED, move=Move.TAKE | Move.DECLINE, first=None):
            return _("{number} is no longer offered to you: somebody else has taken it.").format(
                number=number
            )
        case NotNow(number=number, first=str(first)):
            return _("{first} was first: {number} is {state} already.").format(
                first=first, number=number, state=ours(refusal.state, _)
            )
        case NotNow(number=number, state=state):
            return _("{number} is {state}, so that cannot be done now.").format(
                number=number, state=ours(state, _)
            )
        case SayWhy(number=number, move=Move.RESOLVE):
            return _("Please say what was done on {number}.").format(number=number)
        case SayWhy(number=number):
            return _("Please say why, so that the others at {number} understand.").format(
                number=number
            )
        case OpenBelow(number=number, below=below):
            return _(
                "{number} cannot be resolved yet: {below} is still open. Wait for its result, or "
                "recall it."
            ).format(number=number, below=below)
        case NoLink(number=number):
            return _(
                "There is nobody to pass {number} on to. Write /invite and the name of a partner "
                "to bring one in."
            ).format(number=number)
        case OnThePath(party=party):
            return _("{party} has this case already, further up. Please choose another.").format(
                party=party
            )
        case TooLate(number=number, days=0):
            return _("{number} was closed too long ago. Please start anew.").format(number=number)
        case TooLate(number=number, days=days):
            return _.plural(
                "{number} was closed more than a day ago. Please start anew.",
                "{number} was closed more than {n} days ago. Please start anew.",
                days,
            ).format(number=number)
        case UpperEnded(number=number, upper=upper):
            return _("{number} cannot be reopened, because {upper} is closed itself.").format(
                number=number, upper=upper
            )
        case Ended(number=number, reopen=True):
            return _(
                "{number} is closed. Press Reopen on its card to go on with it, or write /new and "
                "what happened."
            ).format(number=number)
        case Ended(number=number, client=True):
            return _("{number} has ended. Write /new and what happened to ask again.").format(
                number=number
            )
        case Ended(number=number):
            return _(
                "{number} has ended, so this was not passed on. Only the one who gave it can "
                "reopen it."
            ).format(number=number)
        case AlreadyRated(number=number):
            return _("{number} is rated already. Thank you.").format(number=number)
        case NothingThere(command="/new"):
            return _("Please write what happened after /new, in the same message.")
        case NothingThere(command="/block"):
            return _("Please write in words why the client is blocked.")
        case NothingThere(command="/contribution" as command):
            return _("Please say which ticket you mean: {command} 17").format(command=command)
        case NothingThere(command=command):
            return _(
                "Please write the words after {command}, for example: {command} 17 the part has "
                "come."
            ).format(command=command)
        case WhichTicket(command="/note" | "/say" as command, numbers=numbers):
            return _(
                "Several are open: {numbers}. Please name one: {command} {number} your text"
            ).format(numbers=", ".join(numbers), command=command, number=numbers[0])
        case WhichTicket(command=command, numbers=numbers):
            return _("Several are open: {numbers}. Please name one: {command} {number}").format(
                numbers=", ".join(numbers), command=command, number=numbers[0]
            )
        case NoLines(number=number):
            return _(
                "Nothing is to be paid for {number} as yet. Prices come from the tariff of the "
                "link when the work is resolved; /links shows what you agreed."
            ).format(number=number)
        case Frozen(number=number):
            return _(
                "{number} has ended, so what it costs stays as it is. If something is wrong, the "
                "one above can reopen it, as long as that was agreed."
            ).format(number=number)
        case NotSettledWith(words=said):
            return _(
                "I do not know what “{words}” is. Write a month and, if you like, the name or the "
                "code of a partner with whom you agreed on a tariff, like: /settlement 2026-11 SRV"
            ).format(words=shortened(said, QUOTED))
        case NotOver():
            return _(
                "This month has not ended, and more may come. It can be confirmed from the first "
                "day of the next one."
            )
        case Overtaken():
            return _(
                "It is not as it was shown here any more, so nothing was confirmed. Please look at "
                "it again: /settlement"
            )
        case NothingOpen():
            return _("Nothing is open here at the moment.")
        case NobodyHere():
            return _(
                "This chat is no partner's yet. To ask for help, write /new and what happened. "
                "If you were sent an invitation, open its link and choose this group; for a chain "
                "file, /id shows the number of this chat."
            )
        case NotForClients():
            return _("Nobody takes requests here at the moment. Please check the link you got.")
        case NoClients(party=party):
            return _(
                "Clients cannot write to {party} yet. A lead of this chat can switch that on: "
                "write /party, and then ask for the /link again."
            ).format(party=party)
        case Blocked(party=party):
            return _(
                "{party} takes no messages from you here any more, so this was not passed on. "
                "Please turn to {party} another way."
            ).format(party=party)
        case NothingAsked():
            return _("Nothing is asked here at the moment. Write what happened to ask for help.")
        case NotBlocked(client=client):
            return _("{client} is not blocked: what they write reaches you.").format(client=client)
        case WhichClient(command="/unblock"):
            return _(
                "Who is meant? Reply with /unblock to a card or a message of the client's case, "
                "or name its number: /unblock 17"
            )
        case WhichClient(command=command):
            return _(
                "Who is meant? Reply with {command} and the reason to a card or a message of the "
                "client's case, or name its number: {command} 17 the reason"
            ).format(command=command)
        case NotFirst(number=number):
            return _(
                "Only the company that the client wrote to can do that, and {number} came to you "
                "from another company."
            ).format(number=number)
        case Unknown():
            return _(
                "I do not know what this replies to, so it was not passed on. Write "
                "/say and the ticket's number and your text."
            )
        case Elsewhere():
            return _(
                "This replies to a message of another chat, so it was not passed on. Please reply "
                "there, or write here /say and the number of a ticket of this chat and your text."
            )
        case NothingBelow(number=number):
            return _("Nobody below works on {number} any more, so it can only go up.").format(
                number=number
            )
        case Already():
            return _("That is done already.")
        case NotSaid(by=str(name)):
            return _("Only {name} can take that back, or a lead of this chat.").format(name=name)
        case NotSaid():
            return _(
                "Reply with /retract to a message of yours that was passed on, and I take it back "
                "everywhere."
            )
        case CannotLook():
            return _("I could not look this up just now. Please try again in a minute.")
        case BadPeriod(words=said, amiss=Amiss.BACKWARDS):
            return _(
                "“{words}” ends before it begins. Please write the earlier day first: "
                "2026-11-01..2026-11-15."
            ).format(words=said)
        case BadPeriod(words=said, amiss=Amiss.AHEAD):
            return _("“{words}” has not begun yet, so there is nothing to tell.").format(words=said)
        case BadPeriod(words=said, amiss=Amiss.LONG):
            return _("“{words}” is more than a year. Please ask for a year or less.").format(
                words=said
            )
        case BadPeriod(words=said):
            return _(
                "There is no such time as “{words}”. Please write: week, last week, month, last "
                "month, 2026-11, or 2026-11-01..2026-11-15."
            ).format(words=said)
        case NoSuchPartner(words=said):
            return _(
                "You have no partner “{words}”: /links lists those you have. If you mean a time, "
                "write: week, last week, month, last month, 2026-11, or 2026-11-01..2026-11-15."
            ).format(words=said)
        case LeadsOnly():
            return _(
                "Only a lead of this chat may do that. Please ask an administrator, or whoever was "
                "named with /lead."
            )
        case NoDashboard():
            return _(
                "There is no dashboard yet: whoever runs the bot has to set DASHBOARD_URL, the "
                "address at which it can be opened in a browser."
            )
        case NothingToSee():
            return _(
                "The dashboard is for those who lead a company here. If you do: write /dashboard "
                "in your company's chat first, so that I know where you belong."
            )
        case NotSomebody():
            return _(
                "To name a lead, reply with /lead to what a person of this chat wrote here. An "
                "anonymous administrator leads anyway."
            )
        case NotHere():
            return _("There is no such thing here any more. /party and /links show what there is.")
        case TheirsToSet(party=party):
            return _("That is for {party} to change.").format(party=party)
        case CodeTaken(code=code):
            return code_taken(code, _)
        case BadSubscription(words=said):
            wrong = _("I do not know what or when “{words}” is. Write it like this:")
            return "\n".join((wrong.format(words=shortened(said, QUOTED)), *how_to_subscribe(_)))
        case ManySubscriptions(most=most):
            return _(
                "{n} reports come here by themselves, and more is not possible. Write /subscribe "
                "to stop some."
            ).format(n=most)
        case NoSubscription():
            return _("This report does not come here. /subscribe shows those that do.")
        case SoAlready():
            return so_already(_)
        case Outdated():
            return _(
                "It is not as it was shown here any more, so nothing was changed. /party and "
                "/links show how it is now."
            )
        case BadValue(what=what):
            return bad_value(what, _)
        case NotRelayed(partly=True):
            return _(
                "One of these is of a kind that I do not know, so it was not passed on; the others "
                "were. Please say it in words, or send it as a file."
            )
        case NotRelayed():
            return _(
                "I do not know this kind of message, so it was not passed on. Please say it in "
                "words, or send it as a file."
            )
        case LongName(most=most):
            return _("This name is too long. Please choose one of at most {n} characters.").format(
                n=most
            )
        case ManyInvitations(most=most):
            return _(
                "{n} of your invitations are open, and more is not possible. Write /invite to take "
                "some back."
            ).format(n=most)
        case NotInvited(why=why):
            return not_invited(why, _)
        case BadRegister(problems=problems):
            return bad_words(problems, _)
        case NotFetched():
            return _("I could not get the file from the messenger. Please send it once more.")
        case NoSuchEquipment():
            return _("There is no such machine in the register of this chat.")
        case NoSuchSticker():
            return _(
                "This sticker is not in use any more. Please write to the company in the way you "
                "know, or describe here what happened."
            )
        case NothingToPrint():
            return _(
                "No machine in the register fits, so there is nothing to print. /equipment says "
                "how to fill the register and how to search."
            )
        case TooManyStickers(count=count, most=most):
            return _(
                "That would be {n} stickers, and one sheet takes {most}. Please say after /qr "
                "which ones, for example by their place."
            ).format(n=count, most=most)
        case NoStickersHere():
            return _(
                "Clients cannot write to this company, so a sticker would lead nowhere. A lead of "
                "this chat can switch that on: write /party."
            )
        case _:
            return _("That is not possible.")


def not_invited(why: Unfit, _: Gettext) -> str:
    """Say why an invitation cannot be used, or not here."""
    match why:
        case Unfit.UNKNOWN:
            return _("I know no such invitation. Please check the link, or ask for a new one.")
        case Unfit.GUESSING:
            return _(
                "Too many invitations that I do not know were tried here. Please try again in an "
                "hour, with the link exactly as you got it."
            )
        case Unfit.USED:
            return _("This invitation was accepted already, and it works only once.")
        case Unfit.LATE:
            return _(
                "This invitation is too old: it was good for 7 days. Please ask for a new one."
            )
        case Unfit.REVOKED:
            return _("This invitation was taken back or declined. Please ask for a new one.")
        case Unfit.ELSEWHERE:
            return _(
                "This invitation is in use in another chat. Please go on there, or ask for a new "
                "one for this chat."
            )
        case Unfit.OWN:
            return _(
                "This is your own invitation. Send it to your partner, to be opened in their group."
            )
        case Unfit.HOME:
            return _(
                "This chat is a partner's already, and the invitation is for a new one. Please "
                "open it in another group."
            )
        case Unfit.CIRCLE:
            return _(
                "You pass work on to whoever invites you, directly or through others, so you "
                "cannot get work from them as well."
            )
        case Unfit.LINKED:
            return _("You are linked with whoever invites you already. There is nothing to do.")
        case Unfit.CLIENT:
            return _(
                "Requests of this chat are still open, so it cannot become a partner's. Please "
                "open the invitation in another group."
            )
        case _:
            assert_never(why)


def how_to_subscribe(_: Gettext) -> tuple[str, ...]:
    """Return what one may write to let a report come by itself."""
    return (
        _("/subscribe report daily 18:00"),
        _("/subscribe report weekly Mon 09:00"),
        _("/subscribe report monthly 1 09:00"),
    )

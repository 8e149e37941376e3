"""How no is said: every refusal in words, with what to do instead."""

from handlers.registers import bad_words
from relay.language import Gettext
from relay.moves import Move
from relay.refusals import (
    Already,
    AlreadyRated,
    Elsewhere,
    Ended,
    LeadsOnly,
    NobodyHere,
    NoLink,
    NoStickersHere,
    NoSuchEquipment,
    NoSuchSticker,
    NoSuchTicket,
    NotFetched,
    NotForClients,
    NothingBelow,
    NothingOpen,
    NothingThere,
    NothingToPrint,
    NotNow,
    NotRelayed,
    NotSaid,
    NotYours,
    OnThePath,
    OpenBelow,
    Refusal,
    SayWhy,
    TooLate,
    TooManyStickers,
    Unknown,
    UpperEnded,
    WhichTicket,
)
from relay.registers import BadRegister
from relay.words import ours


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
                "There is nobody to pass {number} on to. Whoever set the bot up can add a partner."
            ).format(number=number)
        case OnThePath(party=party):
            return _("{party} has this case already, further up. Please choose another.").format(
                party=party
            )
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
        case NothingOpen():
            return _("Nothing is open here at the moment.")
        case NobodyHere():
            return _(
                "This chat is no partner's yet. To ask for help, write /new and what happened. "
                "To make it a partner's, put the number that /id shows into the chain file."
            )
        case NotForClients():
            return _("Nobody takes requests here at the moment. Please check the link you got.")
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
        case LeadsOnly():
            return _(
                "Only a lead of this chat may do that. Please ask an administrator of the chat."
            )
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
                "Clients cannot write to this company, so a sticker would lead nowhere. Whoever "
                "set the bot up can allow it: clients = true."
            )
        case _:
            return _("That is not possible.")

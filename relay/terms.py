"""How an invitation reads: the terms it offers, and what becomes of it, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, assert_never

from relay.channel import Act, Button, Post
from relay.language import Gettext
from relay.outbox import Notice
from relay.refusals import Unfit
from relay.tables import Result, Sees
from relay.text import Text, bold, fill, lines

SAID: Final = (
    "client",
    "result",
    "names",
    "client_rating",
    "tariff",
    "penalty",
)  #: of a link's terms
WITHIN: Final = ("take_within", "resolve_within", "check_within")


def facts(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a link's *terms*, as a delivery keeps it: durations in seconds."""
    spans = {name: terms[name] for name in WITHIN if terms[name]}
    said = {name: terms[name] for name in SAID}
    return said | {name: int(span.total_seconds()) for name, span in spans.items()}


def post(told: Mapping[str, Any], now: datetime, _: Gettext) -> Post:
    """Return what a chat is told of an invitation: the facts are those of ``outbox.Notice``."""
    name, by = bold(told["name"]), told.get("by")
    match Notice(told["what"]):
        case Notice.TERMS:
            return offer(told, now, _)
        case Notice.JOINED:
            return Post(joined(told, _))
        case Notice.LINKED if by:
            said = _(
                "🤝 {name} has accepted your invitation. Its tickets have the code {code}. You can "
                "pass requests on to it from now on: press Pass on under a card."
            )
            return Post(fill(said, name=name, code=bold(told["code"])))
        case Notice.LINKED:
            said = _(
                "🤝 {name} has accepted the invitation. Its tickets have the code {code}. Clients "
                "can write to it from now on."
            )
            return Post(fill(said, name=name, code=bold(told["code"])))
        case Notice.WITHDRAWN:
            return Post(fill(_("The invitation for {name} was taken back."), name=name))
        case _:
            return Post(fill(not_joined(told.get("reason"), _), name=name))


def offer(told: Mapping[str, Any], now: datetime, _: Gettext) -> Post:
    """Return the terms, with the buttons that agree or decline."""
    by, until = told.get("by"), datetime.fromtimestamp(told["until"], UTC)
    name = bold(told["name"])
    if by:
        first = fill(_("🤝 {party} invites this chat to work with it."), party=bold(by))
        called = fill(_("It would be called {name}."), name=name)
        works = fill(
            _(
                "Requests come here as cards with buttons, and you press Take to start on one. "
                "What you reply to a card goes to {party}; everything else you write stays here."
            ),
            party=by,
        )
    else:
        first = Text(_("🤝 This chat is invited to take requests from clients."))
        called = fill(_("Clients would read the name {name}."), name=name)
        works = Text(
            _(
                "Requests come here as cards with buttons, and you press Take to start on one. "
                "Clients read what you reply to it; everything else you write stays here."
            )
        )
    agreed = [fill("• {term}", term=each) for each in agreement(told, by, _)] if by else []
    if agreed:
        agreed.insert(0, Text(_("What is agreed:")))
    until_when = _("A lead of this chat can accept until {moment}.")
    text = lines(
        first if told.get("known") else first + " " + called,
        works,
        *agreed,
        fill(until_when, moment=_.moment(until, now)),
    )
    about = told["invitation"]
    buttons = [
        Button("👍 " + _("Accept"), Act.AGREE, about),
        Button("🚫 " + _("Decline"), Act.REFUSE, about),
    ]
    return Post(text, buttons=[buttons])


def agreement(told: Mapping[str, Any], party: str, _: Gettext) -> Iterator[Text | str]:
    """Return what is agreed, sentence by sentence."""
    terms = told["terms"]
    yield sees(Sees(terms["client"]), _)
    if terms["names"]:
        yield fill(_("{party} reads the name of whoever of you writes."), party=party)
    else:
        yield fill(_("{party} reads the name of your company, not who of you writes."), party=party)
    yield from deadlines(terms, _)
    if terms["result"] == Result.AUTO:
        yield _("Your results go on to the client's side without a check.")
    else:
        yield from checks(terms, party, _)
    if terms["client_rating"]:
        yield _("You read how the client rates the whole case.")
    if terms["tariff"]:
        prices = "; ".join(f"{what}: {price}" for what, price in terms["tariff"].items())
        yield fill(_("Prices: {prices}."), prices=prices)
    if penalty := terms.get("penalty"):
        yield fill(_("From work that is late, {penalty} is deducted."), penalty=penalty)


def checks(terms: Mapping[str, Any], party: str, _: Gettext) -> Iterator[Text | str]:
    """Say what becomes of a result that is checked."""
    yield fill(_("{party} checks every result: it accepts it, or returns it."), party=party)
    if span := terms.get("check_within"):
        length = _.duration(timedelta(seconds=span))
        said = _("A result that nobody has checked within {length} counts as accepted.")
        yield fill(said, length=length)
    yield fill(_("{party} rates your work from 1 to 5, and you read how."), party=party)


def sees(client: Sees, _: Gettext) -> str:
    """Say what a lower is told about the client."""
    match client:
        case Sees.FULL:
            return _("You read who the client is from the start.")
        case Sees.NAME:
            return _("You read the client's name, but not how to reach them.")
        case Sees.HIDDEN:
            return _("You are not told who the client is.")
        case Sees.WHEN_TAKEN:
            return _("You read who the client is once you have taken the request.")
        case _:
            assert_never(client)


def deadlines(terms: Mapping[str, Any], _: Gettext) -> Iterator[Text | str]:
    """Say by when a request is to be taken, and to be done."""
    take, done = terms.get("take_within"), terms.get("resolve_within")
    if not take and not done:
        yield _("There are no deadlines for taking a request or for finishing it.")
    if take:
        length = _.duration(timedelta(seconds=take))
        said = _("Please take a request within {length}, or it may go to somebody else.")
        yield fill(said, length=length)
    if done:
        length = _.duration(timedelta(seconds=done))
        yield fill(_("Please finish it within {length} of your working hours."), length=length)


def joined(told: Mapping[str, Any], _: Gettext) -> Text:
    """Greet a chat that has accepted, and say what comes next."""
    by, name, code = told.get("by"), bold(told["name"]), bold(told["code"])
    if by and told.get("known"):
        said = _("🤝 You work with {party} now, too. Its requests come here like all the others.")
        return fill(said, party=bold(by))
    welcome = _("🤝 This chat is {name} now, and its tickets have the code {code}.")
    if by:
        then = fill(_("Requests of {party} come here as cards with buttons."), party=by)
    else:
        then = Text(
            _(
                "Requests of clients come here as cards with buttons. Write /invite and a name to "
                "bring in a partner to whom you can pass them on."
            )
        )
    return lines(
        fill(welcome, name=name, code=code),
        then,
        _("/party changes the name, the code, your working hours and more; /help says the rest."),
    )


def not_joined(why: str | None, _: Gettext) -> str:
    """Tell who invited somebody why nothing has come of it; without a reason it was declined."""
    match why:
        case None:
            return _("The invitation for {name} was declined.")
        case Unfit.LATE:
            return _(
                "Somebody wanted to use the invitation for {name}, but it is too late. Write "
                "/invite and the name to make a new one."
            )
        case Unfit.ELSEWHERE | Unfit.USED:
            return _(
                "Somebody tried the invitation for {name} in a second chat, and was refused: it "
                "works only once. If that was not your partner, the link has got around."
            )
        case Unfit.REVOKED:
            return _(
                "Somebody tried the invitation for {name}, which is not valid any more, and was "
                "refused."
            )
        case Unfit.HOME:
            return _(
                "The invitation for {name} was opened in a chat that is a partner's already. It is "
                "still good for another chat."
            )
        case Unfit.CIRCLE:
            return _(
                "The invitation for {name} was opened by a partner who passes work on to you, "
                "directly or through others. Work cannot go in a circle, so it was refused."
            )
        case Unfit.LINKED:
            return _("The invitation for {name} was opened by a partner you are linked with.")
        case Unfit.CLIENT:
            return _(
                "The invitation for {name} was opened in a chat that has asked for help itself, "
                "and its requests are still open. It is still good for another chat."
            )
        case _:
            return _("The invitation for {name} was opened in a chat where it cannot be used.")

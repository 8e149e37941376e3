"""What people do in Telegram: three to six lines a handler, one call into the relay each.

Read ``forms`` (Telegram's shapes of our words) and ``replies`` (how we answer), then one file per
kind of speaker: ``client``, ``party``, ``stranger``, and what all may do in ``anyone``; ``entry``
is how clients find a party, ``asking`` what they are asked first, ``blocks`` how it gets rid of
one; the buttons under cards are in ``presses``, what leads change is in ``setting``, registers and
stickers are in ``equipment``, corrections in ``edits``, ``reports`` tell what was done, ``lists``
what is late and whose it is, ``subscriptions`` which reports come; ``operators`` see to it that
nothing gets stuck; ``invitations`` let a chain grow; ``chats`` is about the chats themselves, and
``standing`` what the bot may do there; ``refusals`` and ``registers`` say no.
"""

from aiogram import Router

from handlers import (
    anyone,
    asking,
    blocks,
    chats,
    client,
    edits,
    entry,
    equipment,
    invitations,
    lists,
    operators,
    party,
    presses,
    reports,
    setting,
    stranger,
    subscriptions,
)


def router() -> Router:
    """Return all handlers in the order in which they are asked."""
    root = Router(name="baton")
    first = (chats, edits, operators, invitations, anyone)
    theirs = (presses, setting, entry, blocks, equipment)
    looks = (lists, reports, subscriptions)
    for module in (*first, *theirs, *looks, party, asking, client, stranger):
        root.include_router(module.router())
    return root

"""What people do in Telegram: three to six lines a handler, one call into the relay each.

Read ``forms`` (Telegram's shapes of our words) and ``replies`` (how we answer), then one file per
kind of speaker: ``client``, ``party``, ``stranger``, and what all may do in ``anyone``; ``entry``
is how clients find a party, ``asking`` what they are asked first, ``blocks`` how it gets rid of
one; the buttons under cards are in ``presses``, what leads change is in ``setting``, what work
costs in ``settling``, registers and stickers are in ``equipment``, corrections in ``edits``;
``finding`` looks tickets up, ``lists`` tell what is late and whose it is, ``reports`` what was
done, ``subscriptions`` which of them come by themselves, and ``dashboard`` gives the way to the
web pages; ``operators`` see to it that nothing gets stuck; ``invitations`` let a chain grow;
``chats`` is about the chats themselves, and ``standing`` what the bot may do there; ``refusals``
and ``registers`` say no.
"""

from aiogram import Router

from handlers import (
    anyone,
    asking,
    blocks,
    chats,
    client,
    dashboard,
    edits,
    entry,
    equipment,
    finding,
    invitations,
    lists,
    operators,
    party,
    presses,
    reports,
    setting,
    settling,
    stranger,
    subscriptions,
)


def router() -> Router:
    """Return all handlers in the order in which they are asked."""
    root = Router(name="baton")
    first = (chats, edits, operators, invitations, anyone, dashboard)
    looked_up = (finding, lists, reports, subscriptions)
    theirs = (presses, setting, settling, entry, blocks, equipment, *looked_up, party)
    for module in (*first, *theirs, asking, client, stranger):
        root.include_router(module.router())
    return root

"""What people do in Telegram: three to six lines a handler, one call into the relay each.

Read ``forms`` (Telegram's shapes of our words) and ``replies`` (how we answer), then one file per
kind of speaker: ``client``, ``party``, ``stranger``, and what all may do in ``anyone``; ``entry``
is how clients find a party, ``asking`` what they are asked first, ``blocks`` how it gets rid of
one; the buttons under cards are in ``presses``, corrections in ``edits``; ``operators`` see to it
that nothing gets stuck; ``chats`` is about the chats themselves; ``refusals`` says no.
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
    operators,
    party,
    presses,
    stranger,
)


def router() -> Router:
    """Return all handlers in the order in which they are asked."""
    root = Router(name="baton")
    for module in (
        chats,
        edits,
        operators,
        anyone,
        presses,
        entry,
        blocks,
        party,
        asking,
        client,
        stranger,
    ):
        root.include_router(module.router())
    return root

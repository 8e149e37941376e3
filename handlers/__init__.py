"""What people do in Telegram: three to six lines a handler, one call into the relay each.

Read ``forms`` (Telegram's shapes of our words) and ``replies`` (how we answer), then one file per
kind of speaker: ``client``, ``party``, ``stranger``, and what all may do in ``anyone``; the
buttons under cards are in ``presses``, registers and stickers in ``equipment``, corrections in
``edits``; ``operators`` see to it that nothing gets stuck; ``chats`` is about the chats themselves;
``refusals`` and ``registers`` say no.
"""

from aiogram import Router

from handlers import (
    anyone,
    chats,
    client,
    edits,
    equipment,
    operators,
    party,
    presses,
    stranger,
)


def router() -> Router:
    """Return all handlers in the order in which they are asked."""
    root = Router(name="baton")
    for module in (chats, edits, operators, anyone, presses, equipment, party, client, stranger):
        root.include_router(module.router())
    return root

"""Who looks at the dashboard: how they are let in, and how long they may stay.

What they may see is no part of this: that is asked at each look, as roles change.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from relay.language import LANGUAGES
from relay.store import Store
from relay.tables import Visit

BYTES: Final = 16  #: of a secret: 128 bits
LINK: Final = timedelta(minutes=5)  #: in which a link has to be used
LONGEST: Final = timedelta(hours=12)  #: of a visit


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


async def invite(store: Store, address: str, language: str) -> str:
    """Return a secret that lets a person in, once and soon."""
    await store.forgets_visits()
    secret = secrets.token_urlsafe(BYTES)
    await store.admits(hashed(secret), address, language, store.now + LINK)
    return secret


async def come(store: Store, secret: str) -> str | None:
    """Let somebody in who was invited; return the secret of their visit.

    None: there is no such invitation, or it was used, or it is too late; these look alike.
    """
    found = await store.uses(hashed(secret))
    return await begin(store, *found) if found else None


async def vouched(
    store: Store, word: str, address: str, language: str, until: datetime
) -> str | None:
    """Let somebody in for whom their messenger gives its *word*, which is good *until* a moment.

    Returns the secret of their visit; None: that very word was given before.
    """
    known = hashed(f"word:{word}")
    if not await store.admits(known, address, language, until, used=True):
        return None
    return await begin(store, address, language)


async def begin(store: Store, address: str, language: str) -> str:
    """Begin a visit; return its secret, which is kept by the visitor alone."""
    await store.forgets_visits()
    secret = secrets.token_urlsafe(BYTES)
    visit = Visit(
        bot=store.bot,
        hash=hashed(secret),
        address=address,
        language=language,
        begun_at=store.now,
        until=store.now + LONGEST,
    )
    await store.add(visit)
    return secret


async def of(store: Store, secret: str) -> Visit | None:
    """Return the visit that a secret belongs to, if it is not over."""
    return await store.visit(hashed(secret))


async def end(store: Store, secret: str) -> None:
    """End a visit."""
    await store.ends_visit(hashed(secret))


async def speak(store: Store, secret: str, language: str) -> None:
    """Let a visitor read another language; one that we do not speak changes nothing."""
    if language in LANGUAGES:
        await store.reads_in(hashed(secret), language)

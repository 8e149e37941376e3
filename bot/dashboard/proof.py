"""The word of Telegram for somebody: what a Mini App is started with, signed with the bot's token.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app; aiogram's own
check knows no age, and drops blank values although they are signed as well.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote_plus

from relay.language import known

LARGEST: Final = 8192  #: characters of it; a name and a picture's address are far less
OLDEST: Final = timedelta(hours=1)
SKEW: Final = timedelta(seconds=30)  #: by which the clocks of two servers may differ
FIELD: Final = re.compile(r"[a-z][a-z_]{0,63}")
HASH: Final = re.compile(r"[0-9a-f]{64}")
DATE: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Proof:
    """Somebody of whom Telegram says that they opened the Mini App."""

    word: str  #: what was signed: it lets them in once
    address: str
    language: str
    until: datetime


def check(raw: str, token: str, now: datetime) -> Proof | None:
    """Return for whom Telegram speaks; None: it does not, or did so too long ago.

    The signature is over all fields as they were sent, whatever their names; so a field that is
    added, left out, repeated or changed makes it another one.
    """
    fields = read(raw)
    if fields is None:
        return None
    told = fields.pop("hash", "")
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    signed = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    wanted = hmac.new(secret, signed.encode(), "sha256").hexdigest()
    if not HASH.fullmatch(told) or not hmac.compare_digest(wanted.encode(), told.encode()):
        return None
    made = fields.get("auth_date", "")
    user = person(fields.get("user", ""))
    if not DATE.fullmatch(made) or user is None:
        return None
    at = datetime.fromtimestamp(int(made), UTC)
    if not at - SKEW <= now < at + OLDEST:
        return None
    language = user.get("language_code")
    return Proof(
        told, str(user["id"]), known(language if isinstance(language, str) else None), at + OLDEST
    )


def read(raw: str) -> dict[str, str] | None:
    """Return the fields of it, blank ones among them; None: it cannot be what Telegram sends."""
    if len(raw) > LARGEST:
        return None
    found: dict[str, str] = {}
    for piece in raw.split("&"):
        name, equals, value = piece.partition("=")
        try:
            value = unquote_plus(value, errors="strict")
        except UnicodeDecodeError:
            return None
        if not FIELD.fullmatch(name) or not equals or name in found or "\n" in value:
            return None
        found[name] = value
    return found


def person(told: str) -> dict[str, Any] | None:
    """Return who it is; None: nobody in particular."""
    try:
        user = json.loads(told)
    except ValueError:
        return None
    fits = isinstance(user, dict) and type(user.get("id")) is int and user["id"] > 0
    return user if fits else None

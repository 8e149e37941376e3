"""The word of Telegram for somebody: whatever is not exactly what it signed lets nobody in."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from bot.dashboard.proof import check

TOKEN = "42:TEST"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
USER = {"id": 201, "first_name": "Ве+ра & Co", "language_code": "ru-RU"}


def signed(token: str = TOKEN, at: datetime = NOW, **fields: str) -> str:
    """Return what Telegram says of somebody who opens the Mini App."""
    told = {
        "auth_date": str(int(at.timestamp())),
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "signature": "x-y_z",
        "user": json.dumps(USER, ensure_ascii=False),
        **fields,
    }
    words = "\n".join(f"{name}={told[name]}" for name in sorted(told))
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode({**told, "hash": hmac.new(secret, words.encode(), "sha256").hexdigest()})


def test_whom_telegram_vouches_for_is_known_by_id_and_language() -> None:
    found = check(signed(), TOKEN, NOW + timedelta(minutes=59))

    assert found
    assert (found.address, found.language) == ("201", "ru")
    assert found.until == NOW + timedelta(hours=1)


def test_a_field_that_was_signed_blank_is_no_reason_to_refuse() -> None:
    assert check(signed(start_param=""), TOKEN, NOW)


def test_however_spaces_are_written_it_is_the_same_word() -> None:
    raw = signed(chat_type="a b")

    assert check(raw, TOKEN, NOW)
    assert check(raw.replace("+", "%20"), TOKEN, NOW)


@pytest.mark.parametrize("place", range(0, len(signed()), 7))
def test_each_changed_byte_makes_it_worthless(place: int) -> None:
    raw = signed()
    other = "1" if raw[place] != "1" else "2"

    assert check(raw[:place] + other + raw[place + 1 :], TOKEN, NOW) is None


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "&",
        "hash=",
        signed() + "&x=",
        signed() + "&x=1",
        signed() + "&" + signed().split("&")[0],
        "&".join(each for each in signed().split("&") if not each.startswith("hash=")),
        "&".join(each for each in signed().split("&") if not each.startswith("query_id=")),
        signed().replace("hash=", "hash=%D0%B0"),
        signed().replace("hash=", "hash=é"),
        signed() + "&chat=%FF",
        signed().upper(),
        signed(user=""),
        signed(user="[]"),
        signed(user='{"id": "201"}'),
        signed(user='{"id": true}'),
        signed(auth_date=""),
        signed(auth_date="soon"),
        signed(auth_date="-1"),
        signed(query_id="a\nb=c"),
        signed(token="43:TEST"),
        signed(at=NOW - timedelta(hours=1)),
        signed(at=NOW - timedelta(days=8 * 365)),
        signed(at=NOW + timedelta(minutes=1)),
        signed(start_param=quote("x" * 9000)),
    ],
)
def test_what_is_not_from_telegram_now_lets_nobody_in(raw: str) -> None:
    assert check(raw, TOKEN, NOW) is None

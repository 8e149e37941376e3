"""What was exported and is applied changes nothing, whatever the chain may be."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay import chain, setup
from relay.chain import Chain, LinkTerms, PartyTerms
from relay.store import Database
from relay.tables import Link, Party, Standing

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9).filter(
    str.strip
)
LENGTH = st.integers(1, 366).map("{}d".format) | st.builds(
    "{}{}".format, st.integers(1, 8784), st.sampled_from("mh")
)
PRICE = st.sampled_from(["1 RUB", "2500 RUB", "12.50 RUB", "999999999.99 RUB"])
VALVE = st.sampled_from(["auto", "hold"])

PARTY: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXT,
    "chat": st.integers(-(2**52), 2**52),
}
OF_PARTIES: dict[str, st.SearchStrategy[Any]] = {
    "language": st.sampled_from(["en", "ru"]),
    "timezone": st.sampled_from(["Asia/Kathmandu", "America/St_Johns"]),
    "hours": st.sampled_from(["Mon-Fri,Sun 09:00-18:00", "Mon-Sun 00:00-24:00"]),
    "clients": st.booleans(),
    "to_client": VALVE,
    "country": st.sampled_from(["DE", "RU"]),
    "offer": st.sampled_from(["one", "all"]),
    "take_within": LENGTH,
    "resolve_within": LENGTH,
    "check_within": LENGTH,
    "reopen_within": LENGTH,
    "promise": st.booleans(),
    "digest": st.sampled_from(["off", "00:00", "23:59"]),
    "asks": st.lists(st.sampled_from(["address", "contact", "kind"]), max_size=3),
    "leads": st.lists(st.integers(1, 5), max_size=3),
}
OF_LINKS: dict[str, st.SearchStrategy[Any]] = {
    "paused": st.booleans(),
    "rank": st.integers(1, 1000),
    "match": st.dictionaries(
        st.sampled_from(["region", "kind", "equipment"]), st.lists(TEXT, max_size=2), max_size=2
    ),
    "forward": st.sampled_from(["auto", "manual"]),
    "down": VALVE,
    "up": VALVE,
    "result": st.sampled_from(["check", "auto"]),
    "client": st.sampled_from(["full", "name", "hidden", "when_taken"]),
    "names": st.booleans(),
    "share_replies": st.booleans(),
    "client_rating": st.booleans(),
    "take_within": LENGTH,
    "resolve_within": LENGTH,
    "check_within": LENGTH,
    "reopen_within": LENGTH,
    "tariff": st.dictionaries(TEXT, PRICE, max_size=2),
    "penalty": PRICE | st.sampled_from(["10%", "2.5%", "100%"]),
}


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return the text of some chain file: parties, and links that lead down."""
    party = st.fixed_dictionaries(PARTY, optional=OF_PARTIES)
    found = draw(st.lists(party, max_size=4, unique_by=lambda each: each["chat"]))
    codes = draw(st.permutations(["VND", "SRV", "REG", "ENGINE"]))
    parties = {f"p{place}": {**each, "code": codes[place]} for place, each in enumerate(found)}
    pairs = [(upper, lower) for upper in parties for lower in parties if upper < lower]
    linked = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    terms = st.fixed_dictionaries({}, optional=OF_LINKS)
    links = [{"upper": upper, "lower": lower, **draw(terms)} for upper, lower in linked]
    return tomli_w.dumps({"parties": parties, "links": links})


def test_whatever_can_be_set_is_tried() -> None:
    assert {*PARTY, *OF_PARTIES, "code"} == {*PartyTerms.model_fields}
    assert {*OF_LINKS, "upper", "lower"} == {*LinkTerms.model_fields}


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "chain.db"))


BOTS = count(1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=files(), text=files())
def test_what_was_exported_and_is_applied_changes_nothing(
    path: Path, before: str, text: str
) -> None:
    asyncio.run(round_trip(path, before, text))


async def round_trip(path: Path, before: str, text: str) -> None:
    database, bot, other = Database(f"sqlite+aiosqlite:///{path}", clock=clock), *two_bots()
    await apply(database, bot, before)
    await apply(database, bot, text)

    exported = await export(database, bot)

    assert await apply(database, bot, exported) == []
    assert await apply(database, bot, text) == []
    await apply(database, other, exported)
    assert same(chain.parse(await export(database, other))) == same(chain.parse(exported))
    await database.close()


async def test_a_chain_that_was_set_up_in_chats_is_exported_without_what_has_ended(
    path: Path,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}", clock=clock)
    terms = {"language": "ru", "timezone": "UTC", "hours": "Mon-Fri 09:00-18:00"}
    usual = LinkTerms(upper="", lower="").model_dump(exclude={"upper", "lower", "paused"})
    async with database.transaction(1) as store:
        keys = {"kholod-servis": "KHS", "upper": "UPP", "gone": "GON"}
        parties = [
            Party(
                bot=1,
                key=key,
                name=f"«{key}»",
                code=code,
                place=str(-1001 - number),
                clients=False,
                to_client="hold",
                **terms,
            )
            for number, (key, code) in enumerate(keys.items())
        ]
        parties[2].standing = Standing.ENDED
        await store.add(*parties)
        lower, upper, gone = (each.id for each in parties)
        linked = Link(bot=1, upper_id=upper, lower_id=lower, **usual)
        ended = Link(bot=1, upper_id=gone, lower_id=lower, standing=Standing.ENDED, **usual)
        await store.add(linked, ended)

    exported = await export(database, 1)

    assert [*chain.parse(exported).parties] == ["kholod-servis", "upper"]
    assert [link.upper for link in chain.parse(exported).links] == ["upper"]
    assert await apply(database, 1, exported) == []
    await database.close()


@given(minutes=st.integers(1, 9999) | st.integers(1, 366).map(lambda days: days * 1440))
def test_a_duration_is_said_as_it_is_read(minutes: int) -> None:
    length = timedelta(minutes=minutes)

    assert chain.read_duration(chain.said(length)) == length


def clock() -> datetime:
    return NOW


def two_bots() -> tuple[int, int]:
    """Return bots that have no chain yet."""
    return next(BOTS), next(BOTS)


def same(found: Chain) -> tuple[Any, Any]:
    """Return what a chain is, whatever the order in which it is written down."""
    links = sorted(found.links, key=lambda each: (each.upper, each.lower))
    return found.parties, links


async def apply(database: Database, bot: int, text: str) -> list[str]:
    async with database.transaction(bot) as store:
        return [*await setup.apply(store, chain.parse(text))]


async def export(database: Database, bot: int) -> str:
    async with database.transaction(bot) as store:
        return await setup.export(store)

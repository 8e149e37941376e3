"""What the pages show: the same words as the chats, and no more than the chats."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import Engine, event

from bot.dashboard import health, settlement, site
from bot.dashboard.pages import Missing
from relay import history, overview
from relay.channel import Reason, Refused
from relay.language import speak
from relay.sheets import Sheet
from relay.store.database import LOOKERS
from tests.actors import BOT, Person
from tests.dashboard.conftest import OPERATOR, House
from tests.dashboard.windows import words
from tests.scenarios.conftest import CHAIN, Cast, chained, everybody
from tests.scenarios.test_faults import once
from tests.test_plans import whole

FRONT = f"/dashboard/{BOT}"

#: What nobody's browser may take for anything but words.
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea></title><h1>out</h1>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "<style>*{display:none}</style>",
    "&lt;b&gt; &amp; \u202e",
)
ALLOWED = re.compile(
    r"<!doctype html>|</?(html|head|meta|title|link|script|body|header|div|strong|nav|a|form|input|"
    r"button|main|h1|h2|ul|li|p|b|section|span|svg|rect|small|article|blockquote|mark|table|thead|"
    r"tbody|tr|th|td|footer|details|summary|ol|select|option|div)(\s+[a-z-]+(=\"[^\"<>]*\")?)*\s*/?>",
    re.IGNORECASE,
)


async def test_now_begins_with_what_is_overdue_and_then_ones_own_move(house: House) -> None:
    chain = await chained(house.world, vendor='take_within = "30m"', first='take_within = "2h"')
    await chain.asks("The machine leaks")
    await chain.vera.presses("Pass on")
    await chain.ann.writes("/new The fridge is warm")
    await chain.ann.writes("/new The oven is cold")
    await chain.vera.presses("Pass on", on="The oven is cold")
    await chain.sara.presses("Take", on="The oven is cold")
    house.world.now += timedelta(hours=2, minutes=5)
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/now")

    assert "3 open 1 overdue 1 your move" in page
    assert "Whose move Your move 1 Cold Repair 2" in page
    assert "State Waiting to be taken 1 Passed on 2" in page
    order = [page.index(about) for about in ("fridge is warm", "machine leaks", "oven is cold")]
    assert order == sorted(order)
    assert "VND-2 The fridge is warm Waiting to be taken Your move 2 hr 5 min 11:00" in page


async def test_what_is_wanted_stands_in_the_address(house: House, chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.down(2)
    await chain.ann.writes("/new The fridge is warm")
    window = await house.enters(chain.vera)
    source = await window.source(f"{FRONT}/vendor/now")
    links = re.findall(r'href="(/dashboard/42/vendor/now\?[^"]*)"', source)

    moves = next(each for each in links if "party-" in each)
    page = await window.reads(moves)
    assert "machine leaks" in page
    assert "fridge is warm" not in page
    assert "Nothing open is like that." in await window.reads(f"{FRONT}/vendor/now?move=nobody")


async def test_what_is_new_is_fetched_alone_and_only_if_something_is_new(
    house: House, chain: Cast
) -> None:
    await chain.asks()
    window = await house.enters(chain.vera)
    live = f"{FRONT}/vendor/now?part=live"

    first = await window.opens(live)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert "<html" not in await first.text()
    same = await window.opens(live, **tag)
    assert (same.status, await same.read()) == (304, b"")

    await chain.vera.presses("Take")
    assert "In work" in words(await (await window.opens(live, **tag)).text())


async def test_a_table_can_be_taken_along(house: House, chain: Cast) -> None:
    await chain.asks("=1+1")
    window = await house.enters(chain.vera)

    text = await window.opens(f"{FRONT}/vendor/now?as=csv&table=tickets")
    rows = [*csv.reader(io.StringIO((await text.read()).decode("utf-8-sig")))]
    assert text.headers["Content-Disposition"] == 'attachment; filename="now-VND-2026-03-02.csv"'
    assert rows[0][:3] == ["Number", "About", "State"]
    assert rows[1][:2] == ["VND-1", "'=1+1"]

    book = await window.opens(f"{FRONT}/vendor/case?number=1&as=xlsx")
    sheets = load_workbook(io.BytesIO(await book.read())).sheetnames
    assert sheets == ["Moves", "Deliveries"]
    assert (await window.opens(f"{FRONT}/vendor/now?as=csv&table=x")).status == 404


async def test_a_long_table_is_shown_in_part_and_taken_along_whole(
    house: House, chain: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Sheet("Moves", ["Which"], [[f"move {number}"] for number in range(1, 302)])
    monkeypatch.setattr(history, "moves", lambda *_: many)
    await chain.asks()
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/case?number=1")
    taken = await window.opens(f"{FRONT}/vendor/case?number=1&as=csv&table=moves")

    assert "move 300 Shown are the first 300 of 301: take the table along" in page
    assert "move 301" in await taken.text()


async def test_a_case_tells_the_first_party_everything(house: House, chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await house.world.later(minutes=10)
    await chain.taken(3)
    await house.world.later(minutes=20)
    await chain.leo.replies("We are on our way", to="The machine leaks")
    await chain.vera.writes("/note 1 An old customer")
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/case?number=vnd-1")

    assert "VND-1 · passed on The machine leaks" in page
    assert "Client: Ann Client (@ann_c)" in page
    assert "VND-1 › SRV-1 › ●LOC-1, since 09:10" in page
    assert "VND-1 · Iceberg: passed on waited to be taken 10 min" in page
    assert "LOC-1 · level 3: in work worked 20 min" in page
    assert "Ann Client · 09:00 The machine leaks" in page
    assert "Vera · note · 09:30 An old customer" in page
    assert "09:10 LOC-1 In work level 3" in page


async def test_whoever_is_further_away_is_told_numbers_and_states_alone(house: House) -> None:
    hidden = 'client = "hidden"'
    chain = await chained(house.world, vendor=hidden, service=hidden, local=hidden)
    await chain.asks("Ann Client here, call +7 900 123-45-67")
    await chain.taken(4)
    await house.world.later(minutes=20)
    await chain.vera.writes("/note 1 Vera's own")
    await chain.eve.writes("Hello")
    window = await house.enters(chain.eve)

    page = await window.reads(f"{FRONT}/engineer/case?number=1")

    for secret in ("Ann", "123-45-67", "Iceberg", "Cold Repair", "Vera", "Paul", "VND-1 In"):
        assert secret not in page
    assert "VND-1 · level 1: passed on" in page
    assert "SRV-1 · level 2: passed on LOC-1 · Main Street: passed on" in page
    assert "Client: •••" in page


async def test_now_names_nobody_who_spoke_for_a_client_that_is_hidden(house: House) -> None:
    hidden = 'client = "hidden"'
    chain = await chained(house.world, vendor=hidden, service=hidden)
    await chain.asks("Ann will open, not Max")
    await chain.taken(2)
    zoe = replace(chain.ann, id=7007, name="Zoe Quick", username=None, said={})
    await zoe.writes("It drips, too")
    window = await house.enters(chain.paul)

    page = await window.reads(f"{FRONT}/service/now")

    assert "will open, not Max" in page
    assert "Ann" not in page
    assert "Ann will open" in await (await house.enters(chain.vera)).reads(f"{FRONT}/vendor/now")


async def test_foreign_and_missing_look_alike(house: House, chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    window = await house.enters(chain.paul)
    assert (await window.opens(f"{FRONT}/service/case?number=SRV-1")).status == 200

    missing = [
        await (await window.opens(path)).text()
        for path in (
            f"{FRONT}/service/case?number=VND-1",
            f"{FRONT}/service/case?number=SRV-99",
            f"{FRONT}/service/case?number=x",
            f"{FRONT}/service/case?number=" + "9" * 40,
            f"{FRONT}/vendor/case?number=VND-1",
            f"{FRONT}/vendor/now?as=csv",
            f"{FRONT}/vendor/nothing",
            f"{FRONT}/nobody/now",
            f"{FRONT}/health",
        )
    ]

    assert len({*missing}) == 1
    other = f"/dashboard/{BOT + 1}/service/now"
    assert (await window.opens(other)).status == 404


async def test_what_did_not_arrive_comes_with_its_reason(house: House, chain: Cast) -> None:
    await chain.asks()
    await chain.down(2)
    messenger = house.world.messenger
    messenger.before = once(chain.paul.place, Refused(Reason.FILE))
    await chain.vera.replies("Look at this", to=chain.vera.card("VND-1"))
    await chain.vera.presses("To SRV-1")
    messenger.closed.add(chain.paul.place)
    await chain.vera.replies("And at that", to=chain.vera.card("VND-1"))
    await chain.vera.presses("To SRV-1")
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/case?number=1")

    assert "Cold Repair A message Not delivered The file could not be passed on." in page
    assert "Cold Repair A message Held back" in page
    olga = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))
    stuck = await olga.reads(f"{FRONT}/health")
    assert "Not delivered: 1 Chats that cannot be reached: 1" in stuck
    assert "Cold Repair" in stuck
    assert "Look at this" not in stuck


async def test_of_much_that_needs_a_look_the_first_is_shown(
    house: House, chain: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SHOWN", 1)
    await chain.asks()
    for place in (chain.vera.place, chain.ann.place):
        house.world.messenger.closed.add(place)
    await chain.vera.presses("Take")
    olga = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))

    page = await olga.reads(f"{FRONT}/health")
    taken = await (await olga.opens(f"{FRONT}/health?as=csv")).text()

    assert "Chats that cannot be reached: 2" in page
    assert "Shown are the first 1 of 2: take the table along" in page
    assert [each.count("It cannot be reached") for each in (page, taken)] == [1, 2]


async def test_operators_read_who_took_figures_along(house: House, chain: Cast) -> None:
    await a_case(chain)
    await chain.vera.writes("/report")
    await chain.vera.presses("XLSX")
    window = await house.enters(chain.paul)
    assert (await window.opens(f"{FRONT}/service/partners?as=csv")).status == 200
    assert (await window.opens(f"{FRONT}/service/partners?as=csv&table=none")).status == 404

    olga = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))
    page = await olga.reads(f"{FRONT}/health")

    assert "Taken along When Company Number of the person File" in page
    assert f"Cold Repair {chain.paul.id} partners-SRV-2026-03-02.csv" in page
    assert f"Iceberg {chain.vera.id} report.xlsx" in page
    assert page.count(".csv") == 1


async def test_a_long_talk_begins_with_the_last_messages(house: House, chain: Cast) -> None:
    await chain.asks("Zero")
    for number in ("One", "Two", "Three", "Four"):
        await chain.ann.writes(number)

    async with house.world.database.look(BOT) as store:
        party = await store.party_at(chain.vera.place)
        ticket = await store.ticket_of(party, "1") if party else None
        assert ticket
        last = await history.of(store, ticket, speak("en"), most=3)
        rest = await history.of(store, ticket, speak("en"), last.earlier, most=3)

    assert [each.words for each in last.said] == ["Two", "Three", "Four"]
    assert [each.words for each in rest.said] == ["Zero", "One"]
    assert rest.earlier is None


async def test_several_companies_of_one_lead_are_a_choice(house: House, chain: Cast) -> None:
    house.world.leads[chain.paul.chat] = [chain.paul.id, chain.vera.id]
    await Person(house.world, chain.vera.id, "Vera", chain.paul.chat, title="SRV").writes("Hello")
    window = await house.enters(chain.vera)

    page = await window.source(f"{FRONT}/service/now")

    assert f'href="{FRONT}/vendor/now"' in page
    assert "Cold Repair" in words(page)


async def test_no_page_reads_a_whole_table(house: House, chain: Cast, migrated: Path) -> None:
    await chain.asks()
    await chain.taken(3)
    asked: dict[str, None] = {}

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked[statement] = None

    event.listen(Engine, "before_cursor_execute", note)
    window = await house.enters(chain.vera)
    case, month = "case?number=1", "settlement?month=2026-03"
    for page in ("now", case, f"{case}&before=9", "partners", "time", month, f"{month}&over=1"):
        await window.reads(f"{FRONT}/vendor/{page}")
    olga = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))
    await olga.reads(f"{FRONT}/health")
    await window.posts(f"{FRONT}/leave", {"form": await window.token(f"{FRONT}/vendor/now")})
    event.remove(Engine, "before_cursor_execute", note)

    database = sqlite3.connect(migrated)
    assert len(asked) > 20
    assert {each: steps for each in asked if (steps := whole(database, each))} == {}


async def test_what_people_write_is_words_and_nothing_else(house: House) -> None:
    evil = " ".join(EVIL)
    await house.world.chain(CHAIN.format(vendor="", service="", local="").replace("Iceberg", TOML))
    chain = everybody(house.world)
    chain.ann.name = f"Ann {evil}"
    await chain.asks(EVIL[0])
    for each in EVIL:
        await chain.ann.sends(text=each, document={**FILE, "file_name": each})
    chain.vera.name = evil
    await chain.vera.writes(f"/note 1 {evil}")
    await chain.vera.presses("Take")
    window = await house.enters(chain.vera)

    pages = (
        "partners",
        "time?when=month",
        "time?when=%3Cb%3E",
        "settlement",
        "now",
        "case?number=1",
    )
    for page in pages:
        answer = await window.opens(f"{FRONT}/vendor/{page}")
        source = await answer.text()
        assert "<" not in ALLOWED.sub("", source)
        assert source.count("<script") == 1
        assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', source))
        assert EVIL[0] in words(source) or answer.status == 400
    assert all(" ".join(each.split()) in words(source) for each in EVIL)


FILE = {"file_id": "f", "file_unique_id": "u"}
#: The name of a company, as its chain file has it.
TOML = " ".join(EVIL[:3]).replace('"', '\\"')


async def test_time_shows_what_was_done_and_where_the_time_went(house: House) -> None:
    chain = await chained(house.world)
    await a_case(chain)
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/time?when=month")
    assert "Report of Iceberg: Mar 1 – 2, 2026" in page
    assert "1 Closed" in page
    assert "Iceberg · 20%, 30 min" in page
    assert "Your partners · 80%, 2 hr" in page
    over = await window.reads(f"{FRONT}/vendor/time?when=month&over=1")
    assert "From Iceberg to Cold Repair" in over
    tickets = await window.opens(f"{FRONT}/vendor/time?when=month&as=csv&table=tickets")
    rows = [*csv.DictReader(io.StringIO((await tickets.read()).decode("utf-8-sig")))]
    assert {row["Number"] for row in rows} == {"VND-1", "SRV-1"}


async def test_time_tells_partners_apart_on_the_page_and_in_what_is_taken_along(
    house: House,
) -> None:
    chain = await chained(house.world)
    await a_case(chain)
    window = await house.enters(chain.vera)

    assert "By partner" in await window.reads(f"{FRONT}/vendor/time?when=month")
    source = await window.source(f"{FRONT}/vendor/time?when=month")
    assert "as=csv&amp;table=partners" in source
    taken = await window.opens(f"{FRONT}/vendor/time?when=month&as=csv&table=partners")

    rows = [*csv.DictReader(io.StringIO((await taken.read()).decode("utf-8-sig")))]
    assert [(row["From"], row["To"], row["Closed"]) for row in rows] == [
        ("Clients", "Iceberg", "1"),
        ("Iceberg", "Cold Repair", "1"),
    ]
    over = await window.source(f"{FRONT}/vendor/time?when=month&over=1")
    assert "table=partners" not in over


async def test_times_on_a_page_name_their_unit_once_and_those_of_a_file_are_hours(
    house: House,
) -> None:
    chain = await chained(house.world)
    await a_case(chain)
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/time?when=month")
    assert re.search(r"To resolve, half within \d+ hr", page)
    assert "within, h" not in page
    summary = await window.opens(f"{FRONT}/vendor/time?when=month&as=csv&table=summary")
    assert "To resolve, half within, h" in (await summary.text())


async def test_a_time_that_is_none_is_explained(house: House) -> None:
    chain = await chained(house.world)
    await chain.asks()
    window = await house.enters(chain.vera)

    page = await window.reads(f"{FRONT}/vendor/time?when=yesteryear", 400)

    assert "There is no such time as “yesteryear”." in page
    await window.reads(f"{FRONT}/vendor/time?over=999", 404)
    await window.reads(f"{FRONT}/vendor/settlement?month=2199-01", 404)


async def test_pages_that_take_long_keep_no_chat_waiting(
    house: House, chain: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, full, at_once = asyncio.Event(), asyncio.Event(), 0

    async def slow(store: Any, *_: Any, **__: Any) -> Any:
        nonlocal at_once
        await store.name_of("1")  # from now on it has a connection
        at_once += 1
        if at_once == site.SEATS:
            full.set()
        await go_on.wait()
        raise Missing

    monkeypatch.setattr(overview, "of", slow)
    monkeypatch.setattr(site, "PATIENCE", 0.2)
    window = await house.enters(chain.vera)
    pages = [asyncio.create_task(window.opens(f"{FRONT}/vendor/now")) for _ in range(10)]
    await full.wait()

    async with asyncio.timeout(5):
        await chain.vera.writes("/overdue")
    assert "Nothing is overdue" in chain.vera.inbox[-1]
    answers = asyncio.as_completed(pages, timeout=5)
    late = [(await next(answers)).status for _ in range(10 - site.SEATS)]
    go_on.set()
    assert {*late} == {503}
    assert [(await each).status for each in answers] == [404] * site.SEATS
    assert at_once == site.SEATS < LOOKERS


async def test_partners_are_ranked_on_a_page_with_their_trend(house: House) -> None:
    chain = await chained(house.world, vendor='resolve_within = "8h"')
    await a_case(chain)
    window = await house.enters(chain.vera)

    page = await window.source(f"{FRONT}/vendor/partners?when=month")

    assert "1. Cold Repair" in page
    assert 'class="trend"' in page
    assert "in time 100" in words(page)
    theirs = await house.enters(chain.paul)
    assert "How you do Iceberg" in await theirs.reads(f"{FRONT}/service/partners?when=month")


async def test_a_month_is_settled_on_a_page_for_both_ends_and_nobody_else(house: House) -> None:
    tariff = 'tariff = { callout = "2500 RUB", hour = "900 RUB" }'
    chain = await chained(house.world, vendor=tariff)
    await a_case(chain)
    house.world.now += timedelta(days=30)

    for person, key, said in (
        (chain.vera, "vendor", "you pay"),
        (chain.paul, "service", "you are paid"),
    ):
        window = await house.enters(person)
        page = await window.reads(f"{FRONT}/{key}/settlement?month=2026-03")
        assert said in page
        assert "4,300.00" in page.replace("\xa0", " ")
        one = await window.reads(f"{FRONT}/{key}/settlement?month=2026-03&over=1")
        assert "Total 2026-03 Iceberg Cold Repair counts RUB 1 4,300.00 0.00 4,300.00" in one
        assert "Confirmations Nobody has confirmed it yet." in one
        assert "/settlement 2026-03" in one
    window = await house.enters(chain.lucy)
    assert "RUB" not in await window.reads(f"{FRONT}/local/settlement?month=2026-03")
    await window.reads(f"{FRONT}/local/settlement?month=2026-03&over=1", 404)


async def test_of_a_large_month_a_page_has_the_first_lines_and_the_files_have_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "SHOWN", 0)
    chain = await chained(house.world, vendor='tariff = { callout = "2500 RUB" }')
    await a_case(chain)
    window, month = (
        await house.enters(chain.vera),
        f"{FRONT}/vendor/settlement?month=2026-03&over=1",
    )

    page = await window.reads(month)
    file = await (await window.opens(f"{month}&as=csv&table=lines")).read()

    assert "2,500.00" in page.replace("\xa0", " ")
    assert "1 more ticket is in the spreadsheet." in page
    assert "SRV-1" not in page
    assert "SRV-1" in file.decode()


async def a_case(chain: Cast) -> None:
    """Let the first partner do its work in two hours, which is looked at after half an hour."""
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(hours=2)
    await chain.paul.resolves("New gasket")
    await chain.world.later(minutes=30)
    await chain.vera.presses("Accept", on="New gasket")
    await chain.vera.presses("Pass on", on="Pass this result on")
    await chain.ann.presses("Accept", on="New gasket")
    await chain.world.books()

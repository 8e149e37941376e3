"""No page and no file shows a word that its reader's chat may not read."""

from __future__ import annotations

import html
import re

import pytest

from tests.actors import BOT, Person
from tests.dashboard.conftest import OPERATOR, House
from tests.scenarios.test_canaries import (
    CLIENT,
    COMPANIES,
    MACHINE,
    NAMED,
    NOTES,
    OVEN,
    PARTIES,
    PEOPLE,
    PRICES,
    a_long_case,
    may_read,
    plain,
    somebody,
)
from tests.scenarios.test_equipment import keeps

FRONT = f"/dashboard/{BOT}"
#: What they wrote themselves they may read again.
OWN = re.compile(r'<article class="said own">.*?</article>', re.DOTALL)
#: Over each link, also over those of others.
OVER = tuple(
    f"{page}&over={link}"
    for page in ("settlement?month=2026-03", "time?when=month")
    for link in (1, 2, 3)
)
PAGES = (
    *("now", "case?number=1", "partners?when=month", "time?when=month"),
    *("settlement?month=2026-03", *OVER),
)
#: A spreadsheet holds all tables of a page; as text there is one.
TAKEN = ("as=xlsx", "as=csv", "as=csv&table=tickets")
KEYS = ("vendor", "service", "local", "engineer")


@pytest.mark.parametrize(("sees", "names"), [("hidden", False), ("name", True)])
async def test_no_page_and_no_file_tells_more_than_the_chat(
    house: House, sees: str, names: bool
) -> None:
    terms = f'client = "{sees}"\nnames = {str(names).lower()}'
    vendor, service, local = (
        f'{terms}\ntariff = {{ callout = "{each.replace(",", "")} RUB" }}' for each in PRICES
    )
    await house.world.chain(NAMED.format(vendor=vendor, service=service, local=local))
    ann, chats = somebody(house.world)
    await ann.writes((await keeps(house.world, OVEN))["M-1"])
    await a_long_case(ann, chats, "")

    everywhere = PEOPLE | NOTES | set(PARTIES) | CLIENT | MACHINE
    for level, (lead, _member) in enumerate(chats):
        window = await house.enters(lead)
        read = ""
        for page in PAGES:
            path = f"{FRONT}/{KEYS[level]}/{page}"
            page_read = await (await window.opens(path)).text()
            read += html.unescape(OWN.sub("", page_read))
            more = "&" if "?" in page else "?"
            for taken in TAKEN:
                answer = await window.opens(f"{path}{more}{taken}")
                read += plain(await answer.read()) if answer.status == 200 else ""
        seen = {word for word in everywhere if word.lower() in read.lower()}
        assert seen <= may_read(level, sees, names=names), KEYS[level]
        prices = {each for each in PRICES if each in read or each.replace(",", "") in read}
        assert prices == {*PRICES[max(0, level - 1) : level + 1]}
        assert f"note{list(COMPANIES)[level]}" in seen

    window = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))
    read = await window.source(f"{FRONT}/health")
    assert {word for word in everywhere if word.lower() in read.lower()} <= set(PARTIES)

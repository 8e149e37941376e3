"""No page and no file shows a word that its reader's chat may not read."""

from __future__ import annotations

import html
import io
import re
from zipfile import ZipFile

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
    a_long_case,
    may_read,
    somebody,
)
from tests.scenarios.test_equipment import keeps

FRONT = f"/dashboard/{BOT}"
#: What they wrote themselves they may read again.
OWN = re.compile(r'<article class="said own">.*?</article>', re.DOTALL)
KEYS = ("vendor", "service", "local", "engineer")


@pytest.mark.parametrize(("sees", "names"), [("hidden", False), ("name", True)])
async def test_no_page_and_no_file_tells_more_than_the_chat(
    house: House, sees: str, names: bool
) -> None:
    terms = f'client = "{sees}"\nnames = {str(names).lower()}'
    await house.world.chain(NAMED.format(vendor=terms, service=terms, local=terms))
    ann, chats = somebody(house.world)
    await ann.writes((await keeps(house.world, OVEN))["M-1"])
    await a_long_case(ann, chats, "")

    everywhere = PEOPLE | NOTES | set(PARTIES) | CLIENT | MACHINE
    for level, (lead, _member) in enumerate(chats):
        window = await house.enters(lead)
        read = ""
        for page in ("now", "case?number=1"):
            path = f"{FRONT}/{KEYS[level]}/{page}"
            read += html.unescape(OWN.sub("", await window.source(path)))
            more = "&" if "?" in page else "?"
            for taken in ("as=csv", "as=csv&table=deliveries", "as=xlsx"):
                answer = await window.opens(f"{path}{more}{taken}")
                read += plain(await answer.read()) if answer.status == 200 else ""
        seen = {word for word in everywhere if word.lower() in read.lower()}
        assert seen <= may_read(level, sees, names=names), KEYS[level]
        assert f"note{list(COMPANIES)[level]}" in seen

    window = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))
    read = await window.source(f"{FRONT}/health")
    assert {word for word in everywhere if word.lower() in read.lower()} <= set(PARTIES)


def plain(body: bytes) -> str:
    """Return all that can be read in a file."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8-sig")
    with ZipFile(io.BytesIO(body)) as packed:
        return "".join(packed.read(each).decode("utf-8", "replace") for each in packed.namelist())

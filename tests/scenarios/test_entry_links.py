"""How clients find a company: its link, and the picture of it."""

from __future__ import annotations

import segno

from handlers.entry import picture
from tests.scenarios.conftest import Cast

LINK = "https://t.me/baton_bot?start=vendor"


async def test_any_member_gets_the_link_for_clients_and_a_picture_of_it(chain: Cast) -> None:
    await chain.victor.writes("/link")

    shown = chain.victor.sees[-1]
    assert shown.text.splitlines() == [
        LINK,
        "Whoever follows this link, or scans the picture, writes to you. Put it where clients look "
        "for help.",
    ]
    assert shown.photo == "vendor.png"
    assert chain.world.messenger.uploads["vendor.png"] == picture(LINK)


async def test_the_picture_is_the_link_and_can_be_printed() -> None:
    found = picture(LINK)

    assert found.startswith(b"\x89PNG\r\n\x1a\n")
    wide = int.from_bytes(found[16:20])
    assert wide >= 12 * (len(segno.make(LINK, error="m").matrix) + 2 * 4)


async def test_a_company_without_clients_is_told_how_to_have_them(chain: Cast) -> None:
    await chain.sara.writes("/link")

    assert chain.sara.inbox == [
        "Clients cannot write to Cold Repair yet. A lead of this chat can switch that on: write "
        "/party, and then ask for the /link again."
    ]


async def test_clients_have_no_use_for_the_link(chain: Cast) -> None:
    await chain.ann.writes("/link")

    assert chain.ann.inbox == ["I do not know this command. /help lists what I can do."]

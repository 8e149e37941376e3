"""A company's register in its chat: it is searched, printed and filled there, by nobody else."""

from __future__ import annotations

import re

from handlers.stickers import Sticker, draw
from relay.registers import Row
from tests.scenarios.conftest import Cast
from tests.scenarios.test_equipment import BOILER, PUMP, keeps


async def test_a_machine_is_found_by_any_of_its_words_whatever_their_case(chain: Cast) -> None:
    ovens = [Row(f"П-{n}", "Печь Ёлка", "X100%", f"SN_{n}", "Жуковского 7") for n in range(2)]
    await keeps(chain.world, BOILER, PUMP, *ovens)

    async def finds(words: str) -> list[str]:
        await chain.victor.writes(f"/equipment {words}")
        return [label.split(" ")[0] for label in chain.victor.sees[-1].labels]

    assert await finds("LENINA") == ["40-17", "40-18"]
    assert await finds("lenina boiler") == ["40-17"]
    assert await finds("9161234567") == ["40-17"]
    assert await finds("café luna") == ["40-17"]
    assert await finds("печь ЕЛКА") == ["П-0", "П-1"]
    assert await finds("жуковского sn_1") == ["П-1"]
    assert await finds("100%") == ["П-0", "П-1"]
    assert await finds("1%0") == []
    assert chain.victor.inbox[-1].startswith("Nothing in your register has “1%0”.")


async def test_a_long_list_asks_for_more_words(chain: Cast) -> None:
    await keeps(chain.world, *(Row(f"{n:02d}", "Oven") for n in range(10)))

    await chain.victor.writes("/equipment oven")

    assert chain.victor.inbox[-1].splitlines()[-2:] == ["07 · Oven", "2 more: say more words."]
    assert len(chain.victor.sees[-1].labels) == 8


async def test_a_machine_is_shown_with_the_tickets_of_the_own_chat(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER)
    for words in ("It leaks", "It hisses"):
        await chain.ann.writes(links["40-17"])
        await chain.ann.writes(words)
        await chain.vera.explains(
            "Cancel", "Done by phone", on=words
        ) if words == "It leaks" else None
    await chain.vera.presses("Pass on", on="It hisses")

    await chain.victor.writes("/equipment boiler")
    await chain.victor.presses("40-17 · KX-5 boiler")

    assert chain.victor.inbox[-1] == (
        "40-17 · KX-5 boiler\nModel: KX-5\nSerial number: 9161234567\nPlace: Lenina 3\n"
        "Region: msk\nClient: Café Luna\n\n"
        "VND-2 · in work since 09:00\nVND-1 · cancelled since 09:00"
    )
    await chain.victor.presses("VND-2", on="Serial number")
    assert chain.victor.inbox[-1].startswith("📋 VND-2")


async def test_what_is_gone_is_not_found_but_its_old_button_tells_it(chain: Cast) -> None:
    await keeps(chain.world, BOILER, PUMP)
    await chain.victor.writes("/equipment lenina")
    await keeps(chain.world, PUMP)

    await chain.victor.presses("40-17 · KX-5 boiler")
    assert "It is not in the register any more." in chain.victor.inbox[-1]

    await chain.victor.writes("/equipment lenina")
    assert chain.victor.sees[-1].labels == ["40-18 · Pump"]


async def test_the_register_of_others_does_not_exist(chain: Cast) -> None:
    await keeps(chain.world, BOILER)
    await chain.victor.writes("/equipment boiler")
    button = chain.victor.sees[-1].button("40-17 · KX-5 boiler")

    await chain.sara.writes("/equipment boiler")
    assert chain.sara.inbox[-1].startswith("Nothing in your register has “boiler”.")
    asked = chain.sara.sees[-1]
    for number in (button.about, 9999):  # what is somebody else's looks like what is not there
        await chain.sara.presses_data(asked, f"b:machine:{number}:")
        assert chain.world.messenger.toasts[-1] == (
            "There is no such machine in the register of this chat."
        )
    assert not chain.sara.reads("KX-5")


async def test_the_command_alone_says_how_many_there_are_and_what_can_be_done(chain: Cast) -> None:
    await chain.victor.writes("/equipment")
    assert chain.victor.inbox[-1].startswith("The register of your equipment is empty.")
    await keeps(chain.world, BOILER, PUMP)

    await chain.victor.writes("/equipment")

    assert chain.victor.inbox[-1].startswith(
        "2 machines are in your register.\n\n/equipment boiler"
    )


async def test_stickers_are_printed_for_all_or_for_what_words_find(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER, PUMP)

    await chain.victor.writes("/qr")
    assert chain.victor.inbox[-1].startswith("2 stickers. Print them in their real size")
    assert chain.victor.sees[-1].file.startswith(b"%PDF")

    await chain.victor.writes("/qr pump")
    assert chain.victor.inbox[-1].startswith("1 sticker. Print it in its real size")
    key = links["40-18"].removeprefix("/start ")
    sticker = Sticker(key, "40-18", "Pump", "Lenina 5")
    drawn = draw([sticker], "Something wrong? Scan and write.", "baton_bot")
    assert without_dates(chain.victor.sees[-1].file) == without_dates(drawn)


def without_dates(pdf: bytes) -> bytes:
    return re.sub(rb"D:\d+Z?|<\w{32}>", b"", pdf)


async def test_what_cannot_be_printed_is_said(chain: Cast) -> None:
    await chain.victor.writes("/qr")
    assert chain.victor.inbox[-1].startswith("No machine in the register fits")

    await keeps(chain.world, *(Row(str(n)) for n in range(501)))
    await chain.victor.writes("/qr")
    assert chain.victor.inbox[-1].startswith("That would be 501 stickers, and one sheet takes 500.")

    await keeps(chain.world, BOILER, party="service")
    await chain.sara.writes("/qr")
    assert chain.sara.inbox[-1].startswith("Clients cannot write to this company")

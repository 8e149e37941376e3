"""A company's register in its chat: it is searched, printed and filled there, by nobody else."""

from __future__ import annotations

import re
from typing import Any

from handlers.stickers import Sticker, draw
from relay.registers import Row
from tests.actors import Person
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
        "VND-2 · in work · 09:00\nVND-1 · cancelled · 09:00"
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


FILE = "код;название;адрес\n40-17;KX-5 boiler;Lenina 5\n40-19;Fan;\n"


async def brings(who: Person, text: str | bytes, name: str = "register.csv", **more: Any) -> None:
    """Send a file with the command under it."""
    raw = text.encode("cp1251") if isinstance(text, str) else text
    file = f"file-{len(who.world.messenger.uploads)}"
    who.world.messenger.uploads[file] = raw
    told = {"file_id": file, "file_unique_id": file, "file_name": name, "file_size": len(raw)}
    await who.sends(text="/equipment", document=told | more)


async def test_a_lead_brings_a_file_in_and_sees_first_what_it_changes(chain: Cast) -> None:
    await keeps(chain.world, BOILER, PUMP)
    await brings(chain.vera, FILE)
    assert chain.vera.inbox[-1] == (
        "+ 40-19 · Fan\n"
        "~ 40-17: model KX-5 → –, serial number 9161234567 → –, site Lenina 3 → Lenina 5, "
        "region msk → –, client Café Luna → –\n"
        "- 40-18 · Pump · Lenina 5\n"
        "New: 1, changed: 1, not in the file and so taken out: 1."
    )
    await chain.vera.writes("/equipment fan")
    assert chain.vera.inbox[-1].startswith("Nothing in your register")

    assert await chain.vera.presses("Change the register") == "The register is changed."

    assert chain.vera.inbox[-2].endswith("taken out: 1.\n✅ Done. Vera")
    await chain.vera.writes("/equipment")
    assert chain.vera.inbox[-1].startswith("2 machines are in your register.")
    await brings(chain.vera, FILE)
    assert chain.vera.inbox[-1] == "The register says all that already: nothing to change."


async def test_a_file_with_mistakes_changes_nothing_and_every_wrong_line_is_told(
    chain: Cast,
) -> None:
    await brings(chain.vera, "code,name\n1,a\n,b\n1,c\n")

    assert chain.vera.inbox[-1] == (
        "The register was not changed, because the file needs a look:\n"
        "Line 3: the code is missing. Give each machine a code of its own.\n"
        "Line 4: the code 1 stands in line 2 already. Give each its own."
    )


async def test_only_a_lead_brings_files_in(chain: Cast) -> None:
    await brings(chain.victor, FILE)
    assert chain.victor.inbox[-1].startswith("Only a lead of this chat may do that.")

    await brings(chain.vera, FILE)
    toast = await chain.victor.presses("Change the register")
    assert toast.startswith("Only a lead of this chat may do that.")
    await chain.victor.writes("/equipment fan")
    assert chain.victor.inbox[-1].startswith("Nothing in your register")


async def test_what_was_changed_meanwhile_is_looked_at_once_more(chain: Cast) -> None:
    await brings(chain.vera, FILE)
    await keeps(chain.world, Row("40-19", "Fan"))

    toast = await chain.vera.presses("Change the register")

    assert toast == "The register has changed meanwhile. Please look once more."
    assert chain.vera.inbox[-1].startswith("+ 40-17 · KX-5 boiler · Lenina 5\nNew: 1, changed: 0")
    assert await chain.vera.presses("Change the register") == "The register is changed."


async def test_a_file_that_cannot_be_had_or_is_too_large_is_told(chain: Cast) -> None:
    await brings(chain.vera, FILE, file_id="gone")
    assert chain.vera.inbox[-1].startswith("I could not get the file from the messenger.")

    await brings(chain.vera, FILE, file_size=6 * 1024 * 1024)
    assert chain.vera.inbox[-1].endswith("The file is too large: it may have 5 MB.")

    await brings(chain.vera, "code\n" + "\n".join(map(str, range(5001))))
    assert "It has too many lines: 5000 are possible here." in chain.vera.inbox[-1]

    await brings(chain.vera, FILE)
    chain.world.messenger.uploads.clear()
    toast = await chain.vera.presses("Change the register")
    assert toast.startswith("I could not get the file from the messenger.")


async def test_files_of_strangers_are_not_fetched(chain: Cast) -> None:
    bea = Person(chain.world, 111, "Bea", -2000, title="Café Luna")
    await bea.writes("/new The oven is cold")
    await brings(bea, FILE)
    await brings(chain.ann, FILE)

    assert chain.world.messenger.fetched == []
    await brings(chain.vera, FILE)
    assert len(chain.world.messenger.fetched) == 1

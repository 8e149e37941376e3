"""What /find finds: the words that stand in a company's own chat, in any form, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from relay import findable
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained
from tests.scenarios.test_equipment import BOILER, keeps

NOTHING = "No ticket of yours has"


async def finds(person: Person, words: str) -> str:
    """Let somebody look for words; return what they read."""
    await person.world.books()
    await person.writes(f"/find {words}")
    return person.inbox[-1]


async def found(person: Person, words: str) -> list[str]:
    """Return the numbers of what somebody finds."""
    told = await finds(person, words)
    return [] if told.startswith(NOTHING) else [line.split()[0] for line in told.split("\n\n")[1:]]


async def test_a_word_is_found_in_whatever_form_it_stands(chain: Cast) -> None:
    await chain.asks("Кофемашина течёт, рядом два холодильника")
    await chain.ann.writes("/new The boiler is leaking")

    for words in ("кофемашины", "ТЕЧЕТ", "холодильник", "кофема", "холодильники течёт"):
        assert await found(chain.victor, words) == ["VND-1"], words
    for words in ("leaks", "boilers leaked", "the LEAK", "boi"):
        assert await found(chain.victor, words) == ["VND-2"], words
    for words in ("фемашина", "boiler холодильник", "lea king"):
        assert await found(chain.victor, words) == [], words


async def test_codes_and_telephones_are_found_however_they_are_written(chain: Cast) -> None:
    await chain.asks("КХ-5 broke, call +7 (912) 345-67-89")

    for words in ("KX-5", "kx5", "кх-5", "89123456789", "912 345-67-89", "345-67-89", "vnd-1", "1"):
        assert await found(chain.victor, words) == ["VND-1"], words
    assert await found(chain.victor, "KX-51") == []


async def test_the_place_is_shown_with_what_was_looked_for_in_bold(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.taken(2)
    await chain.sara.replies(
        "We have been there and looked at everything there is.\nThe gasket is worn", to="VND-1"
    )
    await chain.world.later(hours=2)

    told = await finds(chain.victor, "machines gasket")

    assert told == (
        "Found: 1\n\nVND-1 · passed on · 2 hr\nThe machine leaks\n"
        "… at everything there is. The gasket is worn"
    )
    shown = chain.vera.find("Found: 1")
    bold = [told[mark.start : mark.end] for mark in shown.marks if mark.kind == "bold"]
    assert bold == ["VND-1", "machine", "gasket"]
    await chain.victor.presses("VND-1", on=shown)
    assert chain.vera.inbox[-1].startswith("📋 VND-1 · passed on")


async def test_each_company_finds_what_its_own_chat_has(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.taken(2)
    await chain.victor.writes("/note 1 pays late")
    await chain.sara.writes("/note 1 expensive gasket")
    await chain.victor.writes("plain talk about elephants")
    await chain.paul.replies("Bring a torch", to="VND-1")
    await chain.sara.sends(to="VND-1", document={"file_id": "f", "file_unique_id": "u"} | NAMED)

    assert await found(chain.victor, "srv-1") == ["VND-1"]
    assert await found(chain.sara, "vnd-1") == ["SRV-1"]
    assert await found(chain.victor, "torch offer.pdf") == ["VND-1"]
    assert (await found(chain.victor, "late"), await found(chain.sara, "late")) == (["VND-1"], [])
    assert (await found(chain.victor, "gasket"), await found(chain.sara, "gasket")) == (
        [],
        ["SRV-1"],
    )
    assert await found(chain.victor, "elephants") == []
    assert await found(chain.leo, "machine") == []
    await chain.ann.writes("/find machine")
    assert chain.ann.inbox[-1] == "This is for companies. /status lists your requests."


NAMED = {"file_name": "Offer_17.pdf", "file_size": 9}


async def test_what_waits_at_a_valve_is_not_found_behind_it(world: World) -> None:
    chain = await chained(world, vendor='up = "hold"')
    await chain.asks()
    await chain.taken(3)
    await chain.leo.replies("The gasket is worn", to="SRV-1")

    assert await found(chain.sara, "gasket") == ["SRV-1"]
    assert await found(chain.victor, "gasket") == []

    await chain.sara.presses("Pass on", on="The gasket is worn")

    assert await found(chain.victor, "gasket") == ["VND-1"]


async def test_what_was_corrected_or_taken_back_is_not_found_any_more(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.taken(2)
    await chain.ann.writes("Key at the porter")
    assert await found(chain.sara, "porter") == ["SRV-1"]

    await chain.ann.edits("Key at the porter", "Key at the florist")
    await chain.ann.edits("The machine leaks", "The fridge leaks")

    for words in ("porter", "machine"):
        assert await found(chain.sara, words) == await found(chain.victor, words) == [], words
    assert await found(chain.sara, "florist fridge") == ["SRV-1"]
    await chain.ann.replies("/retract", to="Key at the florist")
    assert await found(chain.sara, "florist") == []


SECRETS = (
    *("Ann", "client ann_c", "ann_c", "9123456789", "345-67-89", "ann@mail.example", "mail"),
    *("contract", "lenina", "annclient"),
)


async def test_what_is_struck_out_is_not_found_until_it_may_be_read(world: World) -> None:
    chain = await chained(world, vendor='client = "when_taken"', service='client = "hidden"')
    await chain.asks("The machine of Ann leaks, call +7 912 345-67-89")
    await chain.down(2)
    await chain.ann.writes("or write to ann@mail.example")
    file = {"file_id": "f", "file_unique_id": "u", "file_name": "contract Ann Client.pdf"}
    await chain.ann.sends(document=file)

    for words in SECRETS:
        assert await found(chain.sara, words) == [], words
    assert await found(chain.sara, "machine leaks write") == ["SRV-1"]
    await chain.sara.presses("Take")
    await chain.paul.presses("Pass on")
    await chain.paul.presses("All 2 messages")

    for words in SECRETS[:6]:
        assert await found(chain.sara, words) == ["SRV-1"], words
    for words in SECRETS:
        assert await found(chain.leo, words) == [], words
    assert await found(chain.leo, "machine leaks") == ["LOC-1"]


async def test_a_client_who_is_called_otherwise_now_stays_hidden_under_the_old_name(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks("Here is Ann, tell it to ann_c: the machine leaks")
    await chain.taken(2)

    chain.ann.name, chain.ann.username = "Zoryana", "zory"
    await chain.ann.writes("It leaks more")

    await chain.sara.writes("/status 1")
    assert "Here is •••, tell it to •••: the machine leaks" in chain.sara.inbox[-1]
    assert not [name for name in ("Ann", "ann_c", "ory") if name in chain.sara.everything]
    for words in ("Ann", "ann_c", "Zoryana", "zory"):
        assert await found(chain.sara, words) == [], words
    assert await found(chain.sara, "machine leaks more") == ["SRV-1"]


async def test_clients_and_equipment_are_found_as_they_are_called_now(chain: Cast) -> None:
    links = await keeps(chain.world, BOILER)
    await chain.ann.writes(links["40-17"])
    await chain.asks("It leaks")
    assert await found(chain.victor, "ann client") == ["VND-1"]
    assert await found(chain.victor, "40-17 boiler") == ["VND-1"]

    chain.ann.name = "Zoryana"
    await chain.ann.writes("/status")
    assert await found(chain.victor, "zoryana boiler") == ["VND-1"]
    await keeps(chain.world, replace(BOILER, name="Furnace"))

    assert await found(chain.victor, "zoryana furnace") == ["VND-1"]
    assert await found(chain.victor, "boiler") == await found(chain.victor, "client") == []


async def test_terms_that_change_change_what_is_found(world: World) -> None:
    chain = await chained(world)
    await chain.asks("It leaks, Ann")
    await chain.taken(2)
    await chain.sara.replies("The gasket is worn", to="SRV-1")
    assert await found(chain.sara, "ann") == ["SRV-1"]

    await chained(world, vendor='client = "hidden"')

    assert await found(chain.sara, "ann") == []
    assert await found(chain.sara, "gasket leaks") == ["SRV-1"]


async def test_open_ones_come_first_and_then_the_newest_by_pages(chain: Cast) -> None:
    for number in range(8):
        await chain.ann.writes(f"/new Leak number {number + 100}")
    for number in (3, 8):
        await chain.vera.explains("Cancel", "A mistake", on=chain.vera.card(f"VND-{number}"))

    told = await found(chain.victor, "leak")
    assert told == [f"VND-{number}" for number in (7, 6, 5, 4, 2, 1)]
    shown = chain.vera.find("Found: 8, page 1 of 2")
    await chain.victor.presses("▶️", on=shown)

    assert [line.split()[0] for line in shown.text.split("\n\n")[1:]] == ["VND-8", "VND-3"]
    asked = chain.vera.find("/find leak")
    chain.vera.sees.remove(asked)
    assert "write /find once more" in await chain.victor.presses("◀️", on=shown)


async def test_nothing_that_people_write_means_anything_to_the_database(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    strange = (
        '"',
        "*",
        "OR",
        "NEAR(a b)",
        "words:machine",
        "-machine",
        "😀",
        "'; --",
        "\\",
        "&!|<->",
    )

    for words in strange:
        told = await finds(chain.victor, words)
        assert told.startswith(("I cannot look for that.", NOTHING, "Found: 1")), words
        told = await finds(chain.victor, f"machine {words} leak")
        assert told.startswith((NOTHING, "Found: 1")), words
    assert await found(chain.victor, "machine OR gasket") == []
    assert await found(chain.victor, "machine -leaks") == ["VND-1"]


async def test_however_much_is_asked_there_is_an_answer(chain: Cast) -> None:
    await chain.asks("The machine leaks")

    await chain.victor.writes("/find")
    assert chain.vera.inbox[-1].startswith("Write /find and what you remember")
    assert (await finds(chain.victor, "a")).startswith("I cannot look for that.")
    assert (await finds(chain.victor, "machine " * 500)).startswith("Found: 1")
    assert (await finds(chain.victor, "x" * 4000)).startswith(NOTHING)


async def test_a_ticket_is_read_on_from_where_it_was_left(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.taken(2)
    for number in range(3):
        await chain.ann.writes(f"Drop number {number + 500}")
        assert await found(chain.victor, f"machine {number + 500}") == ["VND-1"]
        assert await found(chain.sara, f"machine {number + 500}") == ["SRV-1"]

    assert await found(chain.sara, "500 502") == ["SRV-1"]
    assert await found(chain.sara, "500 503") == []


async def test_long_talk_is_read_piece_by_piece(chain: Cast) -> None:
    await chain.asks("The machine leaks")
    for number in range(5):
        await chain.ann.writes(f"Drop number {number + 500}")
    await chain.world.books()
    await chain.ann.edits("Drop number 501", "Drop number 701")

    reads = []
    async with chain.world.lease.transaction() as store:
        case, complete = await store.case(1), False
        while not complete:
            read, complete = await findable.keep(store, case, 2)
            reads.append(read)

    assert reads == [2, 2, 2, 0]
    assert await found(chain.victor, "500 701 504") == ["VND-1"]
    assert await found(chain.victor, "501") == []

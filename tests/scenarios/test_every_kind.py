"""Every kind of message arrives as it was meant, however many companies it passes."""

from __future__ import annotations

import pytest

from relay.channel import Reason
from relay.content import TOLD, Medium
from tests.actors import World
from tests.samples import SAMPLES
from tests.scenarios.conftest import Cast, chained

SHOWN = [name for name in SAMPLES if name in {*Medium} - TOLD]
WORDS = {
    "poll": "📊 poll\nWhich day?\n• Monday\n• Tuesday",
    "dice": "🎲 dice\n🎲 4",
    "game": "🎮 game\nCorsairs\nSink them",
    "checklist": "☑️ checklist\nBefore you come\n☑ Turn off the water\n☐ Clear the way",
    "invoice": "🧾 invoice\nPump\nA new one",
    "paid_media": "💰 paid media\nOnly for you",
    "giveaway": "🎁 giveaway\nA coffee machine",
    "giveaway_winners": "🎁 giveaway",
    "story": "📖 story",
}


@pytest.mark.parametrize("name", SHOWN)
async def test_what_can_be_sent_again_arrives_at_every_level_as_it_was(
    chain: Cast, name: str
) -> None:
    await chain.asks()
    await chain.taken(4)
    raw = dict(SAMPLES[name])
    caption = raw.pop("caption", "")

    sent = await chain.ann.sends(text=caption, **raw)

    for reader, number in (
        (chain.vera, "VND-1"),
        (chain.paul, "SRV-1"),
        (chain.lucy, "LOC-1"),
        (chain.eve, "ENG-1"),
    ):
        shown = reader.sees[-1]
        assert shown.media
        assert shown.media.kind == name
        assert shown.text.splitlines()[0] == f"{number} · Ann Client"
        assert shown.text.endswith(caption)
    assert sent.reaction


@pytest.mark.parametrize("name", WORDS)
async def test_what_cannot_be_sent_again_is_told_in_words(chain: Cast, name: str) -> None:
    await chain.asks()
    await chain.taken(2)
    raw = dict(SAMPLES[name])

    await chain.ann.sends(text=raw.pop("caption", ""), **raw)

    assert chain.paul.sees[-1].text == f"SRV-1 · Ann Client\n{WORDS[name]}"
    assert chain.paul.sees[-1].media is None


async def test_kinds_are_named_in_the_readers_language(world: World) -> None:
    chain = await chained(world)
    await chain.paul.writes("/lang")
    await chain.paul.presses("Русский")
    await chain.asks()
    await chain.down(2)

    await chain.ann.sends(**SAMPLES["poll"])

    assert "📊 опрос" in chain.paul.sees[-1].text


@pytest.mark.parametrize("name", ["sticker", "video_note", "location", "voice", "document"])
async def test_a_case_may_begin_with_anything(chain: Cast, name: str) -> None:
    raw = dict(SAMPLES[name])

    await chain.ann.sends(text=raw.pop("caption", ""), **raw)

    assert chain.vera.sees[-1].media
    assert chain.vera.sees[-1].media.kind == name
    assert chain.ann.card("VND-1")


async def test_a_location_that_moves_is_the_point_of_that_moment(chain: Cast) -> None:
    await chain.asks()
    place = {"latitude": 55.75, "longitude": 37.61, "live_period": 900}

    sent = await chain.ann.sends(location=place)
    before = chain.world.messenger.sends
    sent.raw["location"]["latitude"] = 55.76
    await chain.world.happens(chain.ann.correction(sent))

    assert chain.vera.sees[-1].text == "VND-1 · Ann Client · where it was then"
    assert chain.world.messenger.sends == before
    assert not chain.vera.sees[-1].edited


async def test_a_result_may_be_a_picture_alone(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.sara.presses("Resolve")
    asked = chain.sara.find("What was done?")

    await chain.sara.sends(to=asked, photo=SAMPLES["photo"]["photo"])

    assert chain.vera.find("result").media
    assert chain.vera.find("result").labels == ["Accept", "Return"]


# Where the client is hidden


@pytest.mark.parametrize("terms", ['client = "hidden"', 'client = "name"'])
async def test_a_contact_is_not_shown_where_the_client_is_hidden(world: World, terms: str) -> None:
    chain = await chained(world, vendor=terms)
    await chain.asks()
    await chain.taken(2)

    await chain.ann.sends(**SAMPLES["contact"])

    assert chain.vera.sees[-1].media
    assert "(a contact, which is not shown here)" in chain.paul.sees[-1].text
    assert chain.paul.sees[-1].media is None
    assert chain.ann.inbox[-1].startswith("The contact was not passed on to everybody")


@pytest.mark.parametrize("name", ["contact", "rich_message"])
@pytest.mark.parametrize("away", [False, True])
async def test_what_was_told_in_words_is_shown_once_the_ticket_is_taken(
    world: World, name: str, away: bool
) -> None:
    chain = await chained(world, vendor='client = "when_taken"')
    await chain.asks()
    await chain.down(2)
    if away:
        chain.world.messenger.closed.add("-1002")
    await chain.ann.writes("Before it")
    await chain.ann.sends(**SAMPLES[name])
    await chain.ann.writes("After it")
    assert not [each for each in chain.paul.sees if each.media]
    chain.world.messenger.closed.clear()

    await chain.sara.presses("Take")
    await chain.world.later(minutes=10)

    (shown,) = (each for each in chain.paul.sees if each.media)
    assert shown.media
    assert shown.media.kind == name


@pytest.mark.parametrize(
    ("name", "renamed"),
    [("contract.pdf", False), ("Ann_Client.pdf", True), ("+7 999 123-45-67.pdf", True)],
)
async def test_a_file_whose_name_tells_who_the_client_is_goes_under_another(
    world: World, name: str, renamed: bool
) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)

    file = {**SAMPLES["document"]["document"], "file_name": name}
    await chain.ann.sends(document=file)

    assert chain.paul.sees[-1].media
    assert chain.paul.sees[-1].media.renamed is renamed
    assert chain.vera.sees[-1].media
    assert not chain.vera.sees[-1].media.renamed


async def test_a_place_is_shown_without_what_names_the_client(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    place = {"latitude": 55.75, "longitude": 37.61}

    await chain.ann.sends(
        venue={"location": place, "title": "Café Ann", "address": "@ann_c", "google_place_id": "g"},
        location=place,
    )

    assert chain.paul.sees[-1].media
    assert chain.paul.sees[-1].media.facts == {**place, "title": "Café •••", "address": "•••"}


async def test_a_page_is_told_in_masked_words(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    await chain.asks()
    await chain.taken(2)
    page = {"blocks": [{"type": "paragraph", "text": "Yours, Ann Client"}]}

    await chain.ann.sends(rich_message=page)

    assert chain.vera.sees[-1].media
    assert chain.paul.sees[-1].text == "SRV-1 · the client\nYours, •••"
    assert chain.paul.sees[-1].media is None


async def test_what_a_card_is_about_is_masked_before_it_is_cut(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    said = "The machine leaks again, and it smells, please come at once and call me: "
    user = {"id": 7, "is_bot": False, "first_name": "Olga"}
    mention = {"type": "text_mention", "offset": len(said) - 3, "length": 1, "user": user}
    picture = SAMPLES["photo"]["photo"]
    caption = f"{said}+7 999 123-45-67"

    await chain.ann.sends(photo=picture, caption=caption, caption_entities=[mention])
    await chain.taken(2)

    assert "call m•••: •••" in chain.paul.card("SRV-1").text
    assert "+7 9" not in chain.paul.everything


async def test_a_number_in_a_clients_name_is_no_part_of_it(world: World) -> None:
    chain = await chained(world, vendor='client = "name"')
    chain.ann.name = "Ann +79991234567"
    await chain.asks()

    await chain.down(2)

    assert "Client: Ann •••" in chain.paul.card("SRV-1").text


async def test_who_cannot_be_shown_something_is_told_why_it_is_missing(chain: Cast) -> None:
    await chain.asks()

    chain.world.messenger.lost = Reason.FILE
    await chain.ann.sends(voice=SAMPLES["voice"]["voice"])

    assert chain.ann.inbox[-1] == (
        "🎤 voice message: this cannot be shown in one of the chats. Please say it in words."
    )


async def test_a_request_is_masked_as_a_whole_in_lists_too(world: World) -> None:
    chain = await chained(world, vendor='client = "hidden"')
    long = "The boiler in the cellar is out of order and has been for days, call +49 30 1234567890"
    await chain.ann.writes(long)
    await chain.taken(2)

    await chain.sara.writes("/status")
    await chain.sara.writes("/status 1")

    assert "+49" not in chain.paul.everything


async def test_a_number_in_a_clients_name_is_not_told_with_the_name(world: World) -> None:
    chain = await chained(world, vendor='client = "name"')
    chain.ann.name = "Ann +49301234567"
    await chain.asks()
    await chain.taken(2)

    await chain.ann.writes("It drips")

    assert chain.paul.reads("SRV-1 · Ann •••\nIt drips")

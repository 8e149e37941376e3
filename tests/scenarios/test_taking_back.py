"""What somebody takes back disappears everywhere, and never leaves where it has not yet."""

from __future__ import annotations

import pytest

from tests.samples import SAMPLES
from tests.scenarios.conftest import Cast
from tests.scenarios.test_albums import albums, picture


async def test_what_is_taken_back_disappears_from_every_chat(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(4)
    said = await chain.ann.writes("My door code is 4711")
    assert chain.eve.reads("4711")

    await chain.ann.replies("/retract", to=said)

    for reader in (chain.vera, chain.paul, chain.lucy, chain.eve):
        assert not reader.reads("4711")
    assert chain.ann.inbox[-1].startswith("Taken back: it disappears from the other chats.")


@pytest.mark.parametrize("name", ["sticker", "voice", "contact", "poll"])
async def test_any_kind_can_be_taken_back(chain: Cast, name: str) -> None:
    await chain.asks()
    raw = dict(SAMPLES[name])
    sent = await chain.ann.sends(text=raw.pop("caption", ""), **raw)
    before = len(chain.vera.sees)

    await chain.ann.replies("/retract", to=sent)

    assert len(chain.vera.sees) == before - 1


async def test_an_album_is_taken_back_as_a_whole(chain: Cast) -> None:
    await chain.asks()
    await chain.ann.sends_album(picture("a"), picture("b"))
    assert albums(chain.vera.sees)

    await chain.ann.replies("/retract", to=[each for each in chain.ann.sees if each.raw][-1])

    assert not albums(chain.vera.sees)


async def test_what_has_not_left_yet_never_does(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    chain.world.messenger.closed.add("-1002")
    said = await chain.ann.writes("My door code is 4711")

    await chain.ann.replies("/retract", to=said)
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)

    assert not [words for to, words in chain.world.messenger.log if to == "-1002"][1:]


async def test_what_waits_at_a_valve_cannot_be_passed_on_any_more(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    said = await chain.sara.replies("It costs 500", to="SRV-1")
    button = chain.vera.find("It costs 500").button("Pass on")

    await chain.sara.replies("/retract", to=said)
    chain.world.messenger.show("-1001", "-", by_bot=True, buttons=[button])
    await chain.victor.presses("Pass on", on=chain.vera.sees[-1])

    assert not chain.ann.reads("It costs 500")
    assert not chain.vera.reads("It costs 500")


async def test_the_request_disappears_from_the_cards(chain: Cast) -> None:
    said = await chain.ann.writes("The code is 4711")
    await chain.taken(2)
    assert "4711" in chain.paul.card("SRV-1").text

    await chain.ann.replies("/retract", to=said)

    for reader in (chain.vera, chain.paul, chain.ann):
        assert "4711" not in reader.everything
    assert "(withdrawn)" in chain.paul.card("SRV-1").text


async def test_of_what_was_said_in_one_go_only_the_words_disappear(chain: Cast) -> None:
    await chain.asks()
    chain.world.messenger.closed.add("-1001")
    await chain.ann.writes("First")
    said = await chain.ann.writes("The code is 4711")
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=10)
    assert chain.vera.find("First").text.count("VND-1") == 2

    await chain.ann.replies("/retract", to=said)

    assert chain.vera.find("First").text == (
        "VND-1 · Ann Client\nFirst\n\nVND-1 · Ann Client\n(withdrawn)"
    )


async def test_only_who_said_it_or_a_lead_takes_it_back(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    said = await chain.sara.replies("It costs 500", to="SRV-1")

    chain.sara.id, real = 999, chain.sara.id
    await chain.sara.replies("/retract", to=said)
    assert chain.paul.inbox[-1] == "Only Sara can take that back, or a lead of this chat."
    assert chain.vera.reads("It costs 500")
    chain.sara.id = real
    await chain.paul.replies("/retract", to=said)

    assert not chain.vera.reads("It costs 500")


@pytest.mark.parametrize("what", ["nothing", "a card", "plain talk", "what others said"])
async def test_what_cannot_be_taken_back_is_answered_with_what_can(chain: Cast, what: str) -> None:
    await chain.asks()
    await chain.taken(2)
    await chain.ann.writes("It drips")
    talk = await chain.sara.writes("Where is the van?")
    target = {
        "a card": chain.paul.card("SRV-1"),
        "plain talk": talk,
        "what others said": chain.paul.find("It drips"),
    }

    if what == "nothing":
        await chain.sara.writes("/retract")
    else:
        await chain.sara.replies("/retract", to=target[what])

    assert chain.paul.inbox[-1].startswith("Reply with /retract to a message of yours")
    assert chain.paul.reads("It drips")


async def test_it_is_taken_back_once_and_edits_do_not_bring_it_back(chain: Cast) -> None:
    await chain.asks()
    said = await chain.ann.writes("The code is 4711")
    await chain.ann.replies("/retract", to=said)

    await chain.ann.replies("/retract", to=said)
    assert chain.ann.inbox[-1] == "That is done already."
    await chain.ann.edits("The code is 4711", "The code is 4712")

    assert not chain.vera.reads("471")

"""Albums: several messages that belong together, from the bot and from people."""

from typing import Any

import pytest

from sandbox.samples import SAMPLES
from sandbox.sending import FILED
from tests.sandbox.stage import ANNA, GROUP, Stage

METHODS = {kind: method for method, kind in FILED.items()}


@pytest.fixture(autouse=True)
async def _anna_has_begun(stage: Stage) -> None:
    await stage.says(ANNA, "/start")
    await stage.heard()


async def test_an_album_is_one_message_an_item_with_captions_of_their_own(stage: Stage) -> None:
    media = [await _item(stage, kind, caption=kind) for kind in ("photo", "video", "live_photo")]
    said = await stage.sends(GROUP, "Look")

    told = await stage.calls(
        "sendMediaGroup", chat_id=GROUP, media=media, reply_parameters={"message_id": said}
    )

    assert len({each["media_group_id"] for each in told}) == 1
    ids = [each["message_id"] for each in told]
    assert ids == sorted({*ids})
    assert [each["caption"] for each in told] == ["photo", "video", "live_photo"]
    assert all(each["reply_to_message"]["message_id"] == said for each in told)
    (call,) = (await stage.sees("calls", method="sendMediaGroup"))["calls"]
    assert call["messages"] == ids
    assert await stage.news() == []


async def test_an_album_may_be_uploaded(stage: Stage) -> None:
    answer = await stage.uploads(
        "sendMediaGroup",
        ANNA,
        media=[
            {"type": "document", "media": "attach://one"},
            {"type": "document", "media": "attach://two"},
        ],
        one=b"one",
        two=b"two",
        name="list.txt",
    )

    assert [each["document"]["file_name"] for each in answer["result"]] == ["list.txt"] * 2


@pytest.mark.parametrize(
    ("kinds", "error"),
    [
        (["document", "photo"], "can't use the media of the specified type in the album"),
        (["audio", "document"], "can't use the media of the specified type in the album"),
        (["photo"] * 11, "too many messages to send as an album"),
        ([], "there are no messages to send"),
    ],
)
async def test_what_is_no_album_is_refused_as_a_whole(
    stage: Stage, kinds: list[str], error: str
) -> None:
    items = {kind: await _item(stage, kind) for kind in {*kinds}}

    said = await stage.fails("sendMediaGroup", chat_id=GROUP, media=[items[kind] for kind in kinds])

    assert said == f"Bad Request: {error}"
    assert await stage.texts(GROUP) == []


async def test_a_bad_item_is_named_and_the_others_may_have_arrived(stage: Stage) -> None:
    first, third = await _item(stage, "photo"), await _item(stage, "photo")

    said = await stage.fails(
        "sendMediaGroup", chat_id=GROUP, media=[first, {"type": "photo", "media": "x"}, third]
    )

    assert said == (
        "Bad Request: failed to send message #2 with the error message "
        '"Wrong file identifier/HTTP URL specified"'
    )
    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    (call,) = (await stage.sees("calls", method="sendMediaGroup"))["calls"]
    assert call["messages"] == [each["message_id"] for each in shown]
    assert len(shown) == 2


async def test_a_reaction_to_an_item_lands_on_the_first(stage: Stage) -> None:
    media = [await _item(stage, "photo") for _ in range(3)]
    told = await stage.calls("sendMediaGroup", chat_id=GROUP, media=media)

    await stage.calls(
        "setMessageReaction",
        chat_id=GROUP,
        message_id=told[2]["message_id"],
        reaction=[{"type": "emoji", "emoji": "👌"}],
    )

    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    assert [each["reactions"] for each in shown] == [["👌"], [], []]


async def test_an_item_is_replaced_only_by_what_fits_its_album(stage: Stage) -> None:
    media = [await _item(stage, "photo") for _ in range(2)]
    told = await stage.calls("sendMediaGroup", chat_id=GROUP, media=media)
    where = {"chat_id": GROUP, "message_id": told[0]["message_id"]}

    paper = await _item(stage, "document")
    error = await stage.fails("editMessageMedia", **where, media=paper)
    film = await stage.calls("editMessageMedia", **where, media=await _item(stage, "video"))

    assert error == "Bad Request: can't change media type in the album"
    assert film["media_group_id"] == told[0]["media_group_id"]


async def _item(stage: Stage, kind: str, **more: object) -> dict[str, Any]:
    """Return an item of an album that the bot knows by its id."""
    still = {"photo": SAMPLES["photo"][0]()} if kind == "live_photo" else {}
    answer = await stage.uploads(METHODS[kind], ANNA, **still, **{kind: SAMPLES[kind][0]()})
    told = answer["result"]
    if kind == "live_photo":
        more["photo"] = told["photo"][-1]["file_id"]
    file = told[kind][-1] if kind == "photo" else told[kind]
    return {"type": kind, "media": file["file_id"], **more}

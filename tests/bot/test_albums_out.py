"""Albums as Telegram takes them: one call where it can be, and nothing is lost where it cannot."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.posts import ALBUM, CAPTION, FAMILIES, TEXT, calls
from handlers.marks import units
from relay.channel import Button, Landed, Place, Post, Reason, Ref, Spare, Unclear
from relay.content import Media, Medium
from relay.text import Text
from tests.bot.bot_api import Line, error
from tests.texts import texts

HOME = Place("-1001234")
HEAD = Text("VND-1 · Anna")


def item(kind: Medium, words: str = "", *, head: bool = False, **more: object) -> Post:
    media = Media(kind, "77", "78" if kind is Medium.LIVE_PHOTO else "", **more)  # type: ignore[arg-type]
    return Post(Text(words), HEAD if head else Text(), media=media, spare=Spare("(not shown)"))


def album(*kinds: Medium) -> Post:
    items = (item(kind, head=not number) for number, kind in enumerate(kinds))
    return Post(head=HEAD, album=tuple(items), reply_to=Ref("7"))


PICTURES = album(Medium.PHOTO, Medium.VIDEO, Medium.LIVE_PHOTO)


async def test_an_album_is_one_call_with_its_reply_and_its_header(line: Line) -> None:
    landed = await line.channel.send(HOME, PICTURES, line.another)

    (asked,) = line.api.asked
    assert asked.method == "sendMediaGroup"
    assert json.loads(asked.form["reply_parameters"])["message_id"] == 7
    found = json.loads(asked.form["media"])
    assert [each["type"] for each in found] == ["photo", "video", "live_photo"]
    assert [each["caption"] for each in found] == ["VND-1 · Anna", "", ""]
    assert landed == Landed(HOME, [Ref("101"), Ref("102"), Ref("103")])


async def test_what_cannot_stand_together_comes_apart(line: Line) -> None:
    kinds = (Medium.PHOTO, Medium.PHOTO, Medium.DOCUMENT, Medium.AUDIO, Medium.AUDIO)

    landed = await line.channel.send(HOME, album(*kinds), line.another)

    assert line.api.methods == ["sendMediaGroup", "sendDocument", "sendMediaGroup"]
    assert len(landed.refs) == 5
    assert line.slots == 2


async def test_buttons_of_an_album_follow_it(line: Line) -> None:
    post = Post(head=HEAD, album=PICTURES.album, buttons=[[Button("Pass on", "relay", 1)]])

    await line.channel.send(HOME, post, line.another)

    assert line.api.methods == ["sendMediaGroup", "sendMessage"]
    assert line.api.asked[1].form["text"] == "VND-1 · Anna"
    assert "reply_markup" in line.api.asked[1].form


async def test_an_album_that_is_not_accepted_as_one_comes_one_by_one(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: group send failed"))

    landed = await line.channel.send(HOME, PICTURES, line.another)

    assert line.api.methods == ["sendMediaGroup", "sendPhoto", "sendVideo", "sendLivePhoto"]
    assert landed.refs == ["101", "102", "103"]


async def test_of_a_broken_album_nobody_knows_what_has_arrived(line: Line) -> None:
    line.api.answers.append(
        error(400, 'Bad Request: failed to send message #2 with the error message "Too Many"')
    )

    with pytest.raises(Unclear):
        await line.channel.send(HOME, PICTURES, line.another)


async def test_a_file_too_large_to_be_renamed_does_not_sink_the_others(line: Line) -> None:
    big = item(Medium.DOCUMENT, name="Anna.zip", size=30 * 2**20, renamed=True)
    others = (item(Medium.DOCUMENT, head=True), item(Medium.DOCUMENT))

    landed = await line.channel.send(HOME, Post(head=HEAD, album=(*others, big)), line.another)

    assert line.api.methods == ["sendMediaGroup", "sendMessage"]
    assert line.api.asked[1].form["text"] == "(not shown)"
    assert landed.lost is Reason.NAME


async def test_only_what_looks_otherwise_is_edited(line: Line) -> None:
    stands = [Ref("1"), Ref("2"), Ref("3")]
    same = tuple(replace(each, same=number != 1) for number, each in enumerate(PICTURES.album))

    await line.channel.edit(HOME, stands, Post(head=HEAD, album=same), line.another)

    (asked,) = line.api.asked
    assert (asked.method, asked.form["message_id"]) == ("editMessageMedia", "2")


@st.composite
def several(draw: st.DrawFn) -> Post:
    count = draw(st.integers(2, 12))
    kinds = [draw(st.sampled_from([*Medium][:6])) for _ in range(count)]
    items = [
        Post(draw(texts()), HEAD if not number else Text(), media=Media(kind, str(number)))
        for number, kind in enumerate(kinds)
    ]
    return Post(head=HEAD, album=tuple(items))


@settings(max_examples=40)
@given(several())
def test_every_item_is_sent_once_in_order_and_no_word_is_lost(post: Post) -> None:
    made = calls(post)

    sent = [part for call in made for part in call]
    assert [each.media for each in sent if each.media] == [each.media for each in post.album]
    for call in made:
        kinds = {each.media.kind for each in call if each.media}
        assert len(call) <= ALBUM
        assert len(call) == 1 or any(kinds <= family for family in FAMILIES)
    assert all(units(each.text.plain) <= (CAPTION if each.media else TEXT) for each in sent)
    words = "".join(each.words.plain for each in post.album)
    found = "".join(each.text.plain for each in sent)
    assert sorted("".join(words.split())) == sorted("".join(found.split()))

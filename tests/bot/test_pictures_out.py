"""Pictures that we draw ourselves leave with their words below, and the words without them."""

from __future__ import annotations

from typing import Any

import pytest

from bot import telegram
from bot.posts import CAPTION
from relay.channel import Place, Post
from relay.pictures import Chart, Measure
from relay.text import Text, bold
from tests.bot.bot_api import Line, error

HOME = Place("-1001234")
CHART = Chart("Report", [("Tickets", [Measure("Closed", 3, 5, "3")])], "now", "before")


async def test_a_picture_is_drawn_and_has_its_words_below(line: Line) -> None:
    landed = await line.channel.send(HOME, Post(bold("Report"), picture=CHART), line.another)

    (asked,) = line.api.asked
    assert asked.method == "sendPhoto"
    assert asked.form["caption"] == "Report"
    assert line.api.uploads == ["picture.png"]
    assert len(landed.refs) == 1


async def test_words_for_which_there_is_no_room_below_follow(line: Line) -> None:
    text = Text("\n".join(["A line of a report"] * 90))

    await line.channel.send(HOME, Post(text, picture=CHART), line.another)

    first, second = line.api.asked
    assert (first.method, second.method) == ("sendPhoto", "sendMessage")
    assert len(first.form["caption"]) <= CAPTION
    assert f"{first.form['caption']}\n{second.form['text']}" == text.plain


async def test_where_pictures_are_not_accepted_the_words_come_alone(line: Line) -> None:
    line.api.answers.append(error(400, "Bad Request: not enough rights to send photos to the chat"))

    landed = await line.channel.send(HOME, Post(Text("Report"), picture=CHART), line.another)

    assert line.api.methods == ["sendPhoto", "sendMessage"]
    assert line.api.asked[-1].form["text"] == "Report"
    assert landed.lost is None


async def test_what_cannot_be_drawn_is_told_in_words(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Any) -> bytes:
        raise MemoryError

    monkeypatch.setattr(telegram, "draw", fails)

    await line.channel.send(HOME, Post(Text("Report"), picture=CHART), line.another)

    assert line.api.methods == ["sendMessage"]

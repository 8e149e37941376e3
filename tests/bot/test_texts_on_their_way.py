"""What somebody writes, from Telegram and back to it: nothing is lost, moved or cut in two."""

from __future__ import annotations

import regex
from aiogram.types import MessageEntity
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.posts import CAPTION, ENTITIES, TEXT, parts
from handlers.marks import entities, marks, units
from relay.channel import Post
from relay.content import Media, Medium
from relay.text import TICKET, Mark, Text, bold, joined, lines, marked, quote
from relay.wording import Say
from tests.texts import Dress, dressed

#: Pieces of what people write: each is one or more whole characters.
WRITTEN = (
    *("a", "Ж", " ", "\n", "\n\n", ". ", "中", "שלום ", "مرحبا ", "\u202bאב\u202c"),
    *(
        "😀",
        "👍🏽",
        "🇷🇺",
        "👨\u200d👩\u200d👧\u200d👦",
        "1️⃣",
        "é",
        "e\u0301",
        "नि",
        "🏴\U000e0067\U000e007f",
    ),
    *("\u200b", "\u2060", "\u200f", "a\u200db", "𝔘", "𐍈 ", "\ufeff", "q\u0323\u0307", "ก\u0e33"),
)
KINDS = {
    "bold": st.none(),
    "italic": st.none(),
    "spoiler": st.none(),
    "blockquote": st.none(),
    "mention": st.none(),
    "hashtag": st.none(),
    "text_link": st.sampled_from(("https://example.com/1", "https://example.com/😀")),
    "text_mention": st.sampled_from(("101", "999999999999")),
    "custom_emoji": st.just("5368324170671202286"),
    "pre": st.sampled_from((None, "python")),
    "date_time": st.sampled_from(("0:", "1795442759:dt")),
}
HEADS = st.sampled_from(
    (
        Text(),
        bold("VND-1") + " · Anna",
        marked(TICKET, bold("VND-17"), "VND-17:204") + " · Ann 👨‍👩‍👧 Ж",
        Text("שלום · 🇷🇺"),
    )
)


@st.composite
def writings(draw: st.DrawFn, most: int = 200) -> Text:
    """Make up a text with marks at any characters, however deep they are nested."""
    runs = st.tuples(st.sampled_from(WRITTEN), st.sampled_from((1, 1, 1, 2, 40, 300)))
    plain = "".join(word * count for word, count in draw(st.lists(runs, min_size=1, max_size=8)))
    size = len(plain)
    found = []
    for kind in draw(st.lists(st.sampled_from([*KINDS]), max_size=8)):
        start = draw(st.integers(0, size - 1))
        end = draw(st.integers(start + 1, size))
        found.append(Mark(kind, start, end, draw(KINDS[kind])))
    depths = draw(st.sampled_from((0, 0, 0, 30, most))) if size < 100 else 0
    found += [Mark("bold", n, size - n) for n in range(depths) if size > 2 * n]
    return Text(plain, tuple(found))


def arrived(text: Text) -> Text:
    """Return a text after it has been to Telegram and back."""
    sent = [each.model_dump_json(exclude_none=True) for each in entities(text)]
    return marks(text.plain, [MessageEntity.model_validate_json(each) for each in sent])


def shown(text: Text) -> list[tuple[str, Dress]]:
    """Return what can be seen of a text, and what it wears."""
    return [each for each in dressed(text) if not each[0].isspace()]


def edges(plain: str) -> set[int]:
    """Return where a text can be cut without cutting what people see as one character."""
    return {0, *(each.end() for each in regex.finditer(r"\X", plain))}


def check(part: Text, room: int) -> None:
    """Make sure that Telegram takes a part as it is."""
    raw = part.plain.encode("utf-16-le")
    assert len(raw) <= 2 * room
    for mark, each in zip(part.marks, entities(part), strict=True):
        assert 0 <= each.offset < each.offset + each.length <= len(raw) // 2
        covered = raw[2 * each.offset : 2 * (each.offset + each.length)]
        assert covered.decode("utf-16-le") == part.plain[mark.start : mark.end]


@settings(max_examples=30)
@given(writings(), HEADS)
def test_a_text_leaves_under_its_header_as_it_was_written(text: Text, head: Text) -> None:
    found = [part.text for part in parts(Post(arrived(text), head))]

    whole = lines(head, text)
    assert [each for part in found for each in shown(part)] == shown(whole)
    possible, position = edges(whole.plain), 0
    for part in found:
        check(part, TEXT)
        assert len(part.marks) <= ENTITIES or len(part.plain) == 1
        if len(found) > 1:
            position = whole.plain.index(part.plain, position)
            assert {position, position + len(part.plain)} <= possible or len(part.plain) == 1
            position += len(part.plain)


@settings(max_examples=25)
@given(writings(most=40), HEADS, st.sampled_from((Medium.PHOTO, Medium.VOICE, Medium.DOCUMENT)))
def test_a_caption_leaves_under_its_header_as_it_was_written(
    text: Text, head: Text, kind: Medium
) -> None:
    first, *rest = parts(Post(arrived(text), head, media=Media(kind, "77")))

    check(first.text, CAPTION)
    for part in rest:
        check(part.text, TEXT)
    found = [each for part in (first, *rest) for each in shown(part.text)]
    assert found == shown(lines(head, text))


@settings(max_examples=40)
@given(writings(), HEADS)
def test_a_header_moves_every_entity_by_its_own_length(text: Text, head: Text) -> None:
    whole = entities(lines(head, text))

    room = units(head.plain) + 1 if head else 0
    moved = [each.model_copy(update={"offset": each.offset + room}) for each in entities(text)]
    assert whole == [*entities(head), *moved]


@settings(max_examples=25)
@given(st.lists(st.tuples(HEADS, writings(most=30)), min_size=2, max_size=4))
def test_what_is_said_in_one_go_can_be_told_apart_again(said: list[tuple[Text, Text]]) -> None:
    first, *others = (Say(Post(text, head)) for head, text in said)
    merged = first
    for each in others:
        merged = merged + each

    words = arrived(merged.post.words)
    position = 0
    for head, text in said:
        own = lines(head, text)
        assert dressed(words[position : position + len(own.plain)]) == dressed(arrived(own))
        position += len(own.plain) + 2
    assert position == len(words.plain) + 2


@settings(max_examples=25)
@given(st.lists(writings(most=30), min_size=1, max_size=3), st.integers(0, 2))
def test_one_of_several_that_changes_moves_the_others_and_leaves_them_alone(
    said: list[Text], which: int
) -> None:
    before = joined("\n\n", said)
    changed = [quote("(withdrawn)") if place == which else each for place, each in enumerate(said)]

    after = joined("\n\n", changed)

    assert after.plain.split("\n\n") == "\n\n".join(each.plain for each in changed).split("\n\n")
    start = 0
    for each, old in zip(changed, said, strict=True):
        assert dressed(after[start : start + len(each.plain)]) == dressed(each)
        start += len(each.plain) + 2
        assert old.plain in before.plain


@given(
    st.text("ab😀👍🏽\u200d\u0301", max_size=8),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4),
)
@example("😀a", [(1, 1)])
@example("a😀", [(0, 2)])
@example("", [(0, 1)])
def test_entities_that_are_nowhere_are_none_and_those_within_a_character_cover_it(
    plain: str, places: list[tuple[int, int]]
) -> None:
    found = marks(
        plain, [MessageEntity(type="bold", offset=start, length=size) for start, size in places]
    )

    assert found.plain == plain
    for mark in found.marks:
        assert 0 <= mark.start < mark.end <= len(plain)
    check(found, TEXT)

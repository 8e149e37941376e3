"""What we say in Telegram's form: entities in its units, and posts cut into its sizes."""

import re
from collections.abc import Iterable

import pytest
from aiogram.types import MessageEntity, User
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.posts import CAPTION, ENTITIES, TEXT, parts, sending
from handlers.marks import entities, marks, units
from relay.channel import Button, Place, Post, Ref
from relay.content import Media, Medium
from relay.text import Mark, Text, bold
from tests.texts import Dress, dressed

LETTERS = "ab яЖ\n😀👍🏽🇷🇺👨\u200d👩é中\u0301🏴"

# Entities


def test_positions_are_counted_in_units_of_two_bytes() -> None:
    text = Text("😀 Hello 👍🏽!", (Mark("bold", 2, 7), Mark("italic", 8, 10)))

    assert [(each.type, each.offset, each.length) for each in entities(text)] == [
        ("bold", 3, 5),
        ("italic", 9, 4),
    ]


@pytest.mark.parametrize(
    ("mark", "entity"),
    [
        (Mark("bold", 1, 3), {}),
        (Mark("text_link", 1, 3, "https://example.com/1"), {"url": "https://example.com/1"}),
        (Mark("pre", 1, 3, "python"), {"language": "python"}),
        (Mark("pre", 1, 3), {}),
        (
            Mark("custom_emoji", 1, 3, "5368324170671202286"),
            {"custom_emoji_id": "5368324170671202286"},
        ),
        (
            Mark("date_time", 1, 3, "1795442759:t"),
            {"unix_time": 1795442759, "date_time_format": "t"},
        ),
        (Mark("date_time", 1, 3, "0:"), {"unix_time": 0}),
        (
            Mark("text_mention", 1, 3, "101"),
            {"user": {"id": 101, "is_bot": False, "first_name": "-"}},
        ),
    ],
)
def test_what_a_mark_says_beside_its_kind_has_a_field_of_its_own(
    mark: Mark, entity: dict[str, object]
) -> None:
    (made,) = entities(Text("👍ab", (mark,)))

    assert made.model_dump(exclude_none=True) == {
        "type": mark.kind,
        "offset": 2,
        "length": 2,
        **entity,
    }
    assert marks("👍ab", [made]) == Text("👍ab", (mark,))


def test_a_mentioned_person_is_known_by_their_id() -> None:
    anna = User(id=101, is_bot=False, first_name="Anna", last_name="Petrova")
    mention = MessageEntity(type="text_mention", offset=0, length=2, user=anna)

    assert marks("😀 Hello", [mention]) == Text("😀 Hello", (Mark("text_mention", 0, 1, "101"),))


def test_a_kind_that_is_not_known_yet_is_kept() -> None:
    entity = MessageEntity.model_validate({"type": "sparkles", "offset": 0, "length": 2})

    assert entities(marks("Hello", [entity])) == [entity]


def test_a_text_without_entities_has_no_marks() -> None:
    assert marks("Hello", None) == marks("Hello", []) == Text("Hello")
    assert entities(Text("Hello")) == []


VALUES = {
    "text_link": st.sampled_from(["https://example.com/1", "tg://user?id=1"]),
    "text_mention": st.integers(1, 10**12).map(str),
    "custom_emoji": st.integers(1, 10**18).map(str),
    "date_time": st.builds("{}:{}".format, st.integers(0, 2**33), st.sampled_from(["", "t", "dt"])),
    "pre": st.sampled_from(["python", None]),
}
PLAIN_KINDS = ("bold", "italic", "underline", "spoiler", "blockquote", "code", "mention", "url")


@st.composite
def marked(draw: st.DrawFn) -> Text:
    """Make up a text with marks of every kind."""
    words = draw(st.text(LETTERS, min_size=1, max_size=30))
    found = []
    for kind in draw(st.lists(st.sampled_from([*PLAIN_KINDS, *VALUES]), max_size=8)):
        start = draw(st.integers(0, len(words) - 1))
        end = draw(st.integers(start + 1, len(words)))
        found.append(Mark(kind, start, end, draw(VALUES[kind]) if kind in VALUES else None))
    return Text(words, tuple(found))


@given(marked())
def test_a_text_that_was_sent_and_comes_back_is_the_same(text: Text) -> None:
    sent = [each.model_dump_json(exclude_none=True) for each in entities(text)]

    assert marks(text.plain, [MessageEntity.model_validate_json(each) for each in sent]) == text


@given(marked())
def test_an_entity_covers_the_very_words_that_its_mark_covers(text: Text) -> None:
    raw = text.plain.encode("utf-16-le")

    for mark, entity in zip(text.marks, entities(text), strict=True):
        covered = raw[2 * entity.offset : 2 * (entity.offset + entity.length)]
        assert covered.decode("utf-16-le") == text.plain[mark.start : mark.end]


# Sizes


def cut(text: Text | str) -> list[str]:
    """Return the texts of the messages that a post without a picture takes."""
    post = Post(text if isinstance(text, Text) else Text(text))
    return [part.text.plain for part in parts(post)]


@pytest.mark.parametrize("text", ["", "Hello", "x" * TEXT, "😀" * (TEXT // 2), "\n" * 10])
def test_what_fits_is_said_in_one_message(text: str) -> None:
    assert cut(text) == [text]


def test_a_long_text_is_cut_at_a_paragraph() -> None:
    one, two = "a b\n" * 700 + "end", "c d\n" * 500 + "end"

    assert cut(f"{one}\n\n{two}") == [one, two]


def test_without_a_paragraph_it_is_cut_at_a_line() -> None:
    one, two = "a b " * 700 + "end", "c d " * 500 + "end"

    assert cut(f"{one}\n{two}") == [one, two]


def test_without_a_line_it_is_cut_at_a_word() -> None:
    assert cut("word " * 1000) == [("word " * 819).strip(), ("word " * 181).strip()]


def test_without_a_word_it_is_cut_where_it_must_be() -> None:
    assert cut("x" * 5000) == ["x" * 4096, "x" * 904]


def test_a_paragraph_far_from_the_end_is_not_worth_a_message() -> None:
    text = "a\n\n" + "word " * 1000

    assert len(cut(text)) == 2


ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "emoji",
    [
        *("😀", "👍🏽", "1️⃣", "❤️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🧔🏿‍♂️", "🇷🇺"),
        *(ENGLAND, "e\u0301", "\u0928\u093f"),  # the last two are letters with their accents
    ],
)
@pytest.mark.parametrize("before", ["", "x", "xx", "xxx", "xxxxxxx"])
def test_an_emoji_is_never_cut(before: str, emoji: str) -> None:
    count = 2 * TEXT // units(emoji)

    first, *rest = cut(before + emoji * count)

    assert first.removeprefix(before).replace(emoji, "") == ""
    assert all(part.replace(emoji, "") == "" for part in rest)
    assert sum(part.count(emoji) for part in [first, *rest]) == count


@pytest.mark.parametrize("gap", [" ", "\n"])
def test_no_message_is_blank(gap: str) -> None:
    found = cut(f"a{gap * 5000}b{gap * 5000}")

    assert [part.strip() for part in found] == ["a", "b"]


def test_a_mark_over_a_cut_goes_on_in_the_next_message() -> None:
    found = parts(Post(bold("x" * 5000)))

    assert [part.text for part in found] == [bold("x" * 4096), bold("x" * 904)]


def test_a_text_with_more_marks_than_are_kept_is_cut_earlier() -> None:
    words = Text()
    for _ in range(250):
        words = words + bold("word") + " "

    found = parts(Post(words))

    assert [len(part.text.marks) for part in found] == [100, 100, 50]
    assert [part.text.plain.split() for part in found] == [["word"] * n for n in (100, 100, 50)]


WORDS = st.sampled_from(["x", "word ", "слово ", "中", "😀", "👍🏽", "1️⃣", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇷🇺"])
GAPS = st.sampled_from(["", " ", "\n", "\n\n", " \n\n "])
WHOLE = re.compile("👍🏽|1️⃣|👨‍👩‍👧‍👦|🏳️‍🌈|🇷🇺")


@st.composite
def long_texts(draw: st.DrawFn) -> Text:
    """Make up a text for several messages, with up to 250 marks."""
    runs = draw(st.lists(st.tuples(WORDS, st.integers(1, 900), GAPS), min_size=1, max_size=8))
    plain = "".join(word * count + gap for word, count, gap in runs).strip()
    short = st.builds(
        lambda start, length: Mark("bold", start, min(start + length, len(plain))),
        st.integers(0, len(plain) - 1),
        st.integers(1, 30),
    )
    several = draw(st.lists(short, max_size=50)) * draw(st.integers(1, 5))
    ends = sorted(draw(st.tuples(*[st.integers(0, len(plain))] * 2)))
    whole = [Mark("blockquote", *ends)] if ends[0] < ends[1] else []
    return Text(plain, (*whole, *several))


def letters(found: Iterable[Text]) -> list[tuple[str, Dress]]:
    """Return all that is not white space, and what it wears."""
    return [each for text in found for each in dressed(text) if not each[0].isspace()]


@settings(max_examples=25)
@given(long_texts())
def test_nothing_is_lost_however_long_a_text_is(text: Text) -> None:
    found = [part.text for part in parts(Post(text))]

    assert letters(found) == letters([text])
    for part in found:
        assert part.plain.strip()
        assert units(part.plain) <= TEXT
        assert len(part.marks) <= ENTITIES or len(part.plain) == 1
    whole = [emoji for part in found for emoji in WHOLE.findall(part.plain)]
    assert whole == WHOLE.findall(text.plain)


# Pictures


PICTURE = Media(Medium.PHOTO, "AgACAgIAAx", spoiler=True, above=True)


def with_photo(text: Text | str) -> list[Post]:
    """Return the messages that a picture with a text takes."""
    words = text if isinstance(text, Text) else Text(text)
    end = words.plain.find("\n")
    head, rest = (words[:end], words[end + 1 :]) if end > 0 else (Text(), words)
    return parts(Post(rest, head, media=PICTURE))


def test_a_short_text_stands_under_its_picture() -> None:
    caption = "VND-1 · Anna\n" + "x" * (CAPTION - 13)

    (part,) = with_photo(caption)

    assert (part.media, part.text.plain) == (PICTURE, caption)


def test_under_a_picture_with_a_long_text_stands_its_header_and_the_text_follows() -> None:
    first, second = with_photo("VND-1 · Anna\n" + "x" * CAPTION)

    assert (first.media, first.text.plain) == (PICTURE, "VND-1 · Anna")
    assert (second.media, second.text.plain) == (None, "x" * CAPTION)


def test_a_text_that_is_one_long_line_follows_a_picture_without_a_caption() -> None:
    first, second = with_photo("😀" * 600)

    assert (first.media, first.text.plain) == (PICTURE, "")
    assert (second.media, second.text.plain) == (None, "😀" * 600)


@settings(max_examples=15)
@given(long_texts())
def test_no_caption_is_too_long_and_nothing_of_it_is_lost(text: Text) -> None:
    first, *rest = with_photo(text)

    assert units(first.text.plain) <= CAPTION
    assert all(units(part.text.plain) <= TEXT for part in rest)
    assert letters(part.text for part in [first, *rest]) == letters([text])


# The rest of a post


BUTTONS = [[Button("Take", "take", 1)]]


@pytest.mark.parametrize("photo", [None, Media(Medium.PHOTO, "AgACAgIAAx")])
def test_buttons_and_target_belong_to_the_first_message(photo: Media | None) -> None:
    post = Post(Text("word " * 2000), media=photo, buttons=BUTTONS, reply_to=Ref("7"))

    first, *rest = parts(post)

    assert (first.buttons, first.reply_to) == (BUTTONS, "7")
    assert rest
    assert all(not part.buttons and part.reply_to is None for part in rest)


@pytest.mark.parametrize("photo", [None, Media(Medium.PHOTO, "AgACAgIAAx")])
def test_what_people_write_is_never_parsed(photo: Media | None) -> None:
    said = Text("<b>_*[x](tg://user?id=1) &amp; /start", (Mark("italic", 0, 3),))

    method = sending(Place("-100"), Post(said, media=photo), Ref("7"))
    asked = method.model_dump(exclude_none=True)

    assert asked["caption" if photo else "text"] == said.plain
    assert [each["type"] for each in asked["caption_entities" if photo else "entities"]] == [
        "italic"
    ]
    assert "parse_mode" not in asked
    assert asked["reply_parameters"]["allow_sending_without_reply"] is True


def test_a_picture_without_words_has_no_caption_at_all() -> None:
    post = Post(media=Media(Medium.PHOTO, "AgAC"))
    asked = sending(Place("1"), post, None).model_dump(exclude_none=True)

    assert not asked["caption"]
    assert "caption_entities" not in asked


# Telephone numbers


def test_a_number_is_asked_for_by_a_keyboard_in_a_private_chat_alone() -> None:
    post = Post(Text("Where?"), buttons=[[Button("Skip", "omit", 1, 1)]], asks_contact="Mine")

    private = sending(Place("101"), post, None).reply_markup  # type: ignore[attr-defined]
    group = sending(Place("-1001"), post, None).reply_markup  # type: ignore[attr-defined]

    assert private.model_dump(exclude_none=True) == {
        "keyboard": [[{"text": "Mine", "request_contact": True}], [{"text": "Skip"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    assert [[each.text for each in row] for row in group.inline_keyboard] == [["Skip"]]


def test_the_keyboard_goes_when_it_is_enough() -> None:
    post = Post(Text("Thank you."), enough=True)

    private = sending(Place("101"), post, None).reply_markup  # type: ignore[attr-defined]
    group = sending(Place("-1001"), post, None).reply_markup  # type: ignore[attr-defined]

    assert private.remove_keyboard
    assert group is None

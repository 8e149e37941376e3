"""Text with marks: it can be cut and put together, and keeps what it wears."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.text import (
    Mark,
    Text,
    bold,
    fill,
    joined,
    lines,
    marked,
    moment,
    quote,
    shortened,
)
from tests.texts import dressed, texts

HELLO = Text("Hello, world", (Mark("bold", 0, 5), Mark("italic", 3, 9)))


# Adding and cutting


def test_marks_of_what_is_added_move_along() -> None:
    text = bold("VND-1") + " · " + quote("It drips")

    assert text == Text(
        "VND-1 · It drips", (Mark("bold", 0, 5, None), Mark("blockquote", 8, 16, None))
    )


def test_a_mark_over_a_cut_is_cut_as_well() -> None:
    assert HELLO[:4] == Text("Hell", (Mark("bold", 0, 4), Mark("italic", 3, 4)))
    assert HELLO[4:] == Text("o, world", (Mark("bold", 0, 1), Mark("italic", 0, 5)))
    assert HELLO[9:] == Text("rld")


@given(texts(), st.integers(-50, 50))
def test_what_is_cut_and_joined_reads_as_before(text: Text, cut: int) -> None:
    assert dressed(text[:cut] + text[cut:]) == dressed(text)


@given(texts(), st.integers(0, 50), st.integers(0, 50))
def test_a_piece_wears_what_it_wore(text: Text, one: int, other: int) -> None:
    start, end = min(one, other), max(one, other)

    assert dressed(text[start:end]) == dressed(text)[start:end]


@given(texts(), texts())
def test_two_texts_put_together_read_one_after_the_other(one: Text, other: Text) -> None:
    assert dressed(one + other) == dressed(one) + dressed(other)


@given(texts(), texts(), texts())
def test_it_does_not_matter_what_is_put_together_first(a: Text, b: Text, c: Text) -> None:
    assert (a + b) + c == a + (b + c)


@given(texts())
def test_nothing_added_changes_nothing(text: Text) -> None:
    assert text + "" == text
    assert Text() + text == text


@given(texts())
def test_every_mark_of_a_piece_lies_inside_it(text: Text) -> None:
    for cut in range(len(text.plain) + 1):
        for piece in (text[:cut], text[cut:]):
            assert all(0 <= mark.start < mark.end <= len(piece.plain) for mark in piece.marks)


@given(texts())
def test_white_space_is_stripped_at_the_ends_alone(text: Text) -> None:
    start = len(text.plain) - len(text.plain.lstrip())

    stripped = text.stripped()

    assert stripped.plain == text.plain.strip()
    assert dressed(stripped) == dressed(text)[start : start + len(stripped.plain)]


def test_a_text_without_words_counts_as_nothing() -> None:
    assert not Text()
    assert Text(" ")


# Marks of our own


@given(texts())
def test_a_mark_covers_the_whole_text_and_leaves_the_inner_ones(text: Text) -> None:
    outer = marked("spoiler", text, "why")

    assert outer.plain == text.plain
    assert all(("spoiler", "why") in worn for _, worn in dressed(outer))
    assert outer.marks[1:] == text.marks


def test_nothing_is_not_marked() -> None:
    assert bold("") == quote(Text()) == Text()


def test_a_moment_carries_its_seconds_so_that_each_reader_sees_their_own_hour() -> None:
    when = datetime(2026, 11, 23, 14, 5, 59, 999_999, tzinfo=UTC)

    assert moment(when, "14:05", "t") == Text("14:05", (Mark("date_time", 0, 5, "1795442759:t"),))


# Joining


def test_lines_that_are_empty_take_no_room() -> None:
    text = lines("", bold("VND-1"), Text(), "It drips", "")

    assert text == Text("VND-1\nIt drips", (Mark("bold", 0, 5),))


@given(st.lists(texts() | st.text(max_size=5)))
def test_what_is_not_empty_is_joined_in_order(parts: list[Text | str]) -> None:
    plain = [part.plain if isinstance(part, Text) else part for part in parts]

    assert joined(" · ", parts).plain == " · ".join(filter(None, plain))


# Sentences with places


def test_a_sentence_keeps_the_marks_of_what_fills_its_places() -> None:
    text = fill("{state} since {moment}.", state="in work", moment=bold("14:05"))

    assert text == Text("in work since 14:05.", (Mark("bold", 14, 19),))


def test_places_may_stand_in_another_order_and_more_than_once() -> None:
    assert fill("{b}{a}{b}", a=1, b=Text("two")) == Text("two1two")


def test_what_people_write_is_no_template() -> None:
    assert fill("{a} {b}", a="{b}", b="{a}") == Text("{b} {a}")


def test_braces_that_name_nothing_stay_as_they_are() -> None:
    assert fill("{} { a } {a}", a="x") == Text("{} { a } x")


def test_a_place_that_nothing_is_known_for_is_an_error() -> None:
    with pytest.raises(KeyError, match="who"):
        fill("Who is {who}?", what="it")


@given(st.lists(st.text("abя.,😀 \n") | texts()))
def test_a_filled_sentence_wears_what_its_parts_wear(parts: list[Text | str]) -> None:
    template = "".join(
        f"{{p{number}}}" if isinstance(part, Text) else part for number, part in enumerate(parts)
    )
    places = {f"p{number}": part for number, part in enumerate(parts) if isinstance(part, Text)}

    expected = [
        each for part in parts for each in dressed(part if isinstance(part, Text) else Text(part))
    ]
    assert dressed(fill(template, **places)) == expected


# Subjects


@pytest.mark.parametrize(
    ("said", "most", "subject"),
    [
        ("The freezer is warm", 30, "The freezer is warm"),
        ("  The freezer is warm \nsince Monday", 30, "The freezer is warm"),
        ("The freezer is warm, and it drips", 30, "The freezer is warm, and it…"),
        ("The freezer is warm, and it drips", 22, "The freezer is warm…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("A Donaudampfschifffahrtsgesellschaft", 20, "A Donaudampfschifff…"),
        ("", 10, ""),
        (" \n ", 10, ""),
    ],
)
def test_a_subject_is_the_first_line_cut_at_a_word(said: str, most: int, subject: str) -> None:
    assert shortened(said, most) == subject


@given(st.text("ab ,.\nя😀", max_size=60), st.integers(1, 60))
def test_a_subject_never_gets_longer_than_it_may(said: str, most: int) -> None:
    subject = shortened(said, most)

    assert len(subject) <= most
    assert "\n" not in subject
    assert bool(subject) == bool(said.strip())
    assert said.strip().startswith(subject.removesuffix("…"))

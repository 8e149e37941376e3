"""What a reader must not learn about the client is struck out, and nothing else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.masks import HIDDEN, masked
from relay.text import Mark, Text
from tests.texts import dressed, texts

ANNA = ("Anna Petrova", "Anna", "Petrova", "anna_cafe")

PHONES = [
    "+79991234567",
    "89991234567",
    "9991234567",
    "1234567",
    "+7 999 123 45 67",
    "+7 999 123-45-67",
    "+7 (999) 123-45-67",
    "+7(999)1234567",
    "8 (999) 123 45 67",
    "8-999-123-45-67",
    "8.999.123.45.67",
    "8–999–123–45–67",
    "8—999—123—45—67",
    "8 - 999 - 123 - 45 - 67",
    "8\u00a0999\u00a0123\u00a045\u00a067",
    "8\u2009999\u2009123\u20094567",
    "8 999\n123 45 67",
    "+1-212-555-0123",
    "+1 (212) 555-0123",
    "(212) 555-0123",
    "-8 999 123 45 67",
    "+44 20 7946 0958",
    "0049 170 1234567",
    "+375 29 123-45-67",
    "123-45-67",
    "12-34-56-78",
    "+7 4952 12.34.56",
    "765-43-21\n8 999 123 45 67",
    "8 999 123 45 67 8 999 765 43 21",
    "8\u2011999\u2011123\u201145\u201167",
    "\u202a+7\u00a0999\u00a0123\u201145\u201167\u202c",
    "8\u200b999\u200b123\u200b45\u200b67",
    "8/999/123-45-67",
    "8,999,123,45,67",
    "+7_999_123_45_67",
    "９９９ １２３ ４５ ６７",
    "٠٥٠١٢٣٤٥٦٧",
]

ADDRESSES = [
    "anna@cafe.example",
    "ANNA@CAFE.EXAMPLE",
    "anna.petrova+orders@mail.cafe.example",
    "anna_p-1@cafe-bar.example",
    "анна@кафе.рф",
    "1234@cafe.example",
    "o'neil@cafe.example",
]

USERNAMES = ["@anna_cafe", "@ANNA_CAFE", "@ann4", "@a" + "b" * 31]

LINKS = [
    "t.me/anna_cafe",
    "T.me/Anna_Cafe",
    "https://t.me/anna_cafe",
    "http://www.t.me/anna_cafe",
    "https://t.me/+79991234567",
    "https://t.me/joinchat/AAAAAE",
    "telegram.me/anna_cafe",
    "tg://user?id=101",
    "TG://resolve?domain=anna_cafe",
    "https://wa.me/79991234567",
    "vk.com/anna",
    "anna_cafe.t.me",
    "https://anna-cafe.t.me",
    "https://telegram.dog/anna_cafe",
    "instagram.com/anna",
    "https://ok.ru/profile/101",
    "viber://chat?number=%2B79991234567",
]


def plain(words: str, *names: str) -> str:
    """Return what is left of unmarked words."""
    return masked(Text(words), names).plain


# What is struck out


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize(
    "said", ["{}", "Call {}.", "Me: {}, or later", "({})", "№{};", "«{}»", "тел{}доб"]
)
def test_a_phone_number_is_struck_out_however_it_is_written(said: str, phone: str) -> None:
    left = plain(said.format(phone))

    assert not re.search(r"\d", left)
    assert HIDDEN in left
    assert left.startswith(said.split("{")[0])
    assert left.endswith(said.split("}")[1])


@pytest.mark.parametrize("address", [*ADDRESSES, *USERNAMES, *LINKS])
@pytest.mark.parametrize("said", ["{}", "Write to {} please", "Me: {}\nThanks", "({} )"])
def test_what_leads_to_a_person_is_struck_out_whole(said: str, address: str) -> None:
    assert plain(said.format(address)) == said.format(HIDDEN)


def test_a_full_stop_after_an_address_stays() -> None:
    assert plain("Write to anna@cafe.example. It drips.") == f"Write to {HIDDEN}. It drips."


def test_two_numbers_in_one_text_are_both_struck_out() -> None:
    said = "89991234567 or +7 (495) 765-43-21, at home: 765-43-21; 8 999 123 45 67"

    assert not re.search(r"\d", plain(said))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Anna Petrova here", "••• here"),
        ("ANNA PETROVA here", "••• here"),
        ("anna petrova here", "••• here"),
        ("Anna  \n Petrova here", "••• here"),
        ("Anna, it drips. Petrova", "•••, it drips. •••"),
        ("Ask Anna!", "Ask •••!"),
        ("Anna-Maria", "•••-Maria"),
        ("I am anna_cafe there", "I am ••• there"),
        ("Petrova Anna", "••• •••"),
    ],
)
def test_the_clients_names_are_struck_out_in_any_case(said: str, left: str) -> None:
    assert plain(said, *ANNA) == left


@pytest.mark.parametrize(
    ("name", "said", "left"),
    [
        ("Анна", "Это АННА, кафе", "Это •••, кафе"),
        ("Ёлкин", "ёлкин звонил", "••• звонил"),
        ("Ünal", "ÜNAL", "•••"),
        ("王小明", "王小明", "•••"),
        ("Anna 🌸", "Anna 🌸 here", "••• here"),
        ("A. (Annie) [x]", "I am A. (Annie) [x]", "I am •••"),
        ("Артём", "Артем пришёл", "••• пришёл"),
        ("Артем", "АРТЁМ пришёл", "••• пришёл"),
        ("o'Neil", "O'NEIL", "•••"),
        ("Anna", "anna_cafeteria", "•••_cafeteria"),
        ("Anna Lind", "contract_Anna_Lind.pdf", "contract_•••.pdf"),
    ],
)
def test_names_are_names_in_any_script_and_never_patterns(name: str, said: str, left: str) -> None:
    assert plain(said, name) == left


@pytest.mark.parametrize("said", ["Annabel came", "Hanna came", "The annals"])
def test_a_name_is_struck_out_as_a_word_of_its_own(said: str) -> None:
    assert plain(said, *ANNA) == said


@pytest.mark.parametrize("name", ["", " ", "A", " я "])
def test_a_name_of_a_letter_would_strike_out_everything_and_so_is_passed_over(name: str) -> None:
    assert plain("A cup, я думаю", name) == "A cup, я думаю"


# What a messenger has marked


@pytest.mark.parametrize("kind", ["mention", "text_mention", "phone_number", "email"])
def test_what_the_messenger_took_for_a_person_is_struck_out_with_its_mark(kind: str) -> None:
    text = Text("Ask our Annie, please", (Mark(kind, 8, 13, "101"), Mark("bold", 0, 21)))

    assert masked(text, ()) == Text(
        "Ask our •••, please", (Mark("bold", 0, 8), Mark("bold", 11, 19))
    )


def test_what_is_struck_out_within_something_struck_out_leaves_nothing_of_it() -> None:
    text = Text("Ask the Anna we know, 8 999 123-45-67", (Mark("text_mention", 4, 20, "101"),))

    assert masked(text, ANNA) == Text("Ask •••, •••")


@pytest.mark.parametrize(
    "address",
    [
        "tg://user?id=101",
        "https://t.me/anna_cafe",
        "mailto:anna@cafe.example",
        "tel:+79991234567",
        "https://wa.me/79991234567",
    ],
)
def test_words_that_link_to_a_person_are_struck_out(address: str) -> None:
    text = Text("Here I am", (Mark("text_link", 0, 4, address),))

    assert masked(text, ()) == Text("••• I am")


def test_a_shown_address_of_a_person_loses_its_mark() -> None:
    text = Text("See t.me/anna_cafe now", (Mark("url", 4, 18),))

    assert masked(text, ()) == Text("See ••• now")


@pytest.mark.parametrize(
    "mark",
    [
        Mark("text_link", 4, 8, "https://example.com/manual"),
        Mark("url", 4, 8),
        Mark("bold", 4, 8),
        Mark("code", 4, 8),
        Mark("pre", 4, 8, "python"),
        Mark("custom_emoji", 4, 8, "5368324170671202286"),
        Mark("date_time", 4, 8, "1795442759"),
        Mark("hashtag", 4, 8),
    ],
)
def test_marks_that_give_nobody_away_stay_where_they_are(mark: Mark) -> None:
    text = Text("See page for more", (mark,))

    assert masked(text, ANNA) == text


def test_marks_after_something_struck_out_move_along() -> None:
    text = Text("+7 999 123-45-67 is me, it drips", (Mark("bold", 27, 32), Mark("italic", 17, 19)))

    assert masked(text, ()) == Text(
        "••• is me, it drips", (Mark("bold", 14, 19), Mark("italic", 4, 6))
    )


def test_a_mark_over_something_struck_out_covers_what_is_left_of_it() -> None:
    text = Text("call 89991234567 now", (Mark("bold", 0, 20),))

    assert masked(text, ()) == Text("call ••• now", (Mark("bold", 0, 5), Mark("bold", 8, 12)))


# What stays


@pytest.mark.parametrize(
    "said",
    [
        "SRV-203",
        "VND-1 › SRV-203 › REG-9",
        "SRV-203/VND-17",
        "at 14:05",
        "from 09:00-18:00",
        "09:00-18:00, 14:05",
        "it costs 2500",
        "2500 RUB, 900 RUB an hour",
        "12 500 RUB",
        "number 112",
        "room 1203, floor 4",
        "24/7",
        "3.5 kg and -18 °C",
        "1. First 2. Second 3. Third",
        "model X123456Y",
        "two at once, e.g. a@b",
        "price @ 5",
        "a plain sentence",
        "https://example.com/manual.pdf",
        "since 23.11.2026",
        "since 23.11.2026 14:05",
        "on 1/12/26 or 2026-12-01",
        "",
    ],
)
def test_what_is_no_way_to_a_person_stays(said: str) -> None:
    assert plain(said) == said


@given(texts(plain=st.text("ab яЖ\n.,!😀👍🏽中", max_size=40)))
def test_a_text_that_names_nobody_stays_as_it_is(text: Text) -> None:
    assert dressed(masked(text, ANNA)) == dressed(text)


# Whatever people write


def spelled(digits: str, gaps: list[str]) -> str:
    """Return a number with something between its digits."""
    return digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=False))


DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./](\d\d)?\d\d")  # may be meant as one
GAPS = st.lists(st.sampled_from(["", "", "", " ", "-", ".", " - ", ") ", " ("]), min_size=14)
NUMBERS = st.builds(spelled, st.text("0123456789", min_size=7, max_size=15), GAPS).filter(
    lambda number: not DATE.fullmatch(number)
)
WORD = st.text("abcdefghijk", min_size=4, max_size=10)
CANARIES = st.one_of(
    NUMBERS,
    NUMBERS.map(lambda number: f"+{number}"),
    st.builds(lambda who, where: f"{who}@{where}.example", WORD, WORD),
    WORD.map(lambda who: f"@{who}"),
    WORD.map(lambda who: f"https://t.me/{who}"),
    st.integers(1, 10**12).map(lambda who: f"tg://user?id={who}"),
    st.sampled_from(["Anna", "PETROVA", "anna petrova", "Anna_Cafe"]),
)
AROUND = texts(plain=st.text("lm яЖ\n.,!😀中", max_size=20))


@given(AROUND, CANARIES, AROUND, st.sampled_from([" ", "\n", ": ", ", ", " («", "😀"]))
def test_a_canary_never_survives(before: Text, canary: str, after: Text, gap: str) -> None:
    text = before + gap + canary + " " + after

    left = masked(text, ANNA)

    assert canary not in left.plain
    assert not re.search(r"\d", left.plain)
    assert dressed(left) == dressed(before + gap + HIDDEN + " " + after)


@given(AROUND, CANARIES.filter(lambda canary: canary[0] not in "AaPp"), AROUND)
def test_a_canary_behind_a_link_never_survives(before: Text, canary: str, after: Text) -> None:
    link = Text("here", (Mark("text_link", 0, 4, canary),))

    left = masked(before + " " + link + " " + after, ANNA)

    assert all(mark.value != canary for mark in left.marks)


@given(AROUND, st.lists(CANARIES, min_size=1, max_size=4))
def test_what_was_masked_once_has_nothing_left_to_mask(around: Text, canaries: list[str]) -> None:
    once = masked(around + " " + ", ".join(canaries), ANNA)

    assert masked(once, ANNA) == once

"""What a reader must not learn about the client is struck out, and nothing else is."""

import re
from dataclasses import replace
from random import Random

import pytest
from aiogram.types import MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from handlers.marks import marks
from relay.content import Content, Media, Medium
from relay.masks import HIDDEN, masked, veiled
from relay.text import Mark, Text
from tests.canaries import CLIENTS, HARMLESS, Writer
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
    "۰۹۱۲۳۴۵۶۷۸۹",
    "8️⃣9️⃣9️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣",
    "8️⃣ - 9️⃣9️⃣9️⃣ - 1️⃣2️⃣3️⃣ - 4️⃣5️⃣ - 6️⃣7️⃣",
    "𝟖 𝟗𝟗𝟗 𝟏𝟐𝟑 𝟒𝟓 𝟔𝟕",
    "⑧⑨⑨⑨①②③④⑤⑥⑦",
    "8  -  999  -  123  -  45  -  67",
    "8·999·123·45·67",
    "8'999'123'45'67",
    "[8] [999] [123] [45] [67]",
    "8\u2063\u2063\u2063\u2063\u2063\u2063\u2063999\u2063123\u20634567",
    "8 999\n123-45-67",
    "999\u034f1234567",
]

ADDRESSES = [
    "anna@cafe.example",
    "ANNA@CAFE.EXAMPLE",
    "anna.petrova+orders@mail.cafe.example",
    "anna_p-1@cafe-bar.example",
    "анна@кафе.рф",
    "1234@cafe.example",
    "o'neil@cafe.example",
    "ann\u200ba@cafe\u200b.example",
    "ａｎｎａ＠ｃａｆｅ．ｅｘａｍｐｌｅ",
    "anna﹫cafe.example",
    "anna @ cafe.example",
    "anna (at) cafe.example",
    "anna [at] cafe (dot) example",
    "anna(собака)cafe.example",
    "anna собака cafe.example",
    "anna собака cafe точка example",
    "anna at cafe dot example",
    "anna @ cafe . example",
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
    "https://api.whatsapp.com/send?phone=79991234567",
    "https://chat.whatsapp.com/AAAA",
    "https://max.ru/u/anna",
    "https://signal.me/#p/+79991234567",
    "x.com/anna",
    "tiktok.com/@anna",
    "sms:+79991234567",
    "t\u2060.me/anna_cafe",
    "t․me/anna_cafe",
    "t.mе/anna_cafe",  # the last letter is a Cyrillic one
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
        ("Petrova Anna", "•••"),
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
        ("王小明", "我叫王小明，你好", "我叫•••，你好"),
        ("김철수", "김철수입니다", "•••입니다"),
        ("Anna 🌸", "Anna 🌸 here", "••• here"),
        ("A. (Annie) [x]", "I am A. (Annie) [x]", "I am •••"),
        ("Артём", "Артем пришёл", "••• пришёл"),
        ("Артем", "АРТЁМ пришёл", "••• пришёл"),
        ("o'Neil", "O'NEIL", "•••"),
        ("Anna", "anna_cafeteria", "•••_cafeteria"),
        ("Anna Lind", "contract_Anna_Lind.pdf", "contract_•••.pdf"),
        ("Anna Lind", "I am AnnaLind, lindanna, anna.lind, Anna-Lind", "I am •••, •••, •••, •••"),
        ("Anna Lind", "#AnnaLind and #thanksAnnaLind", "••• and •••"),
        ("Анна", "#СпасибоАнна", "•••"),
        ("Anna", "A\u200bn\u2060na, a\u00adnna, Ａｎｎａ, 𝐀nna, Ánna", "•••, •••, •••, •••, •••"),
        ("Anna", "Аnnа here", "••• here"),  # with Cyrillic letters
        ("José", "jose, Jose\u0301", "•••, •••"),
        ("Groß", "GROSS", "•••"),
        ("Й\u200bод", "Иод", "•••"),
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


@pytest.mark.parametrize("phone", ["8 9OO 123 45 67", "8 9ОО 123 4567 O9", "8-9oo-O12-34-56"])
def test_letters_in_place_of_zeros_hide_no_number(phone: str) -> None:
    assert plain(f"Call {phone}!", *ANNA).startswith(f"Call {HIDDEN}")


def test_an_accent_or_the_frame_of_a_key_goes_with_what_it_stands_on() -> None:
    assert plain("Call 8️⃣9️⃣9️⃣1️⃣2️⃣3️⃣4️⃣ now") == f"Call {HIDDEN} now"
    assert plain("Ann\u0301a\u0301 here", "Anna") == f"{HIDDEN} here"


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
        "https://example.com/?call=%2B79991234567",
        "tg%3A%2F%2Fuser%3Fid%3D101",
        "https://example.com/people/anna-petrova",
    ],
)
def test_words_that_link_to_a_person_are_struck_out(address: str) -> None:
    text = Text("Here I am", (Mark("text_link", 0, 4, address),))

    assert masked(text, ANNA) == Text("••• I am")


def test_a_language_of_code_that_tells_who_the_client_is_is_dropped() -> None:
    text = Text("x = 1", (Mark("pre", 0, 5, "anna_cafe"),))

    assert masked(text, ANNA) == Text("x = 1", (Mark("pre", 0, 5),))


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
        "from 23.11.2026-25.11.2026",
        "on 23.11.2026 2 pumps",
        "from 23.11-25.11, 23.11-25.11.2026",
        "from 9.00-18.00 or 09.30 – 17.45",
        "in 2026/2027, 2026-2027",
        "Pump, 2 pcs × 12 500,00 = 25 000,00 RUB",
        "$12,500.00, €1.234.567,00 or 1'234'567.00",
        "12 500,00 25 000,00",
        "1 234 567 RUB, 1500000 руб., 12\u00a0345\u00a0678\u202f₽",
        "INV-2026-000123 and №2026/000123, № 2026-17",
        "IMG-20261123-WA0012.jpg",
        "IMG_20261123_140559.jpg",
        "S/N 123456, 654321",
        "model CO123456, ISO9001",
        "ООО 123456, 5 o 6",
        "look at example.com",
        "anna @ 5.50",
        "read it at home. Dot it",
        "10 m², 5 × 5, ½",
        "",
    ],
)
def test_what_is_no_way_to_a_person_stays(said: str) -> None:
    assert plain(said) == said


@given(texts(plain=st.text("ab яЖ\n.,!😀👍🏽中", max_size=40)))
def test_a_text_that_names_nobody_stays_as_it_is(text: Text) -> None:
    assert dressed(masked(text, ANNA)) == dressed(text)


# Files and places


@pytest.mark.parametrize(
    ("name", "goes_as"),
    [
        ("contract.pdf", "contract.pdf"),
        ("Anna.pdf", "file.pdf"),
        ("contractAnnaPetrova.tar.gz", "file.gz"),
        ("договорPETROVA.docx", "file.docx"),
        ("8 999 123-45-67", ""),
        ("8-999-123.4567", ""),
        ("contract.Anna", ""),
        ("anna@cafe.example", ""),
        ("anna_cafe.mp4", "file.mp4"),
        ("contract_@olga99.pdf", "file.pdf"),
        ("anna", ""),
    ],
)
def test_of_a_file_whose_name_tells_only_the_ending_is_kept(name: str, goes_as: str) -> None:
    file = Media(Medium.DOCUMENT, "77", name=name)

    seen, lost = veiled(Content(media=file), ANNA)

    assert seen.media == replace(file, name=goes_as, renamed=goes_as != name)
    assert lost is None


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Song", "performer": "Anna"},
        {"title": "@anna_cafe"},
        {"performer": "8 999", "title": "123-45-67"},
    ],
)
def test_music_that_tells_who_the_client_is_becomes_a_file(facts: dict[str, str]) -> None:
    file = Media(Medium.AUDIO, "77", name="song.mp3", facts=facts)

    seen, _ = veiled(Content(media=file), ANNA)

    assert seen.media == Media(Medium.DOCUMENT, "77", name="file.mp3", renamed=True)


# Whatever people write


def spelled(digits: str, gaps: list[str]) -> str:
    """Return a number with something between its digits."""
    return digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=False))


#: What may be meant as a day, as hours, or as a sum.
DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./](\d\d)?\d\d|20\d\d ?- ?20\d\d"
    r"|\d\d?\.\d\d ?-? ?\d\d?\.\d\d(\.\d{4})?|\d{1,3}([ .]\d{3}){1,2}\.\d\d"
)
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


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_written_with_canaries_is_read_without_them(seed: int) -> None:
    client = CLIENTS[seed % len(CLIENTS)]
    writer = Writer(Random(seed), client)
    said = writer.speech()
    found = [MessageEntity.model_validate(each) for each in said.entities]
    names = [client.name, *client.name.split(), *filter(None, [client.username])]

    left = masked(marks(said.text, found), names)

    assert not writer.tells(left.plain, names=True)
    assert not any(writer.tells(mark.value or "", names=True) for mark in left.marks)


@pytest.mark.parametrize("harmless", HARMLESS)
@pytest.mark.parametrize("said", ["{}", "Look: {}. It drips", "({})", "Счёт {}\nспасибо"])
def test_what_looks_a_little_like_a_number_to_call_stays(said: str, harmless: str) -> None:
    assert plain(said.format(harmless), *ANNA) == said.format(harmless)

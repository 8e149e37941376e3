"""Sheets of stickers, as a printer gets them: each place with its picture and its words."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.stickers import HIGH, PICTURE, WIDE, Sticker, draw, link, matrix

HINT = "Что-то не так? Отсканируйте и напишите."
MM = 72 / 25.4  #: points
BAR = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) -([\d.]+) re f")
SAID = re.compile(rb"/F(\d) [\d.]+ Tf|BT ([\d.]+) ([\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
PAIR = re.compile(rb"<(\w{4})> <(\w+)>")


def streams(pdf: bytes) -> Iterator[bytes]:
    for packed in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        yield zlib.decompressobj().decompress(packed) if packed[:1] == b"x" else packed


def pages(pdf: bytes) -> list[bytes]:
    return [each for each in streams(pdf) if b" re f" in each]


def said(pdf: bytes, page: int) -> dict[tuple[int, int], str]:
    """Return what is written on each sticker, by column and row."""
    maps = [
        {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in found}
        for each in streams(pdf)
        if (found := PAIR.findall(each)) and b"begincmap" in each
    ]
    texts: dict[tuple[int, int], list[str]] = {}
    letters: dict[int, str] = {}
    for font, x, y, codes in SAID.findall(pages(pdf)[page]):
        if font:
            letters = maps[int(font) - 1]
            continue
        plain = re.sub(rb"\\(.)", lambda found: unescaped(found[1]), codes, flags=re.DOTALL)
        at = int(float(x) / MM / WIDE), int((297 - float(y) / MM) / HIGH)
        pairs = zip(plain[::2], plain[1::2], strict=True)
        texts.setdefault(at, []).append("".join(letters[high << 8 | low] for high, low in pairs))
    return {at: " ".join(lines) for at, lines in texts.items()}


def unescaped(character: bytes) -> bytes:
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(
        character, character
    )


def shown(pdf: bytes, page: int, column: int, row: int, size: int) -> list[list[bool]]:
    """Return the picture on a sticker as dark and light modules."""
    grid = [[False] * size for _ in range(size)]
    module = PICTURE / size
    left, top = (WIDE * column + 4.5), (HIGH * row + 4.5)
    for x, y, wide, _high in BAR.findall(pages(pdf)[page]):
        across = (float(x) / MM - left) / module
        down = (297 - float(y) / MM - top) / module
        if -0.5 < across < size and -0.5 < down < size:
            for at in range(round(across), round(across + float(wide) / MM / module)):
                grid[round(down)][at] = True
    return grid


def test_each_sticker_has_its_own_link_and_words() -> None:
    stickers = [Sticker(f"e-{n:012d}", f"40-{n}", f"Котёл {n}", "Ленина (3)") for n in range(26)]

    pdf = draw(stickers, HINT, "baton_bot")

    assert len(pages(pdf)) == 2
    addresses = [f"https://t.me/baton_bot?start=e-{n:012d}" for n in range(26)]
    assert re.findall(r"https:[^)]+", pdf.decode("latin-1")) == addresses
    assert said(pdf, 1) == {(n, 0): f"40-{24 + n} Котёл {24 + n} Ленина (3) {HINT}" for n in (0, 1)}
    for page, column, row, number in ((0, 0, 0, 0), (0, 2, 7, 23), (1, 1, 0, 25)):
        wanted = segno.make(addresses[number], micro=False, error="m", mask=3)
        drawn = shown(pdf, page, column, row, len(wanted.matrix))
        assert drawn == [[*map(bool, line)] for line in wanted.matrix]


def test_a_link_fits_a_picture_that_a_telephone_reads_from_a_sticker() -> None:
    longest = Sticker("e-" + "x" * 12, "", "", "")

    size = len(matrix(link("b" * 32, longest)))

    assert PICTURE / size > 0.7  # mm a module


WORDS = st.text(max_size=200).map(lambda text: " ".join(text.split()))


@settings(max_examples=4)
@given(st.lists(st.builds(Sticker, st.just("e-1"), WORDS, WORDS, WORDS), min_size=8, max_size=24))
def test_whatever_stands_in_a_register_can_be_printed(stickers: list[Sticker]) -> None:
    assert draw(stickers, HINT, "bot").startswith(b"%PDF")

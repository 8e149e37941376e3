"""Stems: what words are found by, whatever their form; and what is looked for.

Words are taken down to their stems by us, in Russian and in English, so that every database finds
the same. A stem consists of letters and digits alone: nothing that people write can mean anything
to a database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import snowballstemmer  # type: ignore[import-untyped] # it has no stubs

from relay.text import BOLD, Mark, Text

LONGEST: Final = 48  #: characters of a stem: what is longer is found by its beginning
WORDS: Final = 10  #: that are looked for at once
BEGINNING: Final = 3  #: characters from which on the last word may be the beginning of another
LOCAL: Final = 10  #: digits of a telephone number, however its country is written

#: What may stand between letters without parting them: accents, joiners, apostrophes.
INSIDE: Final = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff'’"
RUN: Final = rf"[^\W_](?:[{INSIDE}]*[^\W_])*[\u0300-\u036f]*"
DASH: Final = "-‐‑‒–−"
#: A telephone number; else what hangs together by dashes, as codes do.
UNIT: Final = re.compile(
    rf"(?P<phone>(?<![^\W_])\+?\d(?:[\s(){DASH}.]{{0,3}}\d){{6,}}(?![^\W_]))|{RUN}(?:[{DASH}]{RUN})*"
)
RUNS: Final = re.compile(RUN)
PIECES: Final = re.compile(r"\d+|\D+")  #: of a run that mixes letters and digits
DIGIT: Final = re.compile(r"\d")
CYRILLIC: Final = re.compile(r"[а-я]+")
LATIN: Final = re.compile(r"[a-z]+")
#: From here on one character may be a word.
IDEOGRAPHS: Final = "\u2e80"
#: Letters of codes look alike on two keyboards.
ALIKE: Final = str.maketrans("авекмнорстух", "abekmhopctyx")

#: Words that are in every text, and tell nothing.
LITTLE: Final = frozenset(
    re.findall(
        r"\w+",
        "a an and are at for in is of on or the to was with "
        "а без в во для до за и из к как ко на не но о об от по при с со у что это",
    )
)

RUSSIAN: Final = snowballstemmer.stemmer("russian")
ENGLISH: Final = snowballstemmer.stemmer("english")


class Place(NamedTuple):
    """A stretch of a text, and all that it is found by."""

    start: int
    end: int
    stems: frozenset[str]


@dataclass(frozen=True)
class Term:
    """A word that is looked for."""

    ways: tuple[frozenset[str], ...]  #: any of these will do, but each as a whole
    begins: str = ""  #: so will any stem that begins like this

    def fits(self, stems: Iterable[str]) -> bool:
        """Say whether something is found by it, or by a part of it that tells something."""
        told = {each for way in self.ways for each in way if len(way) == 1 or len(each) > 1}
        return any(each in told or (self.begins and each.startswith(self.begins)) for each in stems)


def folded(text: str) -> str:
    """Return letters and digits as they are compared: whatever their case, width or accents."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return "".join(bare(each) for each in plain if each.isalnum())[:LONGEST]


def bare(letter: str) -> str:
    """Return a digit as ours, and a Latin letter without its accents."""
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else str(unicodedata.decimal(letter, letter))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return what a folded word is found by; nothing: it is not."""
    if word in LITTLE or (len(word) == 1 and not word.isdigit() and word < IDEOGRAPHS):
        return ""
    if CYRILLIC.fullmatch(word):
        return str(RUSSIAN.stemWord(word))
    return str(ENGLISH.stemWord(word)) if LATIN.fullmatch(word) else word


def code(word: str) -> str:
    """Return a folded word that has digits as it reads on any keyboard."""
    return word.translate(ALIKE) if DIGIT.search(word) else word


def places(text: str) -> Iterator[Place]:
    """Find all words of a text: numbers and codes as a whole and in parts."""
    for unit in UNIT.finditer(text):
        if unit["phone"]:
            number = digits(unit.group())
            yield Place(*unit.span(), frozenset({number, number[-LOCAL:]}))
        runs = [*RUNS.finditer(unit.group())]
        for run in runs:
            word = folded(run.group())
            pieces = PIECES.findall(word) if DIGIT.search(word) else ()
            found = frozenset(filter(None, (stem(code(word)), *map(stem, pieces))))
            if found:
                yield Place(unit.start() + run.start(), unit.start() + run.end(), found)
        if len(runs) > 1 and not unit["phone"]:
            whole = stem(code(folded(unit.group())))
            yield Place(*unit.span(), frozenset({whole} if whole else ()))


def digits(number: str) -> str:
    """Return the digits of a telephone number."""
    return "".join(str(unicodedata.decimal(each)) for each in number if each.isdecimal())


def stems(texts: Iterable[str]) -> set[str]:
    """Return all that some texts are found by."""
    return {each for text in texts for place in places(text) for each in place.stems}


def terms(asked: str) -> list[Term]:
    """Return what somebody looks for: words that must all be there, the last one perhaps begun."""
    units = [*UNIT.finditer(asked)]
    found = [each for unit in units if (each := term(unit))]
    if found and units and found[-1] == term(units[-1]):
        found[-1] = begun(found[-1], units[-1])
    return list(dict.fromkeys(found))[:WORDS]


def term(unit: re.Match[str]) -> Term | None:
    """Return what a word is looked for by; none: by nothing."""
    if unit["phone"]:
        return Term((frozenset({digits(unit.group())[-LOCAL:]}), parts(unit)))
    whole = stem(code(folded(unit.group())))
    if not whole:
        return None
    ways = (frozenset({whole}),)
    if DIGIT.search(whole) or not (several := parts(unit)) or several == ways[0]:
        return Term(ways)
    return Term((*ways, several))


def parts(unit: re.Match[str]) -> frozenset[str]:
    """Return the stems of the parts of a word."""
    return frozenset(filter(None, (stem(folded(run)) for run in RUNS.findall(unit.group()))))


def begun(whole: Term, unit: re.Match[str]) -> Term:
    """Return the last word as one that may go on."""
    written = code(folded(unit.group()))
    return whole if unit["phone"] or len(written) < BEGINNING else Term(whole.ways, written)


def lit(text: Text, wanted: Iterable[Term]) -> Text:
    """Return a text with what is looked for in bold."""
    found = list[Mark]()
    for start, end in hits(text.plain, wanted):
        while found and start < found[-1].end:  # a part of a word, and then the whole of it
            start, end = min(start, found[-1].start), max(end, found.pop().end)
        found.append(Mark(BOLD, start, end))
    return Text(text.plain, (*text.marks, *found))


def hits(plain: str, wanted: Iterable[Term]) -> Iterator[tuple[int, int]]:
    """Find where in a string something is that is looked for."""
    wanted = [*wanted]
    for each in places(plain):
        if any(term.fits(each.stems) for term in wanted):
            yield each.start, each.end

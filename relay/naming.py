"""What a party that names itself is called in numbers and links: derived from its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import product
from string import ascii_uppercase
from typing import Final

CODE: Final = 3  #: letters of a code, where so many are free
LONGEST: Final = 6  #: letters of a code
KEY: Final = 16  #: characters of a key; with a number behind it, it is still shorter than a token
SPARE_CODE: Final = "PTY"  #: what is tried where a name has no letters of ours
SPARE_KEY: Final = "party"

LONGER: Final = ("zh", "kh", "ts", "ch", "sh", "sch", "", "", "yu", "ya", "ye", "yi", "u")
#: Cyrillic letters as a Latin keyboard has them.
LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфыэіґ", "abvgdeeziyklmnoprstufyeig", strict=True)),
        **dict(zip("жхцчшщьъюяєїў", LONGER, strict=True)),
    }
)
WORDS: Final = re.compile(r"[a-z0-9]+")


def code(name: str, taken: Collection[str]) -> str:
    """Return a code for a party's ticket numbers: 2 to 6 capitals that nobody has yet."""
    return next(each for each in codes(name) if each not in taken)


def codes(name: str) -> Iterator[str]:
    """Return what a party may be called, the likeliest first."""
    letters = "".join(WORDS.findall(latin(name)))
    letters = "".join(each for each in letters.upper() if each in ascii_uppercase)
    if len(letters) < 2:
        letters += SPARE_CODE
    yield letters[:CODE]
    for each in letters[CODE:]:
        yield letters[: CODE - 1] + each
    for length in range(CODE + 1, LONGEST + 1):
        yield letters[:length]
    for length in range(1, LONGEST):
        for end in product(ascii_uppercase, repeat=length):
            yield letters[: min(CODE, LONGEST - length)] + "".join(end)


def key(name: str, taken: Collection[str]) -> str:
    """Return a name for links and the chain file that nobody has yet."""
    short = "-".join(WORDS.findall(latin(name)))[:KEY].strip("-") or SPARE_KEY
    numbered = (f"{short}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (short, *numbered) if each not in taken)


def latin(name: str) -> str:
    """Return a name in small Latin letters, as far as it can be written so."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(LATIN))
    return "".join(each for each in plain if not unicodedata.combining(each))

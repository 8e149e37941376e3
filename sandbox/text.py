"""Text as Telegram keeps it: trimmed, measured, and marked by entities in UTF-16 units."""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias

from sandbox.refusals import bad

Json: TypeAlias = dict[str, Any]

TEXT: Final = 4096  #: code points of a message; Bot API, sendMessage
CAPTION: Final = 1024  #: code points of a caption; Bot API, sendPhoto
RAW: Final = 32_768  #: bytes of a text parameter before anything is looked at
ENTITIES: Final = 100  #: entities of a message; those after are dropped

#: What people's own programs find in a text. The first pattern that claims a place keeps it.
PATTERNS: Final = {
    "url": re.compile(
        r"\b(?:https?|tg)://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]"
        r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|info|me|io|app|dev|ru|de|eu|uk)\b"
        r"(?:/[^\s<>\"']*[^\s<>\"'.,;:!?)\]])?(?!@)",
        re.IGNORECASE,
    ),
    "email": re.compile(
        r"(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE
    ),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)"),
    "phone_number": re.compile(r"(?<![\w+])\+\d(?:[ ()-]*\d){8,14}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}"),
}

#: Inside these nothing is found by itself.
SEALED: Final = frozenset({"code", "pre", "text_link", "text_mention", *PATTERNS, "custom_emoji"})


def units(text: str) -> int:
    """Return the length of *text* in UTF-16 units, as entities count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def piece(text: str, entity: Json) -> str:
    """Return what *entity* marks in *text*."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start = 2 * int(entity["offset"])
    return raw[start : start + 2 * int(entity["length"])].decode("utf-16-le", "replace")


def found(text: str) -> list[Json]:
    """Return the entities that a text has by itself: commands, mentions, links, numbers."""
    marks: list[tuple[int, int, str]] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other < end for other, other_end, _ in marks):
                marks.append((start, end, kind))
    if not marks:
        return []
    at: list[int] | range
    if text.isascii():
        at = range(len(text) + 1)
    else:
        at = [0, *accumulate(2 if ord(sign) > 0xFFFF else 1 for sign in text)]
    return [
        {"type": kind, "offset": at[start], "length": at[end] - at[start]}
        for start, end, kind in sorted(marks)
    ]


def marked(text: str, given: Iterable[Json], most: int) -> tuple[str, list[Json]]:
    """Return a text and its entities as they are kept: trimmed, checked, completed.

    Raises:
        ApiError: it is longer than *most* code points, or an entity does not fit into it.

    """
    if len(text.encode("utf-8", "surrogatepass")) > RAW:
        raise bad("text is too long")
    if not text.isprintable() and any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise bad("strings must be encoded in UTF-8")
    entities = sorted(_checked(text, given), key=lambda each: (each["offset"], -each["length"]))
    bare = text.strip()
    cut = units(text[: len(text) - len(text.lstrip())])
    size = units(bare)
    kept = list(_shifted(entities, cut, size)) if cut or bare != text else entities
    if len(bare) > most:
        raise bad("message is too long" if most == TEXT else "message caption is too long")
    taken = [
        (each["offset"], each["offset"] + each["length"]) for each in kept if each["type"] in SEALED
    ]
    kept = kept + [
        each
        for each in found(bare)
        if not any(
            each["offset"] < end and start < each["offset"] + each["length"] for start, end in taken
        )
    ]
    kept.sort(key=lambda each: (each["offset"], -each["length"]))
    return bare, kept[:ENTITIES]


def worded(field: Literal["text", "caption"], text: str, given: Iterable[Json]) -> Json:
    """Return the fields of a message that hold a text or a caption, as far as there is one.

    Raises:
        ApiError: see ``marked``.

    """
    plain = field == "text"
    body, marks = marked(text, given, TEXT if plain else CAPTION)
    told: Json = {field: body} if body else {}
    return {**told, "entities" if plain else "caption_entities": marks} if marks else told


def _checked(text: str, given: Iterable[Json]) -> Iterator[Json]:
    """Let entities through which begin and end where signs do."""
    raw: bytes | None = None
    for entity in given:
        start, length = entity["offset"], entity["length"]
        if start < 0:
            raise bad(f"receive an entity with incorrect offset {start}")
        if length < 0:
            raise bad(f"receive an entity with incorrect length {length}")
        if raw is None:
            raw = text.encode("utf-16-le", "surrogatepass")
        end, size = start + length, len(raw) // 2
        if start > size:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > size:
            raise bad(
                f"entity beginning at UTF-16 offset {start} "
                f"ends after the end of the text at UTF-16 offset {end}"
            )
        if _splits(raw, start):
            raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {start}")
        if _splits(raw, end):
            raise bad(
                f"entity beginning at UTF-16 offset {start} "
                f"ends in a middle of a UTF-16 symbol at byte offset {end}"
            )
        if length:
            yield entity


def _splits(raw: bytes, at: int) -> bool:
    """Return whether UTF-16 offset *at* is inside a surrogate pair."""
    return 2 * at < len(raw) and 0xDC <= raw[2 * at + 1] <= 0xDF


def _shifted(entities: Iterable[Json], cut: int, size: int) -> Iterator[Json]:
    """Move entities by *cut* units to the left, and clip them to *size*."""
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, size)
        if end > start:
            yield {**entity, "offset": start, "length": end - start}

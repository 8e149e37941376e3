"""Text with marks: what people wrote and what we say, never parsed, so nothing in it is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

BOLD: Final = "bold"
ITALIC: Final = "italic"
QUOTE: Final = "blockquote"
MOMENT: Final = "date_time"  #: value: seconds since 1970, UTC, a colon, and how it is shown
TICKET: Final = "ticket"  #: value: a ticket's number, and where its card stands: ``VND-17:204``
PERSON: Final = "text_mention"  #: value: the person's id in the channel's words

PLACE = re.compile(r"\{(\w+)\}")


class Mark(NamedTuple):
    """How a stretch of a text is shown; kinds that we do not make ourselves are kept as is."""

    kind: str
    start: int  #: characters from the beginning
    end: int  #: the first character that is not marked any more
    value: str | None = None  #: a link's address, a moment, a language: by kind


@dataclass(frozen=True)
class Text:
    """A string and its marks."""

    plain: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: Text | str) -> Text:
        more = other if isinstance(other, Text) else Text(other)
        shift = len(self.plain)
        moved = (
            mark._replace(start=mark.start + shift, end=mark.end + shift) for mark in more.marks
        )
        return Text(self.plain + more.plain, (*self.marks, *moved))

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __radd__(self, before: str) -> Text:
        return Text(before) + self

    def __getitem__(self, part: slice) -> Text:
        """Cut a piece out; a mark over a cut is cut as well."""
        start, end, _ = part.indices(len(self.plain))
        end = max(start, end)
        kept = (
            mark._replace(start=max(mark.start, start) - start, end=min(mark.end, end) - start)
            for mark in self.marks
            if mark.start < end and mark.end > start
        )
        return Text(self.plain[start:end], tuple(kept))

    def stripped(self) -> Text:
        """Return the text without white space at its ends."""
        start = len(self.plain) - len(self.plain.lstrip())
        return self[start : max(start, len(self.plain.rstrip()))]


def marked(kind: str, text: Text | str, value: str | None = None) -> Text:
    """Put one mark over the whole of *text*, outside those it has."""
    inner = text if isinstance(text, Text) else Text(text)
    if not inner:
        return inner
    return Text(inner.plain, (Mark(kind, 0, len(inner.plain), value), *inner.marks))


def bold(text: Text | str) -> Text:
    """Return *text* in bold."""
    return marked(BOLD, text)


def quote(text: Text | str) -> Text:
    """Return *text* as a block quotation."""
    return marked(QUOTE, text)


def moment(when: datetime, words: str, form: str) -> Text:
    """Return *words*, which a messenger may show as *when* in the reader's own time zone.

    *form* says how, in the messenger's own letters: ``t`` the time, ``d`` the day.
    """
    return marked(MOMENT, words, f"{int(when.timestamp())}:{form}")


def joined(separator: str, parts: Iterable[Text | str]) -> Text:
    """Join the parts that are not empty."""
    result = Text()
    for part in parts:
        if part:
            result = result + separator + part if result else result + part
    return result


def lines(*parts: Text | str) -> Text:
    """Put each part that is not empty on a line of its own."""
    return joined("\n", parts)


def fill(template: str, **places: Text | str | int) -> Text:
    """Fill the ``{named}`` places of a translated sentence, keeping the marks of what goes in."""
    result, position = Text(), 0
    for place in PLACE.finditer(template):
        filling = places[place.group(1)]
        result = result + template[position : place.start()]
        result = result + (filling if isinstance(filling, Text) else str(filling))
        position = place.end()
    return result + template[position:]


def shortened(text: str, most: int) -> str:
    """Return the first line of *text*, cut at a word to at most *most* characters."""
    first = text.strip().split("\n", 1)[0].strip()
    if len(first) <= most:
        return first
    head = first[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" ,.;:") + "…"

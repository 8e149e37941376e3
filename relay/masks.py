"""What a reader must not learn about the client is struck out of texts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from relay.channel import Reason
from relay.content import Content, Media, Medium
from relay.text import Mark, Text

HIDDEN = "•••"

#: Kinds of marks whose stretch names or addresses a person.
TELLING = frozenset({"mention", "text_mention", "phone_number", "email"})
LINKS = frozenset({"url", "text_link"})

HOSTS = (
    r"t\.me|telegram\.(?:me|dog)|vk\.com|ok\.ru|wa\.me|instagram\.com|facebook\.com|fb\.com|m\.me"
)
PATTERNS = (
    re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+"),  # an e-mail address
    re.compile(rf"(?:https?://)?(?:[\w-]+\.)?(?:{HOSTS})(?:/\S*|\b)", re.IGNORECASE),
    re.compile(r"(?:tg|viber|whatsapp|skype)://\S+|(?:tel|mailto|skype):\S+", re.IGNORECASE),
    re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}"),  # a username
)

#: What stands between the digits of a phone number, also in numbers that were copied.
BETWEEN = r"(?:,(?!\s)|[\s()./_\-‐-―−\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\u20e3])"
PHONE = re.compile(rf"\+?\d(?:{BETWEEN}{{0,4}}\d){{6,}}")

#: A moment looks like a phone number, and is none if there is nothing else to it.
DATE = re.compile(
    r"(?:\d{4}-(?:0[1-9]|1[0-2])-[0-3]\d|[0-3]?\d[./](?:0?[1-9]|1[0-2])[./](?:19|20)?\d\d)"
    r"(?:,?\s\d{1,2}:\d\d)?"
    r"|20\d\d(?:0[1-9]|1[0-2])[0-3]\d[_-][0-2]\d[0-5]\d[0-5]\d"  # as cameras name their files
)

#: What a place with a name says in words; its other marks lead to a page about it.
NAMED = frozenset({"title", "address"})
SPOT = frozenset({"latitude", "longitude"})


def masked(text: Text, names: Iterable[str]) -> Text:
    """Return *text* with the client's *names* and every way to reach a person struck out.

    Struck out are e-mail addresses, phone numbers, usernames, links to profiles, and whatever
    a messenger itself has marked as one of these. Other marks stay where they were.
    """
    spans = [(mark.start, mark.end) for mark in text.marks if tells(mark, text)]
    patterns = [*PATTERNS, *(called(name) for name in names if len(name.strip()) > 1)]
    for pattern in patterns:
        spans.extend(found.span() for found in pattern.finditer(text.plain))
    spans.extend(phones(text.plain))

    result, position = Text(), 0
    kept = Text(text.plain, tuple(mark for mark in text.marks if not tells(mark, text)))
    for start, end in merged(spans):
        result = result + kept[position:start] + HIDDEN
        position = end
    return result + kept[position:]


def veiled(content: Content, names: Sequence[str]) -> tuple[Content, Reason | None]:
    """Return *content* without what tells who the client is, and why it is not all of it.

    A file goes under another name where its own one tells; what is inside is not looked at.
    """
    items = [veiled(each, names) for each in content.album]
    lost = next((why for _, why in items if why), None)
    text, quote = masked(content.text, names), masked(content.quote, names)
    seen = replace(content, text=text, quote=quote, album=tuple(item for item, _ in items))
    match content.media:
        case None:
            return seen, lost
        case Media(kind=Medium.CONTACT):
            return replace(seen, media=None), Reason.CONTACT
        case Media(kind=Medium.RICH):
            return replace(seen, media=None), Reason.FILE  # its pictures are not looked at
        case Media(kind=Medium.VENUE, facts=facts):
            told = {key: masked(Text(facts[key]), names).plain for key in NAMED & facts.keys()}
            where = {key: facts[key] for key in SPOT & facts.keys()}
            return replace(seen, media=replace(content.media, facts=where | told)), None
        case Media(kind=Medium.AUDIO, facts=facts) if any(
            gives_away(each, names) for each in facts.values()
        ):
            file = replace(content.media, kind=Medium.DOCUMENT, renamed=True, facts={})
            return replace(seen, media=file), None
        case Media(name=name) if gives_away(name, names):
            return replace(seen, media=replace(content.media, renamed=True)), None
        case _:
            return seen, None


def gives_away(plain: str, names: Iterable[str]) -> bool:
    """Say whether there is something in a string that is to be struck out."""
    return masked(Text(plain), names).plain != plain


def phones(plain: str) -> Iterator[tuple[int, int]]:
    """Find what may be a phone number: whatever has so many digits and is no date."""
    for found in PHONE.finditer(plain):
        date = DATE.match(plain, found.start())
        if date is None or date.end() < found.end():
            yield found.span()


def tells(mark: Mark, text: Text) -> bool:
    """Say whether a mark by itself gives a person away: by what it covers or where it leads."""
    if mark.kind in LINKS:
        leads_to = mark.value or text.plain[mark.start : mark.end]
        return any(pattern.search(leads_to) for pattern in (*PATTERNS, PHONE))
    return mark.kind in TELLING


def called(name: str) -> re.Pattern[str]:
    """Return a pattern for a name, as a word of its own, in any case; ё may be written е.

    Underscores part words as spaces do, as they do in the names of files.
    """
    words = r"[\s_]+".join(re.sub("[её]", "[её]", re.escape(word.lower())) for word in name.split())
    return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return *spans* in order, with those that overlap or touch made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result

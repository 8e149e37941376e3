"""What a reader must not learn about the client is struck out of texts."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import unquote

from relay.channel import Reason
from relay.content import Content, Media, Medium
from relay.text import Mark, Text

HIDDEN = "•••"

#: Kinds of marks whose stretch names or addresses a person.
TELLING = frozenset({"mention", "text_mention", "phone_number", "email"})
LINKS = frozenset({"url", "text_link"})

#: Cyrillic letters that look like others.
ALIKE = str.maketrans("авекмнорстухіѕј", "abekmhopctyxisj")
INVISIBLE = frozenset({"Cf", "Mn", "Me"})  #: kinds of characters: joiners, accents, frames of keys


@cache
def bare(character: str) -> str:
    """Return what a character reads like, whatever its case, accents, width or script."""
    kind = unicodedata.category(character)
    if kind in INVISIBLE:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKD", character.casefold())
    if len(plain) > 1 and kind[0] not in "LN":
        plain = unicodedata.normalize("NFD", character)
    kept = (each for each in plain.casefold() if unicodedata.category(each) not in INVISIBLE)
    return "".join(kept).translate(ALIKE)


def folded(plain: str) -> str:
    """Return what a string reads like: everything is looked for in this form of it."""
    return "".join(map(bare, plain))


DASH = r"\-‐-―−"
HOSTS = (
    r"t\.me|telegram\.(?:me|dog)|vk\.(?:com|me|ru)|ok\.ru|max\.ru|wa\.me|whatsapp\.com|signal\.me"
    r"|viber\.(?:com|me)|instagram\.com|facebook\.com|fb\.(?:com|me)|m\.me|linkedin\.com|tiktok\.com"
    r"|twitter\.com|(?<![\w-])x\.com"
)
DOG = folded("собака")
DOT = rf"(?:\.|\s\.\s|\s*[(\[{{]\s*(?:\.|dot|{folded('точка')})\s*[)\]}}]\s*)"
DOT_WORD = rf"\s+(?:dot|{folded('точка')})\s+"
AT = rf"(?:\s?@\s?|\s*[(\[{{<]\s*(?:@|at|{DOG})\s*[)\]}}>]\s*|\s+{DOG}\s+)"
LOCAL = r"(?<![\w.+'’-])[\w.+'’-]+"
PATTERNS = (
    re.compile(rf"{LOCAL}@[\w-]+(?:\.[\w-]+)+"),  # an e-mail address
    re.compile(rf"{LOCAL}{AT}[\w-]+(?:(?:{DOT}|{DOT_WORD})[^\W\d_][\w-]+)+"),  # one in disguise
    re.compile(rf"{LOCAL}\s+(?:at|{DOG})\s+[\w-]+(?:{DOT_WORD}[^\W\d_][\w-]+)+"),
    re.compile(rf"(?:https?://)?(?:[\w-]+\.)?(?:{HOSTS})(?:/\S*|\b)"),
    re.compile(r"(?:tg|viber|whatsapp|skype)://\S+|(?:tel|mailto|skype|callto|sms|sip):\S+"),
    re.compile(r"(?<![^\W_])@[a-z]\w{3,31}"),  # a username
)

#: What stands between the digits of a phone number, also in numbers that were copied.
BETWEEN = rf"(?:,(?!\s)|[\s()\[\]./_·~'’{DASH}])"
PHONE = re.compile(rf"\+?\d(?:{BETWEEN}{{0,6}}\d){{6,}}")

#: Groups of digits in which somebody has written the letter.
ZEROS = re.compile(r"(?<![^\W_])(?=o*\d)[o\d]*o[o\d]*(?![^\W_])")

#: What looks like a phone number, and is none if there is nothing else to it.
DAY = r"(?:\d{4}-(?:0[1-9]|1[0-2])-[0-3]\d|[0-3]?\d[./](?:0?[1-9]|1[0-2])[./](?:19|20)?\d\d)"
MONEY = "|".join(map(folded, (r"₽", "руб", "р\\.", "rub", "eur", "usd", "€", r"\$", "£", "₸")))
NUMBERED = rf"(?<=[^\W\d_]{{2}}[_{DASH}])|(?<=№)|(?<=№\s)"
INNOCENT = "|".join(
    (
        rf"{DAY}(?:,?\s\d{{1,2}}:\d\d)?",
        r"20\d\d(?:0[1-9]|1[0-2])[0-3]\d[_-][0-2]\d[0-5]\d[0-5]\d",  # as cameras name files
        rf"20\d\d\s?[/{DASH}]\s?20\d\d",  # years
        rf"(?:[0-3]?\d\.(?:0[1-9]|1[0-2])(?:\s?[{DASH}]\s?)?){{2}}(?:\.20\d\d)?",  # days
        rf"[0-2]?\d\.[0-5][05]\s?[{DASH}]\s?[0-2]?\d\.[0-5][05]",  # hours
        r"\d{1,3}(?:[ .,'’]\d{3}){1,2}[.,]\d\d",  # a sum
        rf"(?:\d{{1,2}}(?: \d{{3}}){{2}}|[1-9]\d{{6,7}})(?=\s?(?:{MONEY}))",
        rf"(?:{NUMBERED})20\d\d(?:[/{DASH}]\d{{1,6}}|[01]\d[0-3]\d)",  # of papers and pictures
    )
)
HARMLESS = re.compile(
    rf"(?:{INNOCENT})(?!\d)(?:[\s{DASH}]+(?:{INNOCENT})(?!\d))*(?:(?<=20\d\d)\s+\d{{1,3}}(?!\d))?"
)

#: What a place with a name says in words; its other marks lead to a page about it.
NAMED = frozenset({"title", "address"})
SPOT = frozenset({"latitude", "longitude"})
GLUED = 4  #: letters of a name that is looked for also within the words of tags and files
#: Scripts whose words do not stand apart.
UNPARTED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
#: How a file may go on being called: its kind.
ENDING = re.compile(r"(?<=.)\.(?:[A-Za-z][A-Za-z0-9]{1,4}|7z|3gp)$")


def masked(text: Text, names: Iterable[str]) -> Text:
    """Return *text* with the client's *names* and every way to reach a person struck out.

    Struck out are e-mail addresses, phone numbers, usernames, links to profiles, and whatever
    a messenger itself has marked as one of these. Other marks stay where they were.
    """
    telling = patterns(names)
    gone = [mark for mark in text.marks if tells(mark, text, telling)]
    spans = [(mark.start, mark.end) for mark in gone]
    spans.extend(found(text.plain, telling))

    result, position = Text(), 0
    kept = Text(text.plain, tuple(quiet(mark, telling) for mark in text.marks if mark not in gone))
    for start, end in merged(spans):
        result = result + kept[position:start] + HIDDEN
        position = end
    return result + kept[position:]


def nameless(plain: str, names: Iterable[str]) -> str:
    """Return a string without the client's *names*; numbers stay, as they are no telephones."""
    telling = [called(name) for name in names if len(folded(name).strip()) > 1]
    result, position = "", 0
    for start, end in merged(found(plain, telling, numbers=False)):
        result, position = result + plain[position:start] + HIDDEN, end
    return result + plain[position:]


def found(
    plain: str, telling: Sequence[re.Pattern[str]], *, numbers: bool = True
) -> Iterator[tuple[int, int]]:
    """Find the stretches of a string that are to be struck out; *numbers* may be telephones."""
    pieces = [bare(character) for character in plain]
    at = [place for place, piece in enumerate(pieces) for _ in piece]
    seen = "".join(pieces)
    spans = [each.span() for pattern in telling for each in pattern.finditer(seen)]
    for start, end in (*spans, *(phones(seen) if numbers else ())):
        last = at[end - 1] + 1
        while last < len(plain) and unicodedata.category(plain[last]) in {"Mn", "Me"}:
            last += 1  # the accent, or the frame, belongs to what it stands on
        yield at[start], last


def patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    """Return what is looked for beside phone numbers."""
    return [*PATTERNS, *(called(name) for name in names if len(folded(name).strip()) > 1)]


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
        case Media(kind=Medium.AUDIO, facts=facts) if gives_away(
            " ".join(map(str, facts.values())), names
        ):
            file = replace(neutral(content.media, names), kind=Medium.DOCUMENT, facts={})
            return replace(seen, media=file), None
        case Media(name=name) if gives_away(name, names):
            return replace(seen, media=neutral(content.media, names)), None
        case _:
            return seen, None


def neutral(media: Media, names: Sequence[str]) -> Media:
    """Return a file that must go under another name: of its own one only the ending is kept."""
    ending = ENDING.search(media.name)
    kind = ending.group() if ending and not gives_away(ending.group(), names) else ""
    return replace(media, renamed=True, name="file" + kind if kind else "")


def gives_away(plain: str, names: Iterable[str]) -> bool:
    """Say whether there is something in a string that is to be struck out; names may be glued."""
    names = list(names)
    seen = folded(plain)
    glued = (folded(word) for name in names for word in name.split())
    return any(len(word) >= GLUED and word in seen for word in glued) or bool(
        next(found(plain, patterns(names)), None)
    )


def phones(seen: str) -> Iterator[tuple[int, int]]:
    """Find what may be a phone number: whatever has so many digits, and is no date and no sum."""
    digits = ZEROS.sub(lambda group: group.group().replace("o", "0"), seen)
    for number in PHONE.finditer(digits):
        harmless = HARMLESS.match(digits, number.start())
        if harmless is None or harmless.end() < number.end():
            yield number.span()


def tells(mark: Mark, text: Text, telling: Sequence[re.Pattern[str]]) -> bool:
    """Say whether a mark by itself gives a person away: by what it covers or where it leads."""
    if mark.kind in LINKS:
        leads_to = folded(unquote(mark.value or text.plain[mark.start : mark.end]))
        return any(pattern.search(leads_to) for pattern in (*telling, PHONE))
    return mark.kind in TELLING


def quiet(mark: Mark, telling: Sequence[re.Pattern[str]]) -> Mark:
    """Return a mark without a language that somebody has made a message of."""
    if mark.kind == "pre" and mark.value and next(found(mark.value, telling), None):
        return mark._replace(value=None)
    return mark


def called(name: str) -> re.Pattern[str]:
    """Return a pattern for a name: as words of their own, one by one or glued, also in a hashtag.

    It is looked for in what is folded. Underscores part words as spaces do, as they do in the
    names of files.
    """
    words = [re.escape(word) for each in name.split() if (word := folded(each))]
    orders = "|".join(r"[\s_.\-]*".join(order) for order in (words, words[::-1]))
    if any(unicodedata.name(each, "").startswith(UNPARTED) for each in name):
        return re.compile(orders)
    whole = rf"(?<![^\W_])(?:{orders})(?![^\W_])"
    if len(folded(name).replace(" ", "")) < GLUED:
        return re.compile(whole)
    return re.compile(rf"{whole}|#\w*(?:{orders})\w*")


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return *spans* in order, with those that overlap or touch made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result

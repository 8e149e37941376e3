"""What the bot may not do in a chat: what that means for its people, and what they can do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from relay import outbox
from relay.language import Gettext
from relay.outbox import Notice
from relay.store import Store


class Lack(StrEnum):
    """Something that is needed in a chat, and not allowed there."""

    WRITE = "write"
    PHOTOS = "photos"
    VIDEOS = "videos"
    VIDEO_MESSAGES = "video_messages"
    MUSIC = "music"
    VOICE_MESSAGES = "voice_messages"
    FILES = "files"
    STICKERS = "stickers"
    TOPICS = "topics"  #: the chat has them, but the bot may not open any


class Hears(StrEnum):
    """What of a chat comes to the bot."""

    REPLIES = "replies"  #: and commands: what it needs
    AS_ADMINISTRATOR = "as_administrator"  #: everything, as administrators do
    EVERYTHING = "everything"  #: as it was set up so


@dataclass(frozen=True)
class Look:
    """How the bot stands in a chat."""

    lacks: frozenset[Lack]
    topics: bool  #: whether the chat has any
    hears: Hears


def changed(store: Store, place: str, before: Collection[Lack], now: Collection[Lack]) -> None:
    """Tell a chat, if the bot may do less there than before, or more of what it needs."""
    lost, lacks = in_order(set(now) - set(before)), in_order(now)
    if lost or set(before) - set(now):
        why = f"{store.now.timestamp()}:{'-'.join(lost)}:{'-'.join(lacks)}"
        outbox.notice(store, Notice.RIGHTS, why, place, None, lost=lost, lacks=lacks)


def in_order(lacks: Collection[str]) -> list[Lack]:
    """Return lacks in the order in which they are told."""
    return [each for each in Lack if each in lacks]


def change_words(lost: Collection[str], lacks: Collection[str], _: Gettext) -> list[str]:
    """Say that rights have changed: what was *lost*, else what still *lacks*."""
    if lost:
        return [_("I may do less here than before."), *sentences(lost, _)]
    if lacks:
        return [_("Thank you. This is still missing:"), *sentences(lacks, _)]
    return [_("Thank you. I may do all again that I need here.")]


def sentences(lacks: Collection[str], _: Gettext) -> list[str]:
    """Say what is not possible and how to allow it; nothing lacks: nothing."""
    found = in_order(lacks)
    media = [each for each in found if each not in {Lack.WRITE, Lack.TOPICS}]
    said = []
    if Lack.WRITE in found:
        said.append(
            _(
                "Nothing can be written here. Allow “Send messages” in the group's settings, under "
                "“Permissions”. If the bot stands among the exceptions there, take it off the list."
            )
        )
    if media:
        what = ", ".join(name(each, _) for each in media)
        cannot = _(
            "This cannot be sent here: {what}. It comes in another form, or in words alone. "
            "Allow it in the group's settings, under “Permissions”, “Send media”. If the bot "
            "stands among the exceptions there, take it off the list."
        )
        said.append(cannot.format(what=what))
    if Lack.TOPICS in found:
        said.append(
            _(
                "This group has topics, but the bot may not manage them: tickets come into the "
                "chat itself. In the group's settings, under “Administrators”, choose the bot or "
                "add it, and switch on “Manage topics”."
            )
        )
    return said


def name(lack: Lack, _: Gettext) -> str:
    """Return what cannot be sent, as the messenger's menus call it."""
    match lack:
        case Lack.PHOTOS:
            return _("photos")
        case Lack.VIDEOS:
            return _("videos")
        case Lack.VIDEO_MESSAGES:
            return _("video messages")
        case Lack.MUSIC:
            return _("music")
        case Lack.VOICE_MESSAGES:
            return _("voice messages")
        case Lack.FILES:
            return _("files")
        case Lack.STICKERS:
            return _("stickers and GIFs")
        case Lack.WRITE:
            return _("messages")
        case Lack.TOPICS:
            return _("topics")


def hearing(hears: Hears, _: Gettext) -> str:
    """Say what of a chat comes to the bot."""
    match hears:
        case Hears.REPLIES:
            return _(
                "What you say to each other here I do not hear: only commands and replies to me."
            )
        case Hears.AS_ADMINISTRATOR | Hears.EVERYTHING:
            return _(
                "I hear all that is said here, but heed only commands and replies to me: nothing "
                "else leaves this chat."
            )


def privacy(_: Gettext) -> str:
    """Say how to let the bot hear no more than it needs."""
    return _(
        "Privacy mode is off: the bot hears all that is said in its groups, and needs commands and "
        "replies to it alone. Whoever runs it can switch it on at @BotFather (/setprivacy, "
        "Enable). That counts once the bot is taken out of a group and added again."
    )


def lacking(look: Look, _: Gettext) -> list[str]:
    """Say all that is not as it should be, and what to do about it."""
    found = sentences(look.lacks, _)
    return [*found, privacy(_)] if look.hears is Hears.EVERYTHING else found


def findings(look: Look, _: Gettext) -> Iterable[tuple[bool, str]]:
    """Return all that was looked at in a chat, and whether it is well."""
    if Lack.WRITE not in look.lacks:
        yield True, _("I may write here.")
    if not look.lacks - {Lack.WRITE, Lack.TOPICS}:
        yield True, _("I may send pictures, files and all else.")
    if not look.topics:
        yield True, _("This group has no topics: tickets come into the chat itself.")
    elif Lack.TOPICS not in look.lacks:
        yield True, _("This group has topics, and I may open one for each ticket.")
    if look.hears is not Hears.EVERYTHING:
        yield True, hearing(look.hears, _)
    for each in lacking(look, _):
        yield False, each

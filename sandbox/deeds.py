"""What people do: talk, edit, press, come and go. Whatever they cannot do is ``WishError``."""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sandbox import manners
from sandbox.cast import Person, Status
from sandbox.chats import Chat, Message
from sandbox.kinds import KINDS, fit, kind_of
from sandbox.manners import Manner
from sandbox.members import ADMINISTRATOR, PERMISSIONS, SAYABLE
from sandbox.presses import Press
from sandbox.refusals import WishError
from sandbox.text import Json, worded
from sandbox.world import World, name, user

KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  #: Bot API, deep linking
ALBUM: Final = 10  #: items of an album at most
ICON: Final = re.compile(r"^[^\w\s]+\s+")  #: a label's leading emoji

#: What an administrator of a group may give a bot by a link (Bot API, deep linking).
BY_LINK: Final = frozenset({"manage_topics", "pin_messages", "delete_messages", "manage_chat"})


def person(world: World, person_id: int) -> Person:
    """Return the person with that id."""
    if person_id not in world.people:
        raise WishError(f"There is no person {person_id}.")
    return world.people[person_id]


def chat(world: World, chat_id: int) -> Chat:
    """Return the chat with that id."""
    if chat_id not in world.chats:
        raise WishError(f"There is no chat {chat_id}.")
    return world.chats[chat_id]


def living(place: Chat) -> Chat:
    """Return a chat in which something can be done yet."""
    if place.moved_to is not None:
        raise WishError(f"{place.title} is a supergroup now, with the id {place.moved_to}.")
    if place.deleted:
        raise WishError(f"{place.title} was deleted.")
    return place


def message(place: Chat, message_id: int) -> Message:
    """Return a message that can be seen in a chat."""
    if message_id not in place.messages:
        raise WishError(f"There is no message {message_id} in {place.title}.")
    return place.messages[message_id]


def say(
    world: World,
    who: int,
    where: int,
    text: str,
    *,
    reply_to: int | None = None,
    entities: list[Json] | None = None,
    quote: str | None = None,
    anonymous: bool = False,
) -> Message:
    """Write a text."""
    content = worded("text", text, entities or [])
    if not content:
        raise WishError("A message needs a text.")
    manner = Manner(reply_to=reply_to, quote=quote, anonymous=anonymous)
    return post(world, who, where, content, manner)


def show(
    world: World,
    who: int,
    where: int,
    photo: bytes,
    *,
    caption: str = "",
    reply_to: int | None = None,
    anonymous: bool = False,
) -> Message:
    """Send a picture."""
    content = {"photo": world.files.photo(photo), **worded("caption", caption, [])}
    manner = Manner(reply_to=reply_to, anonymous=anonymous)
    return post(world, who, where, content, manner)


def post(world: World, who: int, where: int, content: Json, manner: Manner) -> Message:
    """Say whatever it is."""
    return _post(world, who, where, [content], manner)[0]


def album(
    world: World, who: int, where: int, items: Sequence[Json], manner: Manner, *, hold: int = 0
) -> list[Message]:
    """Say several things as one album; the bot is told of the last *hold* of them later."""
    if not 2 <= len(items) <= ALBUM or not fit(map(kind_of, items)):
        raise WishError(f"An album has up to {ALBUM} items, of kinds that go together.")
    if not 0 <= hold <= len(items):
        raise WishError("More is held back than there is.")
    return _post(world, who, where, items, manner, album=world.next_album(), hold=hold)


def rest(world: World, album_id: str) -> list[Message]:
    """Tell the bot of that part of an album that was held back, and return it."""
    if album_id not in world.held:
        raise WishError(f"Nothing of an album {album_id} is held back.")
    late = world.held.pop(album_id)
    for each in late:
        world.tell_bot("message", each)
    return late


def edit(
    world: World,
    who: int,
    where: int,
    message_id: int,
    text: str,
    entities: list[Json] | None = None,
) -> Message:
    """Change the text, or the caption, of one's own message."""
    target = _mine(world, who, where, message_id)
    kind = kind_of(target.content)
    if kind is None or not (kind == "text" or KINDS[kind].captioned):
        raise WishError("There is neither a text nor a caption to change.")
    told = worded("text" if kind == "text" else "caption", text, entities or [])
    if kind == "text" and not told:
        raise WishError("A message needs a text.")
    old = {"text", "entities", "caption", "caption_entities"}
    kept = {key: value for key, value in target.content.items() if key not in old}
    world.change(target, {**kept, **told}, target.markup)
    return target


def replace(world: World, who: int, where: int, message_id: int, content: Json) -> Message:
    """Put another file, with its own caption, into the place of that of one's own message."""
    target = _mine(world, who, where, message_id)
    before, after = kind_of(target.content), kind_of(content)
    for kind in (before, after):
        if kind is None or not KINDS[kind].replaced:
            raise WishError(f"A {kind} takes no other file's place, nor another file its.")
    if target.album is not None and not fit((before, after)):
        raise WishError("That does not go with the rest of the album.")
    world.change(target, content, target.markup)
    return target


def move(
    world: World, who: int, where: int, message_id: int, latitude: float, longitude: float
) -> Message:
    """Be somewhere else, as one's own live location shows."""
    target = _mine(world, who, where, message_id)
    point = target.content.get("location", {})
    if "live_period" not in point:
        raise WishError("Only a live location moves.")
    moved = {**point, "latitude": latitude, "longitude": longitude}
    world.change(target, {"location": moved}, target.markup)
    return target


def press(world: World, who: int, where: int, message_id: int, button: object) -> Press | Message:
    """Press a button under a message, or of the keyboard that came with it.

    A link is followed, and a key of the keyboard says something: what is said comes back.
    """
    author, place = inside(world, who, where)
    target = message(place, message_id)
    chosen = sought(target, button)
    if chosen is None:
        labels = [each["text"] for row in target.inline or target.keys for each in row]
        raise WishError(f"There is no such button under the message; there are {labels}.")
    if target.keys:
        return _type(world, author, place, target, chosen)
    if "url" in chosen:
        return follow(world, who, chosen["url"], where)
    if "callback_data" not in chosen:
        raise WishError("The sandbox cannot press this kind of button.")
    pressed = world.presses.begin(who, where, world.clock())
    world.queue.add(
        "callback_query",
        {
            "id": pressed.id,
            "from": user(author),
            "message": target.told(),
            "chat_instance": str(8_000_000_000 + abs(where)),
            "data": chosen["callback_data"],
        },
    )
    return pressed


def sought(target: Message, button: object) -> dict[str, Any] | None:
    """Return the button with that label, data or place. A label may lack its leading emoji."""
    rows = target.inline or target.keys
    buttons = [each for row in rows for each in row]
    match button:
        case str(label):
            for each in buttons:
                if label in {each["text"], ICON.sub("", each["text"])}:
                    return each
        case {"data": str(data)}:
            return next((each for each in buttons if each.get("callback_data") == data), None)
        case {"row": int(row), "col": int(col)}:
            if 0 <= row < len(rows) and 0 <= col < len(rows[row]):
                return rows[row][col]
        case _:
            raise WishError("A button is a label, {'data': …} or {'row': 0, 'col': 0}.")
    return None


def _type(
    world: World, author: Person, place: Chat, target: Message, key: dict[str, Any]
) -> Message:
    """Press a key of a keyboard: it sends one's own contact, or says what stands on it.

    A contact is a reply to the message that asked for it; a key in a group is one as well.
    """
    if key.get("request_contact"):
        told = {"phone_number": author.number, "first_name": author.first_name}
        told |= {"last_name": author.last_name} if author.last_name else {}
        contact: Json = {"contact": {**told, "user_id": author.id}}
        return post(world, author.id, place.id, contact, Manner(reply_to=target.id))
    if key.keys() & {"request_location", "request_poll", "request_users", "request_chat"}:
        raise WishError("The sandbox cannot press this kind of button.")
    reply_to = None if place.private else target.id
    return say(world, author.id, place.id, key["text"], reply_to=reply_to)


def follow(world: World, who: int, link: str, where: int | None = None) -> Message:
    """Follow a link into the bot: begin a private chat, or add the bot to the group *where*."""
    author = person(world, who)
    parts = urlsplit(link if "://" in link else f"https://{link}")
    wanted = {key: values[0] for key, values in parse_qs(parts.query, True).items()}
    if parts.hostname not in {"t.me", "telegram.me"} or (
        parts.path.strip("/").lower() != world.bot.username.lower()
    ):
        raise WishError(f"{link} does not lead to @{world.bot.username}.")
    for key in ("start", "startgroup"):
        if wanted.get(key) and not KEY.fullmatch(wanted[key]):
            raise WishError(f"{key} takes up to 64 of A-Z a-z 0-9 _ - and nothing else.")
    if "startgroup" not in wanted:
        block(world, who, blocked=False)
        return say(world, who, who, f"/start {wanted.get('start', '')}")
    if where is None or chat(world, where).private:
        raise WishError("Say to which group the bot is to be added.")
    _, place = inside(world, who, where)
    asked = wanted.get("admin", "").replace("+", " ").split()
    rights = {f"can_{right}" for right in asked if right in BY_LINK}
    if rights and place.members[who].leads:
        given = {right: right in rights for right in ADMINISTRATOR if right.startswith("can_")}
        given["can_manage_chat"] = True
        enrol(world, where, world.bot.id, "administrator", given, by=who)
    elif not place.members[world.bot.id].inside:
        enrol(world, where, world.bot.id, "member", by=who)
    command = f"/start@{world.bot.username} {wanted['startgroup']}".strip()
    return say(world, author.id, where, command)


def enrol(
    world: World,
    where: int,
    who: int,
    status: Status,
    rights: Json | None = None,
    *,
    by: int | None = None,
    told: bool = True,
) -> None:
    """Give somebody, or the bot, another standing in a group; *by* is who did that.

    Unless it is *told*, the bot gets no update of that.
    """
    place = living(chat(world, where))
    if place.private:
        raise WishError("Nobody joins or leaves a private chat; block the bot instead.")
    if status == "restricted" and place.type != "supergroup":
        raise WishError("Nobody is restricted in a basic group: only supergroups have that.")
    if strange := (rights or {}).keys() - SAYABLE.get(status, frozenset()):
        raise WishError(f"There is no right {', '.join(sorted(strange))} to give a {status}.")
    whom = world.me if who == world.bot.id else user(person(world, who))
    alone = status == "left" and who != world.bot.id
    by_whom = whom if alone else actor(world, place, by, concerned=who)
    world.enrol(place, whom, status, rights or {}, by_whom, told=told)


def actor(world: World, place: Chat, by: int | None, *, concerned: int) -> Json:
    """Return who does something to a group: *by*, or some lead of it but the one *concerned*."""
    if by is None:
        leads = (each.user["id"] for each in place.members.values() if each.leads)
        by = next((each for each in leads if each not in {concerned, world.bot.id}), concerned)
    return world.me if by == world.bot.id else user(person(world, by))


def permit(world: World, where: int, permissions: Json) -> None:
    """Say what everybody may in a group who is not an administrator. No bot is told of that."""
    place = living(chat(world, where))
    if place.private:
        raise WishError("Permissions are a group's.")
    if strange := permissions.keys() - PERMISSIONS.keys():
        raise WishError(f"There is no permission {', '.join(sorted(strange))}.")
    place.permissions = {**place.permissions, **permissions}


def delete(world: World, where: int, *, by: int | None = None, told: bool = True) -> None:
    """Delete a group. The bot is out of it, and learns that only if it is *told*."""
    place = living(chat(world, where))
    if place.private:
        raise WishError("A private chat is not deleted for the bot; block the bot instead.")
    by_whom, place.deleted = actor(world, place, by, concerned=world.bot.id), True
    if place.members[world.bot.id].inside:
        status: Status = "left" if place.type == "group" else "kicked"
        world.enrol(place, world.me, status, {}, by_whom, told=told)


def deactivate(world: World, who: int) -> None:
    """Let somebody give up their account, for good. Nobody is told."""
    person(world, who)
    world.chats[who].deactivated = True


def block(world: World, who: int, *, blocked: bool) -> None:
    """Block the bot, or let it write again."""
    place, author = chat(world, who), person(world, who)
    if place.blocked == blocked:
        return
    place.blocked = blocked
    world.enrol(place, world.me, "kicked" if blocked else "member", {}, user(author))


def revoke(world: World) -> None:
    """Make the bot's token worthless; a call that waits for updates ends at once."""
    world.revoked = True
    world.queue.ring()


def restore(world: World) -> None:
    """Let the bot's token count again."""
    world.revoked = False
    world.queue.ring()


def inside(world: World, who: int, where: int) -> tuple[Person, Chat]:
    """Return a person and a chat that they are in."""
    author, place = person(world, who), living(chat(world, where))
    if world.chats[who].deactivated:
        raise WishError(f"{name(author)} has no account any more.")
    member = place.members.get(who)
    if member is None or not member.inside:
        raise WishError(f"{name(author)} is not in {place.title}.")
    return author, place


def _mine(world: World, who: int, where: int, message_id: int) -> Message:
    """Return a message that somebody wrote."""
    author, place = inside(world, who, where)
    target = message(place, message_id)
    if target.writer != who or target.service:
        raise WishError(f"{name(author)} did not write that.")
    return target


def _post(
    world: World,
    who: int,
    where: int,
    contents: Sequence[Json],
    manner: Manner,
    *,
    album: str | None = None,
    hold: int = 0,
) -> list[Message]:
    """Say several things in a row; the bot is not told of the last *hold* of them."""
    person, place = inside(world, who, where)
    if place.blocked:
        raise WishError(f"{name(person)} has blocked the bot; unblock it first.")
    for content in contents:
        kind = kind_of(content)
        if not place.may(who, KINDS[kind].right if kind else "can_send_messages"):
            raise WishError(f"{name(person)} may not write in {place.title}.")
    by, envelope = manners.author(place, user(person), manner)
    aimed = manners.aim(world, place, who, manner)
    place.known = True
    posted: list[Message] = []
    for content in contents:
        said = Message(
            place,
            world.next_id(place),
            by,
            world.now,
            content,
            service=kind_of(content) is None,
            target=aimed.target,
            quote=aimed.quote,
            envelope={**envelope, **aimed.envelope},
            thread=aimed.thread,
            album=album,
            writer=who,
        )
        posted.append(world.post(said, told=len(posted) < len(contents) - hold))
    if album is not None and hold:
        world.held[album] = posted[-hold:]
    return posted

"""What people do: talk, edit, press, come and go. Whatever they cannot do is ``WishError``."""

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sandbox.cast import Person, Status
from sandbox.chats import ANONYMOUS, Chat, Message
from sandbox.members import ADMINISTRATOR, PERMISSIONS, SAYABLE
from sandbox.presses import Press
from sandbox.refusals import WishError
from sandbox.text import CAPTION, TEXT, Json, marked, units
from sandbox.world import World, name, user

KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  #: Bot API, deep linking
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
    body, marks = marked(text, entities or [], TEXT)
    if not body:
        raise WishError("A message needs a text.")
    content: Json = {"text": body, **({"entities": marks} if marks else {})}
    return _post(world, who, where, content, reply_to, quote, anonymous=anonymous)


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
    body, marks = marked(caption, [], CAPTION)
    content: Json = {"photo": world.files.photo(photo)}
    if body:
        content |= {"caption": body, **({"caption_entities": marks} if marks else {})}
    return _post(world, who, where, content, reply_to, None, anonymous=anonymous)


def edit(world: World, who: int, where: int, message_id: int, text: str) -> Message:
    """Change the text, or the caption, of one's own message."""
    author, place = _inside(world, who, where)
    target = message(place, message_id)
    if target.author["id"] != who or target.service:
        raise WishError(f"{name(author)} did not write that.")
    photo = target.content.get("photo")
    body, marks = marked(text, [], CAPTION if photo else TEXT)
    if not body and not photo:
        raise WishError("A message needs a text.")
    word, kind = ("caption", "caption_entities") if photo else ("text", "entities")
    content = {key: value for key, value in target.content.items() if key not in {word, kind}}
    if body:
        content[word] = body
    if marks:
        content[kind] = marks
    world.change(target, content, target.markup)
    return target


def press(world: World, who: int, where: int, message_id: int, button: object) -> Press | Message:
    """Press a button under a message; a link is followed, and what is said then comes back."""
    author, place = _inside(world, who, where)
    target = message(place, message_id)
    chosen = sought(target, button)
    if chosen is None:
        labels = [each["text"] for row in target.inline for each in row]
        raise WishError(f"There is no such button under the message; there are {labels}.")
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
    buttons = [each for row in target.inline for each in row]
    match button:
        case str(label):
            for each in buttons:
                if label in {each["text"], ICON.sub("", each["text"])}:
                    return each
        case {"data": str(data)}:
            return next((each for each in buttons if each.get("callback_data") == data), None)
        case {"row": int(row), "col": int(col)}:
            if 0 <= row < len(target.inline) and 0 <= col < len(target.inline[row]):
                return target.inline[row][col]
        case _:
            raise WishError("A button is a label, {'data': …} or {'row': 0, 'col': 0}.")
    return None


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
    _, place = _inside(world, who, where)
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


def _inside(world: World, who: int, where: int) -> tuple[Person, Chat]:
    """Return a person and a chat that they are in."""
    author, place = person(world, who), living(chat(world, where))
    if world.chats[who].deactivated:
        raise WishError(f"{name(author)} has no account any more.")
    member = place.members.get(who)
    if member is None or not member.inside:
        raise WishError(f"{name(author)} is not in {place.title}.")
    return author, place


def _post(
    world: World,
    who: int,
    where: int,
    content: Json,
    reply_to: int | None,
    quote: str | None,
    *,
    anonymous: bool,
) -> Message:
    author, place = _inside(world, who, where)
    if place.blocked:
        raise WishError(f"{name(author)} has blocked the bot; unblock it first.")
    member = place.members[who]
    if not place.may(who, "can_send_photos" if "photo" in content else "can_send_messages"):
        raise WishError(f"{name(author)} may not write in {place.title}.")
    if anonymous and (place.type != "supergroup" or not member.leads):
        raise WishError("Only administrators of a supergroup hide behind it.")
    target = None if reply_to is None else message(place, reply_to)
    place.known = True
    posted = Message(
        place,
        world.next_id(place),
        ANONYMOUS if anonymous else user(author),
        world.now,
        content,
        target=target,
        quote=None if quote is None else _quote(target, quote),
        envelope={"sender_chat": place.facts} if anonymous else {},
    )
    return world.post(posted)


def _quote(target: Message | None, text: str) -> Json:
    """Return the Bot API's TextQuote: an exact piece of what is replied to."""
    if target is None or not text or text not in target.body:
        raise WishError("A quote is an exact piece of the message that is replied to.")
    start = units(target.body[: target.body.index(text)])
    size = units(text)
    entities = target.content.get("entities") or target.content.get("caption_entities") or []
    inside = [
        {**each, "offset": each["offset"] - start}
        for each in entities
        if start <= each["offset"] and each["offset"] + each["length"] <= start + size
    ]
    quoted: Json = {"text": text, "position": start, "is_manual": True}
    return {**quoted, "entities": inside} if inside else quoted

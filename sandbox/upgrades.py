"""A group becomes a supergroup: another id, and nothing of what was said there comes along."""

from collections.abc import Sequence
from typing import Literal

from sandbox import deeds
from sandbox.chats import ANONYMOUS, Chat, Message
from sandbox.members import Member
from sandbox.refusals import WishError
from sandbox.world import World, group_facts

#: What a bot is told of it: by the service message in the old chat; by its own membership in
#: the new one; by the service message there, which is never told without the membership.
News = Literal["old", "member", "new"]


def upgrade(
    world: World, where: int, *, by: int | None = None, tell: Sequence[News] = ("old", "new")
) -> Chat:
    """Make a supergroup of a group, with the same people and rights, and return it.

    *tell* is what the bot is told now, in that order. The rest it can be told by another
    call for the same group; until then it learns from the errors alone. A group that the
    bot is not in has nothing to tell it.
    """
    old = deeds.chat(world, where)
    if old.moved_to is None:
        _move(world, deeds.living(old), by)
    for words in tell:
        for word in ("member", "new") if words == "new" else (words,):
            if word in old.untold:
                world.queue.add(*old.untold.pop(word))
    return deeds.chat(world, old.moved_to or where)


def _move(world: World, old: Chat, by: int | None) -> None:
    if old.type != "group":
        raise WishError(f"{old.title} is not a basic group.")
    me, title = old.members[world.bot.id], old.title
    somebody = next((each for each, member in old.members.items() if member.inside), world.bot.id)
    author = deeds.actor(world, old, by, concerned=somebody)
    chat_id = world.next_group()
    new = Chat(
        chat_id,
        "supergroup",
        title,
        group_facts(chat_id, "supergroup", title),
        dict(old.members),
        known=old.known and me.inside,
        privacy=old.privacy,
        permissions=old.permissions,
    )
    world.chats[new.id] = new
    left = world.announce(old, author, {"migrate_to_chat_id": new.id}, told=False)
    came = world.post(
        Message(
            new,
            world.next_id(new),
            ANONYMOUS,
            world.now,
            {"migrate_from_chat_id": old.id},
            service=True,
            envelope={"sender_chat": new.facts},
        ),
        told=False,
    )
    old.moved_to = new.id
    if me.inside:
        membership = {
            "chat": new.facts,
            "from": author,
            "date": world.now,
            "old_chat_member": Member(world.me, "left").told(),
            "new_chat_member": me.told(),
        }
        old.untold = {
            "old": ("message", left.told()),
            "member": ("my_chat_member", membership),
            "new": ("message", came.told()),
        }

"""What people do with topics, and with what may be sent to them."""

from sandbox import deeds, topics
from sandbox.chats import Chat, Topic
from sandbox.manners import manages
from sandbox.refusals import WishError
from sandbox.text import Json
from sandbox.world import World, name, user


def switch(world: World, where: int, *, on: bool) -> None:
    """Switch the topics of a group on or off. No bot is told of that."""
    place = deeds.living(deeds.chat(world, where))
    if place.type != "supergroup":
        raise WishError("Only a supergroup has topics.")
    topics.switch(world, place, on=on)


def begin(world: World, who: int, where: int, title: str) -> Topic:
    """Open a topic."""
    person, place = _forum(world, who, where)
    if not manages(place, who):
        raise WishError(f"{person['first_name']} may not open topics in {place.title}.")
    if not title:
        raise WishError("A topic has a name.")
    return topics.begin(world, place, person, title, None, None)


def rename(world: World, who: int, where: int, thread: int, title: str) -> Topic:
    """Give a topic another name."""
    person, place, topic = _topic(world, who, where, thread)
    topics.rename(world, place, topic, person, title, None)
    return topic


def close(world: World, who: int, where: int, thread: int, *, closed: bool) -> Topic:
    """Close a topic, or open it again."""
    person, place, topic = _topic(world, who, where, thread)
    topics.close(world, place, topic, person, closed=closed)
    return topic


def delete(world: World, who: int, where: int, thread: int) -> None:
    """Take away a topic and everything in it. No bot is told of that."""
    _, place, topic = _topic(world, who, where, thread)
    topics.delete(world, place, topic)


def refuse_voices(world: World, who: int, *, refused: bool) -> None:
    """Want no voice and video notes from strangers, or want them again. No bot is told."""
    deeds.person(world, who)
    world.chats[who].voiceless = refused


def allow_reactions(world: World, where: int, emoji: list[str] | None) -> None:
    """Say with which emoji a message may be reacted to; None is all. No bot is told."""
    place = deeds.living(deeds.chat(world, where))
    place.reactions = None if emoji is None else tuple(emoji)


def told(topic: Topic) -> Json:
    """Return a topic as the control API tells it."""
    return {**topics.facts(topic), "thread": topic.id, "closed": topic.closed}


def _forum(world: World, who: int, where: int) -> tuple[Json, Chat]:
    person, place = deeds.inside(world, who, where)
    if not place.forum:
        raise WishError(f"{place.title} has no topics.")
    return user(person), place


def _topic(world: World, who: int, where: int, thread: int) -> tuple[Json, Chat, Topic]:
    person, place = _forum(world, who, where)
    if thread not in place.topics:
        raise WishError(f"There is no topic {thread} in {place.title}.")
    topic = place.topics[thread]
    if topic.creator != who and not manages(place, who):
        raise WishError(f"{name(world.people[who])} may not change the topic {topic.name}.")
    return person, place, topic

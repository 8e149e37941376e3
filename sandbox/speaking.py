"""The part of the control API that speaks: people send, edit, and meet in topics."""

from aiohttp import web

from sandbox import deeds, meetings, wishes
from sandbox.chats import Message
from sandbox.forms import told, wish
from sandbox.sayings import Album, Edit, Filed, Photo, Rest, Say, Send, Text
from sandbox.text import Json
from sandbox.world import World


class Speaker:
    """One method a call, as in ``control``."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def say(self, request: web.Request) -> web.Response:
        """Let somebody write."""
        said = await wish(request, Say)
        words = Text(kind="text", text=said.text, entities=said.entities)
        content, manner = words.content(self._world), said.manner()
        return _shown(deeds.post(self._world, said.who, said.chat, content, manner))

    async def photo(self, request: web.Request) -> web.Response:
        """Let somebody send a picture."""
        sent = await wish(request, Photo)
        picture = Filed(kind="photo", file=sent.photo, caption=sent.caption)
        content, manner = picture.content(self._world), sent.manner()
        return _shown(deeds.post(self._world, sent.who, sent.chat, content, manner))

    async def send(self, request: web.Request) -> web.Response:
        """Let somebody send anything."""
        sent = await wish(request, Send)
        content, manner = sent.what.content(self._world), sent.manner()
        return _shown(deeds.post(self._world, sent.who, sent.chat, content, manner))

    async def album(self, request: web.Request) -> web.Response:
        """Let somebody send several files at once."""
        sent = await wish(request, Album)
        items = [item.content(self._world) for item in sent.items]
        manner, hold = sent.manner(), sent.hold
        posted = deeds.album(self._world, sent.who, sent.chat, items, manner, hold=hold)
        return told(album=posted[0].album, messages=[each.shown() for each in posted])

    async def rest(self, request: web.Request) -> web.Response:
        """Tell the bot the rest of an album."""
        late = deeds.rest(self._world, (await wish(request, Rest)).album)
        return told(messages=[each.shown() for each in late])

    async def edit(self, request: web.Request) -> web.Response:
        """Let somebody change what they sent."""
        wanted = await wish(request, Edit)
        where = (self._world, wanted.who, wanted.chat, wanted.message)
        if wanted.media is not None:
            return _shown(deeds.replace(*where, wanted.media.content(self._world)))
        if wanted.location is not None:
            place = wanted.location
            return _shown(deeds.move(*where, place.latitude, place.longitude))
        return _shown(deeds.edit(*where, wanted.text or "", wanted.entities))

    async def forum(self, request: web.Request) -> web.Response:
        """Switch the topics of a group."""
        wanted = await wish(request, wishes.Forum)
        meetings.switch(self._world, wanted.chat, on=wanted.on)
        return told(on=wanted.on, topics=self._topics(wanted.chat))

    async def topic(self, request: web.Request) -> web.Response:
        """Let somebody open a topic, or change, close, reopen or delete it."""
        wanted = await wish(request, wishes.Topic)
        who, chat, thread = wanted.who, wanted.chat, wanted.thread
        if thread is None:
            topic = meetings.begin(self._world, who, chat, wanted.name or "")
            return told(topic=meetings.told(topic), topics=self._topics(chat))
        if wanted.name is not None:
            meetings.rename(self._world, who, chat, thread, wanted.name)
        if wanted.closed is not None:
            meetings.close(self._world, who, chat, thread, closed=wanted.closed)
        if wanted.deleted:
            meetings.delete(self._world, who, chat, thread)
        return told(topics=self._topics(chat))

    async def voices(self, request: web.Request) -> web.Response:
        """Let somebody want no voice and video notes."""
        wanted = await wish(request, wishes.Voices)
        meetings.refuse_voices(self._world, wanted.who, refused=wanted.refused)
        return told(refused=wanted.refused)

    async def reactions(self, request: web.Request) -> web.Response:
        """Say which reactions a chat allows."""
        wanted = await wish(request, wishes.Reactions)
        meetings.allow_reactions(self._world, wanted.chat, wanted.allowed)
        return told(allowed=wanted.allowed)

    def _topics(self, chat_id: int) -> list[Json]:
        chat = deeds.chat(self._world, chat_id)
        return [meetings.told(topic) for topic in chat.topics.values()]


def _shown(message: Message) -> web.Response:
    return told(message=message.shown())

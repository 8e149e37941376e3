"""The control API: what a person, a test or the page may do to the sandbox."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from sandbox import asking, deeds, meetings, upgrades, wishes
from sandbox.chats import Chat
from sandbox.forms import number, told, wish
from sandbox.presses import Press
from sandbox.refusals import ApiError, WishError
from sandbox.speaking import Speaker
from sandbox.text import Json
from sandbox.trouble import Trouble
from sandbox.waiting import Watch
from sandbox.watching import Observer
from sandbox.world import World, user

VISIBLE: Final = ("audio/", "image/", "video/")  #: files that the page shows

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(watch: Watch, door: str) -> list[web.RouteDef]:
    """Return the routes of the control API of one world, all of them behind *door*."""
    control, observer, trouble = Control(watch), Observer(watch), Trouble(watch.world)
    speaker = Speaker(watch.world)
    table: dict[tuple[str, str], Handler] = {
        ("GET", "world"): control.world,
        ("GET", "messages"): control.messages,
        ("GET", "commands"): control.commands,
        ("GET", "files/{file_id}"): control.file,
        ("POST", "say"): speaker.say,
        ("POST", "photo"): speaker.photo,
        ("POST", "send"): speaker.send,
        ("POST", "album"): speaker.album,
        ("POST", "album/rest"): speaker.rest,
        ("POST", "edit"): speaker.edit,
        ("POST", "forum"): speaker.forum,
        ("POST", "topic"): speaker.topic,
        ("POST", "voices"): speaker.voices,
        ("POST", "reactions"): speaker.reactions,
        ("POST", "press"): control.press,
        ("POST", "open"): control.open,
        ("POST", "member"): control.member,
        ("POST", "permissions"): control.permit,
        ("POST", "upgrade"): control.upgrade,
        ("POST", "delete"): control.delete,
        ("POST", "deactivate"): control.deactivate,
        ("POST", "block"): control.block,
        ("POST", "revoke"): trouble.revoke,
        ("POST", "restore"): trouble.restore,
        ("POST", "privacy"): control.privacy,
        ("POST", "limits"): trouble.limits,
        ("POST", "queue"): trouble.queue,
        ("GET", "webhook"): trouble.webhook,
        ("POST", "webhook"): trouble.set_pace,
        ("POST", "reset"): control.reset,
        ("GET", "faults"): trouble.faults,
        ("POST", "faults"): trouble.add_fault,
        ("DELETE", "faults"): trouble.no_faults,
        ("GET", "latency"): trouble.latency,
        ("POST", "latency"): trouble.set_latency,
        ("GET", "calls"): observer.calls,
        ("GET", "journal"): observer.journal,
        ("GET", "events"): observer.events,
        ("POST", "wait"): observer.wait,
    }
    return [
        web.route(method, f"{door}/{path}", _spoken(handler))
        for (method, path), handler in table.items()
    ]


class Control:
    """One method a call; each reads its wish, does one thing and tells what came of it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._world: World = watch.world

    async def world(self, request: web.Request) -> web.Response:
        """Tell who is where."""
        world = self._world
        return told(
            bot={**world.me, "name": world.bot.name, "privacy": world.bot.privacy},
            people=[
                {key: value for key, value in user(person).items() if key != "is_bot"}
                for person in world.people.values()
            ],
            chats=[self._chat(chat) for chat in world.chats.values()],
            limits=world.limits.on,
            revoked=world.revoked,
            seq=world.journal.seq,
            now=world.now,
        )

    def _chat(self, chat: Chat) -> Json:
        bot = chat.members[self._world.bot.id]
        members = [
            {"person": person_id, "status": member.status}
            for person_id, member in chat.members.items()
            if person_id != self._world.bot.id
        ]
        told: Json = {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title,
            "members": members,
            "bot": bot.status,
            "blocked": chat.blocked,
        }
        if chat.forum:
            told["forum"] = True
        if chat.topics:
            told["topics"] = [meetings.told(topic) for topic in chat.topics.values()]
        if chat.voiceless:
            told["voiceless"] = True
        if chat.reactions is not None:
            told["reactions"] = chat.reactions
        if chat.moved_to is not None:
            told["moved_to"] = chat.moved_to
        if chat.deleted:
            told["deleted"] = True
        if chat.deactivated:
            told["deactivated"] = True
        return told

    async def messages(self, request: web.Request) -> web.Response:
        """Tell what can be seen in a chat."""
        chat = deeds.chat(self._world, number(request, "chat"))
        after = number(request, "after", 0)
        shown = [each.shown() for each in chat.messages.values() if each.id > after]
        return told(messages=shown)

    async def commands(self, request: web.Request) -> web.Response:
        """Tell what somebody finds in the menu of commands."""
        who = deeds.person(self._world, number(request, "as"))
        chat = deeds.chat(self._world, number(request, "chat", who.id))
        commands = asking.commands_for(self._world, chat, who.id, who.language_code)
        return told(commands=commands)

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file to the page."""
        found = self._world.files.by_id(request.match_info["file_id"])
        if found is None:
            return web.json_response({"error": "There is no such file."}, status=404)
        seen = found.mime.startswith(VISIBLE) and not found.mime.startswith("image/svg")
        mime = found.mime if seen else "application/octet-stream"  # no page of somebody else's
        return web.Response(body=found.content, content_type=mime)

    async def press(self, request: web.Request) -> web.Response:
        """Let somebody press a button, and wait for what the bot says to that."""
        wanted = await wish(request, wishes.Push)
        pressed = deeds.press(self._world, wanted.who, wanted.chat, wanted.message, wanted.button)
        if not isinstance(pressed, Press):
            return told(answer=None, message=pressed.shown())
        await self._watch.until(lambda: pressed.answer is not None, wanted.wait)
        return told(answer=pressed.answer)

    async def open(self, request: web.Request) -> web.Response:
        """Let somebody follow a link into the bot."""
        wanted = await wish(request, wishes.Open)
        message = deeds.follow(self._world, wanted.who, wanted.link, wanted.chat)
        return told(message=message.shown())

    async def member(self, request: web.Request) -> web.Response:
        """Let somebody, or the bot, come, go, rise or fall."""
        wanted = await wish(request, wishes.Enrol)
        who = self._world.bot.id if wanted.person == "bot" else wanted.person
        deeds.enrol(
            self._world,
            wanted.chat,
            who,
            wanted.status,
            wanted.rights,
            by=wanted.by,
            told=wanted.told,
        )
        return told(chat=self._chat(self._world.chats[wanted.chat]))

    async def upgrade(self, request: web.Request) -> web.Response:
        """Let a group become a supergroup, or tell the bot what it was not told of that."""
        wanted = await wish(request, wishes.Upgrade)
        new = upgrades.upgrade(self._world, wanted.chat, by=wanted.by, tell=wanted.tell)
        return told(chat=self._chat(new), untold=[*self._world.chats[wanted.chat].untold])

    async def permit(self, request: web.Request) -> web.Response:
        """Say what everybody may in a group."""
        wanted = await wish(request, wishes.Permit)
        deeds.permit(self._world, wanted.chat, wanted.permissions)
        return told(permissions=self._world.chats[wanted.chat].permissions)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a group."""
        wanted = await wish(request, wishes.Delete)
        deeds.delete(self._world, wanted.chat, by=wanted.by, told=wanted.told)
        return told(chat=self._chat(self._world.chats[wanted.chat]))

    async def deactivate(self, request: web.Request) -> web.Response:
        """Let somebody give up their account."""
        wanted = await wish(request, wishes.Acted)
        deeds.deactivate(self._world, wanted.who)
        return told(chat=self._chat(self._world.chats[wanted.who]))

    async def block(self, request: web.Request) -> web.Response:
        """Let somebody block the bot, or unblock it."""
        wanted = await wish(request, wishes.Block)
        deeds.block(self._world, wanted.who, blocked=wanted.blocked)
        return told(chat=self._chat(self._world.chats[wanted.who]))

    async def privacy(self, request: web.Request) -> web.Response:
        """Switch privacy mode."""
        wanted = await wish(request, wishes.Privacy)
        self._world.set_privacy(on=wanted.on, everywhere=wanted.everywhere)
        return told(privacy=wanted.on)

    async def reset(self, request: web.Request) -> web.Response:
        """Begin anew."""
        self._world.reset()
        return told(seq=self._world.journal.seq)


def _spoken(handler: Handler) -> Handler:
    """Put what cannot be done into a sentence."""

    async def spoken(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except WishError as impossible:
            return web.json_response({"error": str(impossible)}, status=400)
        except ApiError as refused:
            return web.json_response({"error": refused.description}, status=400)

    return spoken

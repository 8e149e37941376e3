"""The control API: what a person, a test or the page may do to the sandbox."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.methods import GetWebhookInfo
from aiohttp import web
from pydantic import ValidationError

from sandbox import asking, deeds, hooks, upgrades, watching, wishes
from sandbox.chats import Chat
from sandbox.faults import Fault
from sandbox.files import sample
from sandbox.presses import Press
from sandbox.refusals import ApiError, WishError
from sandbox.text import Json
from sandbox.waiting import Watch
from sandbox.world import World, user

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SomeWish = TypeVar("SomeWish", bound=wishes.Wish)


def routes(watch: Watch, door: str) -> list[web.RouteDef]:
    """Return the routes of the control API of one world, all of them behind *door*."""
    control, observer = Control(watch), watching.Observer(watch)
    table: dict[tuple[str, str], Handler] = {
        ("GET", "world"): control.world,
        ("GET", "messages"): control.messages,
        ("GET", "commands"): control.commands,
        ("GET", "files/{file_id}"): control.file,
        ("POST", "say"): control.say,
        ("POST", "photo"): control.photo,
        ("POST", "edit"): control.edit,
        ("POST", "press"): control.press,
        ("POST", "open"): control.open,
        ("POST", "member"): control.member,
        ("POST", "permissions"): control.permit,
        ("POST", "upgrade"): control.upgrade,
        ("POST", "delete"): control.delete,
        ("POST", "deactivate"): control.deactivate,
        ("POST", "block"): control.block,
        ("POST", "revoke"): control.revoke,
        ("POST", "restore"): control.restore,
        ("POST", "privacy"): control.privacy,
        ("POST", "limits"): control.limits,
        ("POST", "queue"): control.queue,
        ("GET", "webhook"): control.webhook,
        ("POST", "webhook"): control.set_pace,
        ("POST", "reset"): control.reset,
        ("GET", "faults"): control.faults,
        ("POST", "faults"): control.add_fault,
        ("DELETE", "faults"): control.no_faults,
        ("GET", "calls"): observer.calls,
        ("GET", "events"): observer.events,
        ("POST", "wait"): observer.wait,
    }
    return [
        web.route(method, f"{door}/{path}", _spoken(handler))
        for (method, path), handler in table.items()
    ]


async def wish(request: web.Request, kind: type[SomeWish]) -> SomeWish:
    """Read the body of a request.

    Raises:
        WishError: it is not what the call takes; the text says where.

    """
    try:
        return kind.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WishError(f"{place or 'The body'}: {first['msg']}.") from error


def number(request: web.Request, key: str, otherwise: int | None = None) -> int:
    """Read a number from the address of a request."""
    given = request.query.get(key, otherwise)
    try:
        return int(given)  # type: ignore[arg-type] # None is a TypeError, which is meant
    except (TypeError, ValueError) as error:
        raise WishError(f"{key} is a number.") from error


class Control:
    """One method a call; each reads its wish, does one thing and tells what came of it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._world: World = watch.world

    async def world(self, request: web.Request) -> web.Response:
        """Tell who is where."""
        world = self._world
        return _told(
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
        return _told(messages=shown)

    async def commands(self, request: web.Request) -> web.Response:
        """Tell what somebody finds in the menu of commands."""
        who = deeds.person(self._world, number(request, "as"))
        chat = deeds.chat(self._world, number(request, "chat", who.id))
        commands = asking.commands_for(self._world, chat, who.id, who.language_code)
        return _told(commands=commands)

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file to the page."""
        found = self._world.files.by_id(request.match_info["file_id"])
        if found is None:
            return web.json_response({"error": "There is no such file."}, status=404)
        return web.Response(body=found.content, content_type=found.mime)

    async def say(self, request: web.Request) -> web.Response:
        """Let somebody write."""
        said = await wish(request, wishes.Say)
        message = deeds.say(
            self._world,
            said.who,
            said.chat,
            said.text,
            reply_to=said.reply_to,
            entities=said.entities,
            quote=said.quote,
            anonymous=said.anonymous,
        )
        return _told(message=message.shown())

    async def photo(self, request: web.Request) -> web.Response:
        """Let somebody send a picture."""
        sent = await wish(request, wishes.Photo)
        try:
            content = sample() if sent.photo == "sample" else b64decode(sent.photo, validate=True)
        except ValueError as error:
            raise WishError("photo is base64, or 'sample'.") from error
        message = deeds.show(
            self._world,
            sent.who,
            sent.chat,
            content,
            caption=sent.caption,
            reply_to=sent.reply_to,
            anonymous=sent.anonymous,
        )
        return _told(message=message.shown())

    async def edit(self, request: web.Request) -> web.Response:
        """Let somebody change what they wrote."""
        wanted = await wish(request, wishes.Edit)
        message = deeds.edit(self._world, wanted.who, wanted.chat, wanted.message, wanted.text)
        return _told(message=message.shown())

    async def press(self, request: web.Request) -> web.Response:
        """Let somebody press a button, and wait for what the bot says to that."""
        wanted = await wish(request, wishes.Push)
        pressed = deeds.press(self._world, wanted.who, wanted.chat, wanted.message, wanted.button)
        if not isinstance(pressed, Press):
            return _told(answer=None, message=pressed.shown())
        await self._watch.until(lambda: pressed.answer is not None, wanted.wait)
        return _told(answer=pressed.answer)

    async def open(self, request: web.Request) -> web.Response:
        """Let somebody follow a link into the bot."""
        wanted = await wish(request, wishes.Open)
        message = deeds.follow(self._world, wanted.who, wanted.link, wanted.chat)
        return _told(message=message.shown())

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
        return _told(chat=self._chat(self._world.chats[wanted.chat]))

    async def upgrade(self, request: web.Request) -> web.Response:
        """Let a group become a supergroup, or tell the bot what it was not told of that."""
        wanted = await wish(request, wishes.Upgrade)
        new = upgrades.upgrade(self._world, wanted.chat, by=wanted.by, tell=wanted.tell)
        return _told(chat=self._chat(new), untold=[*self._world.chats[wanted.chat].untold])

    async def permit(self, request: web.Request) -> web.Response:
        """Say what everybody may in a group."""
        wanted = await wish(request, wishes.Permit)
        deeds.permit(self._world, wanted.chat, wanted.permissions)
        return _told(permissions=self._world.chats[wanted.chat].permissions)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a group."""
        wanted = await wish(request, wishes.Delete)
        deeds.delete(self._world, wanted.chat, by=wanted.by, told=wanted.told)
        return _told(chat=self._chat(self._world.chats[wanted.chat]))

    async def deactivate(self, request: web.Request) -> web.Response:
        """Let somebody give up their account."""
        wanted = await wish(request, wishes.Acted)
        deeds.deactivate(self._world, wanted.who)
        return _told(chat=self._chat(self._world.chats[wanted.who]))

    async def block(self, request: web.Request) -> web.Response:
        """Let somebody block the bot, or unblock it."""
        wanted = await wish(request, wishes.Block)
        deeds.block(self._world, wanted.who, blocked=wanted.blocked)
        return _told(chat=self._chat(self._world.chats[wanted.who]))

    async def revoke(self, request: web.Request) -> web.Response:
        """Make the bot's token worthless."""
        await wish(request, wishes.Nothing)
        deeds.revoke(self._world)
        return _told(revoked=True)

    async def restore(self, request: web.Request) -> web.Response:
        """Let the bot's token count again."""
        await wish(request, wishes.Nothing)
        deeds.restore(self._world)
        return _told(revoked=False)

    async def privacy(self, request: web.Request) -> web.Response:
        """Switch privacy mode."""
        wanted = await wish(request, wishes.Privacy)
        self._world.set_privacy(on=wanted.on, everywhere=wanted.everywhere)
        return _told(privacy=wanted.on)

    async def limits(self, request: web.Request) -> web.Response:
        """Switch the rate limits."""
        self._world.limits.on = (await wish(request, wishes.Limits)).on
        return _told(on=self._world.limits.on)

    async def queue(self, request: web.Request) -> web.Response:
        """Begin a new numbering of updates, or give one update again."""
        wanted, queue = await wish(request, wishes.Queue), self._world.queue
        if wanted.again is not None and not queue.repeat(wanted.again):
            raise WishError(f"Update {wanted.again} is not known any more.")
        if wanted.last is not None:
            queue.repeat_last(wanted.last)
        if wanted.numbering is not None:
            queue.renumber(None if wanted.numbering == "new" else wanted.numbering)
        return _told(next=queue.next_id, pending=len(queue))

    async def webhook(self, request: web.Request) -> web.Response:
        """Tell where updates are posted to, and how that goes."""
        told = hooks.told(self._world, GetWebhookInfo())
        attempts = self._world.journal.attempts.after(number(request, "after", 0))
        pace = self._world.webhook.pace
        return _told(**told, pace=pace, attempts=[attempt.told() for attempt in attempts])

    async def set_pace(self, request: web.Request) -> web.Response:
        """Say how fast time goes between two tries to reach the webhook."""
        self._world.webhook.pace = (await wish(request, wishes.Webhook)).pace
        return await self.webhook(request)

    async def reset(self, request: web.Request) -> web.Response:
        """Begin anew."""
        self._world.reset()
        return _told(seq=self._world.journal.seq)

    async def faults(self, request: web.Request) -> web.Response:
        """Tell which faults are still to happen."""
        return _told(faults=[fault.told() for fault in self._world.faults.waiting])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Let calls go wrong."""
        try:
            given = await request.json()
        except ValueError as error:
            raise WishError("The body is no JSON.") from error
        if not isinstance(given, dict):
            raise WishError("A fault is an object.")
        self._world.faults.waiting.append(Fault.parse(given))
        return await self.faults(request)

    async def no_faults(self, request: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self._world.faults.waiting.clear()
        return await self.faults(request)


def _told(**facts: object) -> web.Response:
    return web.json_response(facts)


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

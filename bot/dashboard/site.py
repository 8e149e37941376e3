"""The dashboard as it is served: the ways in and out, and the pages, each with the same headers."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.dashboard import case, health, now, partners, settlement, spent
from bot.dashboard.doors import Doors, Visitor
from bot.dashboard.pages import Asked, Missing, Page, View
from bot.dashboard.proof import LARGEST
from handlers import refusals
from handlers.files import as_csv, as_xlsx, aside
from relay import visits
from relay.language import DEFAULT, LANGUAGES, Gettext, known, speak
from relay.refusals import Refusal
from relay.sheets import Cell
from relay.store import Database, Trouble
from relay.store.database import LOOKERS
from relay.tables import Party

log = logging.getLogger(__name__)

#: All pages, as the navigation lists them.
PAGES: Final = (now.PAGE, case.PAGE, partners.PAGE, spent.PAGE, settlement.PAGE, health.PAGE)

HERE: Final = Path(__file__).parent
FILES: Final = {
    "site.css": "text/css",
    "site.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECRET: Final = "[A-Za-z0-9_-]{22}"  # noqa: S105 - its shape
SHAPE: Final = f"/{{bot:[0-9]{{1,18}}}}/enter/{{secret:{SECRET}}}"

SEATS: Final = LOOKERS // 2  #: pages that are made at once: chats are looked up beside them
PATIENCE: Final = 20  #: seconds in which a page has to get its turn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """The pages behind the *doors*."""

    def __init__(self, doors: Doors, database: Database) -> None:
        self._doors, self._database = doors, database
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"LANGUAGES": LANGUAGES}
        self._seats = asyncio.Semaphore(SEATS)
        self._files = {name: (HERE / "static" / name).read_bytes() for name in FILES}

    def routes(self) -> list[web.RouteDef]:
        """Return all there is, below ``/dashboard``."""
        bot = "/{bot:[0-9]{1,18}}"
        return [
            web.get("", self.beginning),
            web.get("/static/{name}", self.file),
            web.get(bot, self.front),
            web.post(bot + "/enter", self.vouched),
            web.get(SHAPE, self.door),
            web.post(SHAPE, self.come),
            web.post(bot + "/leave", self.leave),
            web.post(bot + "/language", self.language),
            web.get(bot + "/{page}", self.page),
            web.get(bot + "/{party}/{page}", self.page),
        ]

    # The ways in and out

    async def file(self, request: web.Request) -> web.Response:
        """Return a file of ours that pages name."""
        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type=FILES[name], charset="utf-8")

    async def beginning(self, request: web.Request) -> web.Response:
        """Lead to the one bot there is; of several each has an address of its own."""
        if len(self._doors.bots) != 1:
            raise web.HTTPNotFound
        return elsewhere(f"/dashboard/{next(iter(self._doors.bots))}")

    async def front(self, request: web.Request) -> web.Response:
        """Begin: a Mini App brings Telegram's word along, where the server cannot see it."""
        bot = self._bot(request)
        visitor = await self._visitor(request)
        to = home(bot, visitor) if visitor else ""
        _ = speak(visitor.language if visitor else preferred(request))
        return self._shown("front.html", _, bot=bot, to=to)

    async def vouched(self, request: web.Request) -> web.Response:
        """Let somebody in whom Telegram vouches for; the answer says where to go."""
        bot = self._bot(request)
        self._same_origin(request)
        raw = b""
        async for piece in request.content.iter_chunked(LARGEST):
            raw += piece
            if len(raw) > LARGEST:
                break
        secret = await self._doors.vouched(bot, raw.decode("utf-8", "replace"))
        return await self._in(request, bot, secret, as_json=True)

    async def door(self, request: web.Request) -> web.Response:
        """Show the button that uses a link up: whatever only looks at the address does not."""
        bot = self._bot(request)
        self._heard(request)
        language = await self._doors.invited(bot, request.match_info["secret"])
        if language is None:
            self._wrong(request)
            return self._shut(request)
        return self._shown("door.html", speak(language), bot=bot)

    async def come(self, request: web.Request) -> web.Response:
        """Let somebody in by their link."""
        bot = self._bot(request)
        self._same_origin(request)
        self._heard(request)
        secret = await self._doors.come(bot, request.match_info["secret"])
        return await self._in(request, bot, secret)

    async def leave(self, request: web.Request) -> web.Response:
        """Let somebody out."""
        bot = self._bot(request)
        await self._meant(request)
        await self._doors.leave(bot, request.cookies[cookie(bot)])
        answer = elsewhere(f"/dashboard/{bot}")
        answer.del_cookie(cookie(bot), path="/dashboard")
        return answer

    async def language(self, request: web.Request) -> web.Response:
        """Let somebody read another language, on the page where they are."""
        bot = self._bot(request)
        form = await self._meant(request)
        await self._doors.speak(bot, request.cookies[cookie(bot)], str(form.get("language", "")))
        back = str(form.get("back", ""))
        ours = back.startswith(f"/dashboard/{bot}/") and "\\" not in back and back.isprintable()
        return elsewhere(back if ours else f"/dashboard/{bot}")

    async def _in(
        self, request: web.Request, bot: int, secret: str | None, *, as_json: bool = False
    ) -> web.Response:
        """Answer who wanted in: with what their browser keeps, and where to go."""
        visitor = await self._doors.visitor(bot, secret) if secret else None
        if secret is None or visitor is None:
            if secret is None:
                self._wrong(request)
            return web.json_response({}, status=403) if as_json else self._shut(request)
        to = home(bot, visitor)
        answer = web.json_response({"to": to}) if as_json else elsewhere(to)
        answer.set_cookie(
            cookie(bot),
            secret,
            max_age=int(visits.LONGEST.total_seconds()),
            path="/dashboard",
            httponly=True,
            secure=self._doors.secure,
            samesite="Strict",
        )
        return answer

    # Pages

    async def page(self, request: web.Request) -> web.Response:
        """Show a page, a part of it, or what can be taken along of it."""
        visitor = await self._visitor(request)
        if visitor is None:
            return self._shut(request)
        of_party = "party" in request.match_info
        party = visitor.leads(request.match_info["party"]) if of_party else None
        page = allowed(request.match_info["page"], visitor, party, of_party=of_party)
        async with asyncio.timeout(PATIENCE):  # what takes longer is trouble of the database
            await self._seats.acquire()
        try:
            return await self._made(request, visitor, party, page)
        finally:
            self._seats.release()

    async def _made(
        self, request: web.Request, visitor: Visitor, party: Party | None, page: Page
    ) -> web.Response:
        """Make a page, a part of it, or a file."""
        bot, query = self._bot(request), request.query
        _ = speak(visitor.language, party.timezone if party else "UTC")
        async with self._database.look(bot) as store:
            asked = Asked(store, visitor, party, query, self._doors.operators, _)
            try:
                view = await page.find(asked)
            except Refusal as refusal:
                return self._shown("trouble.html", _, 400, said=refusals.words(refusal, _))
            moment = store.now
        if "as" in query:
            answer, name = await taken(view, query, party, page, moment)
            async with self._database.transaction(bot) as store:
                await store.exported(party.id if party else None, visitor.address, name)
            return answer
        facts = {
            "asked": asked,
            "bot": bot,
            "cell": lambda value: words(value, moment, _),
            "unit_free": lambda value: unit_free(value, _),
            "here": request.path_qs,
            "home": home(bot, visitor),
            "page": page,
            "pages": pages(visitor, party),
            "party": party,
            "take": lambda **more: address(request, more),
            "view": view,
            "visitor": visitor,
            **view.facts,
        }
        if page.live and query.get("part") == "live":
            return self._part(request, f"{page.name}_live.html", _, facts)
        return self._shown(f"{page.name}.html", _, **facts)

    def _part(
        self, request: web.Request, template: str, _: Gettext, facts: dict[str, Any]
    ) -> web.Response:
        """Return a part of a page, unless the browser has just that."""
        text = self._templates.get_template(template).render(_=_, **facts)
        tag = f'"{blake2b(text.encode(), digest_size=12).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(
            text=text, content_type="text/html", charset="utf-8", headers={"ETag": tag}
        )

    def _shown(self, template: str, _: Gettext, status: int = 200, **facts: Any) -> web.Response:
        """Return a page."""
        text = self._templates.get_template(template).render(_=_, **facts)
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

    def _shut(self, request: web.Request) -> web.Response:
        """Say how to come in."""
        _ = speak(preferred(request))
        return self._shown("front.html", _, 401, bot=self._bot(request), to="")

    # Who it is, and whether they mean it

    def _bot(self, request: web.Request) -> int:
        bot = int(request.match_info["bot"])
        if bot not in self._doors.bots:
            raise web.HTTPNotFound
        return bot

    async def _visitor(self, request: web.Request) -> Visitor | None:
        bot = self._bot(request)
        secret = request.cookies.get(cookie(bot))
        if secret is None:
            return None
        visitor = await self._doors.visitor(bot, secret)
        if visitor is None:  # who is in is not kept out by whatever others try
            self._heard(request)
            self._wrong(request)
        return visitor

    async def _meant(self, request: web.Request) -> Any:
        """Return what a visitor sent with a form of ours; nobody else can have made them send it.

        Raises:
            HTTPForbidden: it was not one of ours.
            HTTPBadRequest: it is no form.
        """
        self._same_origin(request)
        visitor = await self._visitor(request)
        if visitor is None:
            raise web.HTTPForbidden
        try:
            form = await request.post()
        except (ValueError, LookupError, HttpProcessingError):
            raise web.HTTPBadRequest from None
        told = str(form.get("form", "")).encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(told, visitor.token.encode()):
            raise web.HTTPForbidden
        return form

    def _same_origin(self, request: web.Request) -> None:
        """Refuse what another site makes a browser send.

        Under our referrer policy a browser does not name the origin of a form, and says ``null``:
        then it says itself whether the form was ours, in a header that no page can set.
        """
        origin = request.headers.get("Origin")
        ours = origin == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin"
        if origin != self._doors.url and not ours:
            raise web.HTTPForbidden

    def _heard(self, request: web.Request) -> None:
        """Refuse whoever has guessed too often."""
        if self._doors.guesses.many(peer(request), self._database.clock()):
            raise web.HTTPTooManyRequests

    def _wrong(self, request: web.Request) -> None:
        self._doors.guesses.wrong(peer(request), self._database.clock())

    # Whatever happens

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let every answer have the headers, and an error no details."""
        answer: web.StreamResponse
        try:
            answer = await handler(request)
        except Missing:
            answer = self._trouble(request, 404)
        except web.HTTPException as error:
            answer = self._trouble(request, error.status)
        except Trouble as trouble:
            log.warning("a page cannot be shown: %s", type(trouble).__name__)
            answer = self._trouble(request, 503)
        except Exception as error:  # whatever it is, nobody is told what
            log.error("a page failed: %s", type(error).__name__, exc_info=True)
            answer = self._trouble(request, 500)
        answer.headers.update(HEADERS)
        return answer

    def _trouble(self, request: web.Request, status: int) -> web.Response:
        _ = speak(preferred(request))
        return self._shown("trouble.html", _, status, said=trouble_words(status, _))


def elsewhere(to: str) -> web.Response:
    """Send a browser to another page of ours."""
    return web.Response(status=303, headers={"Location": to})


def application(doors: Doors, database: Database) -> web.Application:
    """Return the dashboard, to be served below ``/dashboard``."""
    site = Site(doors, database)
    made = web.Application(middlewares=[site.guard])
    made.add_routes(site.routes())
    return made


def allowed(name: str, visitor: Visitor, party: Party | None, *, of_party: bool) -> Page:
    """Return a page that a visitor may see.

    Raises:
        Missing: there is none, or it is not for them.
    """
    page = next((each for each in PAGES if (each.name, each.of_party) == (name, of_party)), None)
    if page is None or (of_party and party is None) or not (of_party or visitor.operator):
        raise Missing
    return page


def pages(visitor: Visitor, party: Party | None) -> list[Page]:
    """Return the pages that the navigation lists."""
    return [each for each in PAGES if (party if each.of_party else visitor.operator)]


def home(bot: int, visitor: Visitor) -> str:
    """Return the address of the first page that a visitor may see."""
    if visitor.parties:
        return f"/dashboard/{bot}/{visitor.parties[0].key}/{PAGES[0].name}"
    return f"/dashboard/{bot}/{health.PAGE.name}"


async def taken(
    view: View, query: Any, party: Party | None, page: Page, moment: datetime
) -> tuple[web.Response, str]:
    """Return the tables of a page as a file: one as text, or all as a spreadsheet; and its name.

    Raises:
        Missing: there is no such table, or no such form.
    """
    zone = party.timezone if party else "UTC"
    tables = [*view.tables.values()]
    match query["as"]:
        case "csv" if found := view.tables.get(
            query.get("table", tables[0].name if tables else "")
        ):
            body, kind = await aside(partial(as_csv, found.sheet, zone)), "text/csv"
        case "xlsx" if tables:
            sheets = [each.sheet for each in tables]
            body, kind = await aside(partial(as_xlsx, sheets, zone)), XLSX
        case _:
            raise Missing
    whose = f"-{party.code}" if party else ""
    name = f"{page.name}{whose}-{moment:%Y-%m-%d}.{query['as']}"
    answer = web.Response(
        body=body,
        content_type=kind,
        charset="utf-8" if kind == "text/csv" else None,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return answer, name


def address(request: web.Request, more: dict[str, str]) -> str:
    """Return the address of the page that is shown, with something more behind it."""
    return str(request.rel_url.without_query_params("part").update_query(more))


def words(cell: Cell, moment: datetime, _: Gettext) -> str:
    """Return what stands in a cell, in words."""
    match cell:
        case None:
            return ""
        case datetime():
            return _.moment(cell, moment).plain
        case timedelta():
            return _.duration(cell)
        case Decimal():
            return _.amount(cell)
        case _:
            return str(cell)


def unit_free(title: str, _: Gettext) -> str:
    """Return a title of a sheet as a page has it: there, durations name their units themselves."""
    return title.removesuffix(_("{what}, h").format(what=""))


def cookie(bot: int) -> str:
    """Return under which name a browser keeps the secret of a visit."""
    return f"baton-{bot}"


def peer(request: web.Request) -> str:
    """Return who speaks to us; what they say of themselves in headers does not count."""
    return request.remote or ""


def preferred(request: web.Request) -> str:
    """Return the language that a browser asks for, if nobody is known to be there."""
    return known(request.headers.get("Accept-Language", DEFAULT).split(",")[0])


def trouble_words(status: int, _: Gettext) -> str:
    """Say what went wrong, and what to do."""
    match status:
        case 404:
            return _(
                "There is no such page, or it is not for you. Please go back to the beginning."
            )
        case 403:
            return _(
                "That did not come from a page of ours, or the page is old. Please load it again."
            )
        case 429:
            return _("Too many links that nobody was given were tried. Please wait a minute.")
        case 503:
            return _("The database does not answer just now. Please try again in a minute.")
        case 500:
            return _("Something went wrong on our side. The log says what; please try again later.")
        case _:
            return _("That cannot be done here.")

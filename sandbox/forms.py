"""Reading what is asked of the control API, and telling what came of it."""

from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from sandbox.refusals import WishError
from sandbox.wishes import Wish

SomeWish = TypeVar("SomeWish", bound=Wish)


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


def told(**facts: object) -> web.Response:
    """Return the answer that holds these facts."""
    return web.json_response(facts)

"""How updates find their handlers."""

from collections.abc import Iterator

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject

from handlers import router


def handlers_of(root: Router) -> Iterator[HandlerObject]:
    """Return all handlers."""
    for observer in root.observers.values():
        yield from observer.handlers
        yield HandlerObject(lambda: None, observer._handler.filters)
    for below in root.sub_routers:
        yield from handlers_of(below)


def test_no_filter_is_asked_in_a_thread_of_its_own() -> None:
    found = list(handlers_of(router()))

    filters = [each for handler in found for each in handler.filters or ()]
    assert len(filters) > 40
    assert [each.callback for each in filters if not each.awaitable] == []

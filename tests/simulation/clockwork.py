"""A loop whose time is virtual: when nothing is ready it jumps to the next moment that matters.

Everything in it is in one order, whatever the machine does: there are no threads, no sockets,
and tasks are told apart by the order in which they were made.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import selectors
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Protocol


class Owner(Protocol):
    """A process of the simulation: it is told of every task that is made within it."""

    dead: bool
    put_off: list[asyncio.Handle] | None  #: what it would do if it did not stand still; or None

    def adopts(self, task: asyncio.Task[Any]) -> None: ...


#: The process in which code runs; none: people, the messenger, the judge.
OWNER: contextvars.ContextVar[Owner | None] = contextvars.ContextVar("owner", default=None)


class Stuck(Exception):
    """Everybody waits for somebody else, and no time will ever change that."""


class Task(asyncio.Task[Any]):
    """A task with a number, so that sets of tasks have one order."""

    number = 0

    def __init__(self, coro: Any, *, loop: Any, **options: Any) -> None:
        Task.number += 1
        self._place = Task.number
        super().__init__(coro, loop=loop, **options)

    def __hash__(self) -> int:
        return self._place


class Gate:
    """What a handle does before it runs: that of a process which stands still waits."""

    _context: contextvars.Context

    def _run(self) -> None:
        owner = self._context.get(OWNER)
        if owner is None or owner.put_off is None:
            super()._run()  # type: ignore[misc] # of a handle
        else:
            owner.put_off.append(self)  # type: ignore[arg-type]


class Handle(Gate, asyncio.Handle):
    """A step of some task."""


class Timer(Gate, asyncio.TimerHandle):
    """A step of some task, at a moment."""


class Skipping(selectors.SelectSelector):
    """Waits for nothing: the time passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck
        self.now += timeout
        return []


class Loop(asyncio.SelectorEventLoop):
    """The loop of one seed."""

    def __init__(self) -> None:
        self._time = Skipping()
        super().__init__(self._time)
        self._clock_resolution = 1e-6
        self.outside = contextvars.copy_context()
        self.set_task_factory(make)
        Task.number = 0

    def time(self) -> float:
        return self._time.now

    def go_on(self, put_off: list[asyncio.Handle]) -> None:
        """Do what a process has put off, as one does that wakes: all of it, in order."""
        self._ready.extend(put_off)  # type: ignore[attr-defined]

    def _call_soon(
        self, callback: Any, args: Any, context: contextvars.Context | None
    ) -> asyncio.Handle:
        handle = Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def call_at(  # type: ignore[override] # of any kind of function
        self,
        when: float,
        callback: Any,
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    def run_in_executor(  # type: ignore[override] # of one kind of function
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Do at once what would be done by a thread: libraries hand short functions to them."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def make(
    loop: asyncio.AbstractEventLoop,
    coro: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    *,
    context: contextvars.Context | None = None,
) -> Task:
    """Make a task, and let the process it belongs to know of it."""
    options = {} if context is None else {"context": context}
    task = Task(coro, loop=loop, **options)
    owner = OWNER.get() if context is None else context.get(OWNER)
    if owner is not None:
        owner.adopts(task)
    return task

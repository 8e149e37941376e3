"""Processes of ours, forked from one that has read all modules: a start takes no seconds.

``python -m tests.nursery FD`` waits at a socket for orders. A child is what ``python -u -m MODULE``
would be: a process with arguments, surroundings, a folder and an output of its own, that ends and
dies as any other. Some tests start Python itself, and see that this comes to the same.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import importlib
import io
import json
import os
import random
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
READ: Final = ("bot.cli", "sandbox.__main__")  #: once, for all who are forked
LONGEST: Final = 2**16  #: bytes of one order


class Child:
    """A process that runs: what tests need of ``asyncio.subprocess.Process``."""

    def __init__(self, stdout: asyncio.StreamReader, news: asyncio.StreamReader, pid: int) -> None:
        self.stdout, self.pid = stdout, pid
        self.returncode: int | None = None
        self._ending = asyncio.create_task(self._end(news))

    async def _end(self, news: asyncio.StreamReader) -> int:
        self.returncode = int(await news.read())
        return self.returncode

    def send_signal(self, which: int) -> None:
        """Send a signal; who is gone does not hear it."""
        if self.returncode is None:
            os.kill(self.pid, which)

    async def wait(self) -> int:
        """Wait for the end, and return the exit code; that of a signal is below 0."""
        return await asyncio.shield(self._ending)


async def start(module: str, *arguments: str, folder: Path, env: dict[str, str]) -> Child:
    """Start a module whose errors are part of its output."""
    output, news = order(module, *arguments, folder=folder, env=env)
    stdout, told = await reader(output), await reader(news)
    return Child(stdout, told, int(await told.readline()))


async def reader(end: int) -> asyncio.StreamReader:
    """Return what reads from the end of a pipe."""
    made = asyncio.StreamReader()
    pipe = os.fdopen(end, "rb")
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(made), pipe
    )
    return made


def run(module: str, *arguments: str, folder: Path, env: dict[str, str]) -> tuple[int, str]:
    """Run a module to its end; return its exit code, and all that it wrote."""
    output, news = order(module, *arguments, folder=folder, env=env)
    with os.fdopen(output) as written, os.fdopen(news) as told:
        said = written.read()
        return int(told.read().split()[1]), said


def order(module: str, *arguments: str, folder: Path, env: dict[str, str]) -> tuple[int, int]:
    """Let a child be forked; return the ends of two pipes: what it writes, and what becomes of it.

    The latter is two lines: its number, and its exit code.
    """
    output, writes = os.pipe()
    news, tells = os.pipe()
    told = {"module": module, "arguments": arguments, "folder": str(folder), "env": env}
    socket.send_fds(opened(), [json.dumps(told).encode()], [writes, tells])
    os.close(writes)
    os.close(tells)
    return output, news


@cache
def opened() -> socket.socket:
    """Return where the one nursery of this process takes orders; it ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    atexit.register(over, ours, nursery)
    return ours


def over(orders: socket.socket, nursery: subprocess.Popen[bytes]) -> None:
    """Order nothing any more."""
    orders.close()
    nursery.wait()


def main() -> None:
    """Fork whatever is ordered, until nobody is there to order; in a child, be that."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    for name in READ:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    bell, ringing = os.pipe()
    os.set_blocking(ringing, False)
    signal.set_wakeup_fd(ringing)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever runs the tests ends them
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([orders.fileno(), bell], [], [])
        if bell in ready:
            os.read(bell, LONGEST)
            reap(running)
        if orders.fileno() not in ready:
            continue
        told, ends, _, _ = socket.recv_fds(orders, LONGEST, 2)
        if not told:
            return
        writes, tells = ends
        child = os.fork()
        if not child:
            signal.set_wakeup_fd(-1)
            for each in (orders.fileno(), bell, ringing, tells, *running.values()):
                os.close(each)
            orders.detach()
            become(json.loads(told), writes)
            return
        os.close(writes)
        os.write(tells, f"{child}\n".encode())
        running[child] = tells


def reap(running: dict[int, int]) -> None:
    """Tell how those have ended who have."""
    for child in [*running]:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            tells = running.pop(child)
            os.write(tells, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os.close(tells)


def become(told: dict[str, Any], writes: int) -> None:
    """Be a process of Python that runs a module."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, each in enumerate((nothing, writes, writes)):
        os.dup2(each, number)
    os.close(nothing)
    os.close(writes)
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(line_buffering=True, write_through=True)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["env"])
    time.tzset()
    random.seed()
    sys.argv = [told["module"], *told["arguments"]]
    runpy.run_module(told["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

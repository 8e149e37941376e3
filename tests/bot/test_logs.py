"""Logs: what is no HTTP is not quoted in them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import logs

SECRET = "SecretOfALink123456789"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, server = logging.getLogger(), logging.getLogger("aiohttp.server")
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], server.filters[:] = handlers, []
    root.setLevel(level)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("rest", ["HTTP/1.1\r\nno header\r\n\r\n", "HTTP/9\r\n\r\n", "x\r\n\r\n"])
async def test_what_is_no_http_is_not_quoted(rest: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("console", "DEBUG")
    server = TestServer(web.Application())
    await server.start_server(access_log=None)

    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET /dashboard/42/enter/{SECRET} {rest}".encode())
    assert b" 400 " in await reader.readline()
    writer.close()
    await server.close()

    assert SECRET not in capsys.readouterr().err

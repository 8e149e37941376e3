"""A window of a browser, as far as it takes to read pages and to send forms."""

from __future__ import annotations

import html
import re
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar

TAGS = re.compile(r"<[^>]*>")


class Window:
    """It keeps cookies, follows nothing by itself, and sends forms as a browser does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = ClientSession(url, cookie_jar=CookieJar(unsafe=True))

    async def close(self) -> None:
        await self._http.close()

    @property
    def cookies(self) -> dict[str, str]:
        return {each.key: each.value for each in self._http.cookie_jar}

    def keeps(self, cookies: dict[str, str]) -> None:
        """Let it have cookies, wherever they are from."""
        self._http.cookie_jar.update_cookies(cookies)

    async def opens(self, path: str, **headers: str) -> ClientResponse:
        return await self._http.get(path, headers=headers, allow_redirects=False)

    async def posts(
        self, path: str, data: Any = None, *, origin: str | None = "ours", **headers: str
    ) -> ClientResponse:
        """Send a form from a page of ours, or from elsewhere."""
        if origin:
            headers["Origin"] = self.url if origin == "ours" else origin
        return await self._http.post(path, data=data, headers=headers, allow_redirects=False)

    async def reads(self, path: str, status: int = 200) -> str:
        """Return what is to be read on a page, without its tags."""
        return words(await self.source(path, status))

    async def source(self, path: str, status: int = 200) -> str:
        """Return a page."""
        answer = await self.opens(path)
        text = await answer.text()
        assert answer.status == status, text
        return text

    async def token(self, path: str) -> str:
        """Return what a form on a page carries."""
        found = re.search(r'name="form" value="([0-9a-f]{64})"', await self.source(path))
        assert found
        return found[1]


def words(source: str) -> str:
    """Return what can be read of a page."""
    body = source[source.index("<body") :] if "<body" in source else source
    return " ".join(html.unescape(TAGS.sub(" ", body)).split())

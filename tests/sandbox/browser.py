"""The page of the sandbox as people use it: chats side by side in one window."""

from typing import Any, Final

from playwright.async_api import Locator

from tests.browser.chromium import Tab

#: Records a canvas for a moment.
FILM: Final = """async () => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 160, height: 120});
    const pen = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(), {mimeType: 'video/webm'});
    const pieces = [];
    const done = new Promise(done => { recorder.onstop = done; });
    recorder.ondataavailable = ({data}) => pieces.push(data);
    recorder.start();
    for (let at = 0; at < 20; at++) {
        pen.fillStyle = `hsl(${at * 18} 60% 50%)`;
        pen.fillRect(0, 0, 160, 120);
        await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await done;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
}"""


class Screen(Tab):
    """The sandbox in one window."""

    async def opens(self, url: str) -> None:
        """Open the page, and wait until it is live."""
        await self.page.goto(url)
        await self.live()

    async def live(self) -> None:
        """Wait until the page follows what happens."""
        await self.page.locator("html[data-wire=live]").wait_for()

    async def picks(self, label: str) -> None:
        """Choose from the menu that is open."""
        await self.page.get_by_role("menuitem", name=label, exact=True).click()

    async def fills(self, verb: str, words: dict[str, str]) -> None:
        """Fill in the form that is open, and do what it is for."""
        form = self.page.get_by_role("dialog")
        for label, text in words.items():
            await form.get_by_label(label).fill(text)
        await form.get_by_role("button", name=verb).click()

    async def films(self) -> str:
        """Make a short film, and return it as base64."""
        return str(await self.page.evaluate(FILM))

    def chat(self, title: str) -> "Window":
        """Return the chat of that title."""
        return Window(self.page.get_by_role("region", name=title, exact=True))


class Window:
    """One chat on the screen."""

    def __init__(self, place: Locator) -> None:
        self.place = place
        self.field = place.get_by_role("textbox")
        self.badge = place.locator(".head .badge")
        self.alert = place.get_by_role("alertdialog")

    def bubble(self, text: str) -> Locator:
        """Return the message that has this text."""
        return self.place.get_by_role("article").filter(has_text=text)

    def words(self, text: str) -> Locator:
        """Return the words of a message, if they are exactly these."""
        return self.place.locator(".words").get_by_text(text, exact=True)

    def button(self, label: str, **more: Any) -> Locator:
        """Return a button of the chat."""
        return self.place.get_by_role("button", name=label, **more)

    def toast(self, text: str) -> Locator:
        """Return a note that goes away by itself."""
        return self.place.locator(".toast").filter(has_text=text)

    async def speaks_as(self, name: str) -> None:
        """Choose who writes here."""
        await self.place.get_by_role("radio", name=name).check(force=True)

    async def writes(self, text: str) -> None:
        """Type a message and send it."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def answers(self, *, to: str) -> None:
        """Begin a reply to the message that has a text."""
        await self.bubble(to).last.hover()
        await self.bubble(to).last.locator(".tools").get_by_label("Reply").click()

    async def replies(self, text: str, *, to: str) -> None:
        """Reply to the message that has a text."""
        await self.answers(to=to)
        await self.writes(text)

    async def selects(self, text: str, start: int, end: int) -> None:
        """Select a part of the message that has a text."""
        await (
            self.bubble(text)
            .locator(".words")
            .evaluate(
                "(words, [start, end]) => {"
                " const text = words.firstChild;"
                " getSelection().setBaseAndExtent(text, start, text, end); }",
                [start, end],
            )
        )

    async def attaches(self, *labels: str) -> None:
        """Choose from the menu of what can be attached, and from the menus that it opens."""
        await self.button("Attach", exact=True).click()
        for label in labels:
            await self.place.page.get_by_role("menuitem", name=label, exact=True).click()

    async def chooses(self, label: str, *files: Any) -> None:
        """Attach files of this machine."""
        async with self.place.page.expect_file_chooser() as chooser:
            await self.attaches(label)
        await (await chooser.value).set_files([*files])

    async def more(self, label: str) -> None:
        """Choose from the menu of the chat."""
        await self.button("Menu of the chat").click()
        await self.place.page.get_by_role("menuitem", name=label, exact=True).click()

    def chip(self, name: str) -> Locator:
        """Return a topic in the list of topics."""
        bar = self.place.get_by_role("navigation", name="Topics")
        return bar.get_by_role("button", name=name, exact=True)

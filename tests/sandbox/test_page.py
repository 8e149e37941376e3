"""The page of the sandbox, in a real browser, over the real sandbox server."""

import asyncio
import re
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

import sandbox
from sandbox.samples import picture
from sandbox.server import application
from tests.sandbox.browser import Screen, Window
from tests.sandbox.stage import ANNA, CAST, GROUP, VERA, VICTOR, Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("page"),
]

PAGE: Final = Path(sandbox.__file__).parent / "page"
COMPANY: Final = "Iceberg · support"
KEYS: Final = {
    "inline_keyboard": [
        [{"text": "Take", "callback_data": "take"}, {"text": "Decline", "callback_data": "no"}]
    ]
}
MARKUP: Final = (
    "<img src=x onerror=alert(1)>",
    "<b>not bold</b> &amp; <i>plain</i>",
    "<script>alert(1)</script>",
    "</span></article><h1>out</h1>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "${alert(1)} {{alert(1)}}",
    "<style>*{display:none}</style>",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(browser: Browser) -> Screen:
    """Open a window for somebody who knows how to play; one is enough for many sandboxes."""
    context = await browser.new_context(locale="en-GB")
    knows = "try { localStorage.setItem('baton.howto', 'hidden') } catch {}"
    await context.add_init_script(knows)
    return Screen(await context.new_page())


@pytest_asyncio.fixture(loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def screen(window: Screen, stage: Stage) -> AsyncIterator[Screen]:
    """Show a sandbox in which nothing has happened; the browser may not complain of it."""
    window.complaints.clear()
    await window.page.set_viewport_size({"width": 1500, "height": 700})
    await window.opens(stage.url)
    yield window
    await window.page.goto("about:blank")
    assert window.complaints == []


@pytest.fixture
def anna(screen: Screen) -> Window:
    return screen.chat("Anna Petrova")


@pytest.fixture
def company(screen: Screen) -> Window:
    return screen.chat(COMPANY)


async def pressed(stage: Stage) -> str:
    """Return the press that the bot hears of next."""
    for update in await stage.news(timeout=30):
        if press := update.get("callback_query"):
            return str(press["id"])
    raise AssertionError("the bot heard of no press")


async def test_what_is_typed_appears_as_typed(company: Window) -> None:
    for text in MARKUP:
        await company.writes(text)
        await expect(company.words(text)).to_be_visible()

    elements = company.place.locator(".thread :is(img, script, svg:not(.icon), h1, style, b, i)")
    await expect(elements).to_have_count(0)
    await expect(company.place.locator(".thread a")).to_have_count(0)


async def test_names_titles_and_buttons_are_text_too(
    stage: Stage, screen: Screen, company: Window
) -> None:
    hostile = MARKUP[0]
    markup = {"inline_keyboard": [[{"text": hostile, "callback_data": "x"}]]}
    shout = {"type": "text_link", "offset": 0, "length": 5, "url": "http://example.com/<b>"}

    await stage.sends(GROUP, "A link", entities=[shout], reply_markup=markup)

    await expect(company.button(hostile)).to_be_visible()
    link = company.place.get_by_role("link", name="A lin")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert await screen.page.locator("img[src=x]").count() == 0


async def test_no_source_of_the_page_parses_markup() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    sources = {path.name: path.read_text(encoding="utf-8") for path in PAGE.glob("*.js")}

    assert {
        (name, word) for name, text in sources.items() for word in forbidden if word in text
    } == set()
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert " style=" not in html
    assert "<style" not in html
    assert " on" not in html.replace(" one", "").partition("<body>")[2].split("<noscript>")[0]


async def test_formatting_follows_utf16_and_nests(stage: Stage, company: Window) -> None:
    text = "😀 VND-1 is hot\nquoted\nthe end"
    entities = [
        {"type": "bold", "offset": 3, "length": 12},
        {"type": "italic", "offset": 12, "length": 3},
        {"type": "blockquote", "offset": 16, "length": 6},
    ]

    await stage.sends(GROUP, text, entities=entities)

    bubble = company.bubble("VND-1")
    await expect(bubble.locator("strong")).to_have_text("VND-1 is hot")
    await expect(bubble.locator("strong em")).to_have_text("hot")
    await expect(bubble.locator("blockquote")).to_have_text("quoted")


async def test_a_reply_shows_what_it_is_to_and_leads_there(company: Window) -> None:
    await company.writes("The pump is broken")
    await company.speaks_as("Victor")

    await company.replies("Not again", to="The pump is broken")

    quote = company.bubble("Not again").get_by_role("button", name="In reply to Vera")
    await expect(quote).to_contain_text("The pump is broken")
    await quote.click()
    await expect(company.bubble("The pump is broken").first).to_be_focused()


async def test_what_is_selected_becomes_the_quote(stage: Stage, company: Window) -> None:
    await stage.says(VICTOR, "The pump drips and the valve is stuck", GROUP)
    await company.selects("The pump", 4, 14)

    await company.replies("Which one?", to="The pump")

    quote = company.bubble("Which one?").locator(".quote-words > :last-child")
    await expect(quote).to_have_text("pump drips")


async def test_a_press_shows_what_the_bot_answers(stage: Stage, company: Window) -> None:
    await stage.sends(GROUP, "VND-1 offered", reply_markup=KEYS)

    await company.button("Take").click()
    await stage.calls(
        "answerCallbackQuery", callback_query_id=await pressed(stage), text="Yours now."
    )

    await expect(company.toast("Yours now.")).to_have_count(1)
    await expect(company.place.locator(".busy")).to_have_count(0)


async def test_an_alert_of_the_bot_waits_to_be_read(stage: Stage, company: Window) -> None:
    await stage.sends(GROUP, "VND-1 offered", reply_markup=KEYS)

    await company.button("Decline").click()
    query = await pressed(stage)
    await stage.calls(
        "answerCallbackQuery", callback_query_id=query, text="Say why.", show_alert=True
    )

    await expect(company.alert).to_contain_text("Say why.")
    await company.alert.get_by_role("button", name="OK").click()
    await expect(company.alert).to_have_count(0)


async def test_what_others_do_appears_without_reloading(stage: Stage, company: Window) -> None:
    said = await stage.says(VICTOR, "Good morning", GROUP)
    card = await stage.sends(GROUP, "VND-1 offered")
    await expect(company.bubble("Good morning")).to_be_visible()

    await stage.calls("editMessageText", chat_id=GROUP, message_id=card, text="VND-1 taken")
    await stage.calls(
        "setMessageReaction",
        chat_id=GROUP,
        message_id=said["message_id"],
        reaction=[{"type": "emoji", "emoji": "👌"}],
    )

    await expect(company.bubble("VND-1 taken")).to_contain_text("edited")
    await expect(company.bubble("Good morning").locator(".reaction")).to_have_text("👌")

    await stage.calls("deleteMessage", chat_id=GROUP, message_id=card)

    await expect(company.bubble("VND-1")).to_have_count(0)


async def test_a_chat_one_is_not_in_counts_what_is_new(
    stage: Stage, screen: Screen, anna: Window, company: Window
) -> None:
    await stage.says(VICTOR, "Before", GROUP)
    await expect(company.bubble("Before")).to_be_visible()
    await company.field.click()
    await anna.field.click()

    await stage.says(VICTOR, "First", GROUP)
    await stage.says(VICTOR, "Second", GROUP)

    await expect(company.badge).to_have_text("2")
    await expect(company.place.locator(".new-line")).to_have_count(1)
    await expect(screen.page).to_have_title("(2) Baton sandbox")
    await company.field.click()
    await expect(company.badge).to_be_hidden()
    await expect(screen.page).to_have_title("Baton sandbox")


async def test_reading_above_is_not_disturbed(stage: Stage, company: Window) -> None:
    card = await stage.sends(GROUP, "VND-1 offered")
    for number in range(30):
        await stage.says(VICTOR, f"Line {number}.", GROUP)
    await expect(company.bubble("Line 29.")).to_be_in_viewport()
    log = company.place.get_by_role("log")
    await log.hover()
    await log.page.mouse.wheel(0, -300)
    down = company.button("To the newest")
    await expect(down).to_be_visible()
    place = "row => Math.round(row.getBoundingClientRect().top)"
    before = await company.bubble("Line 20.").evaluate(place)

    await stage.says(VICTOR, "Meanwhile", GROUP)
    await stage.calls("editMessageText", chat_id=GROUP, message_id=card, text="VND-1\n" * 20)

    await expect(company.button("To the newest: 1 new message")).to_be_visible()
    await expect(company.bubble("VND-1")).to_contain_text("edited")
    assert await company.bubble("Line 20.").evaluate(place) == before
    await down.click()
    await expect(company.bubble("Meanwhile")).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_a_question_opens_a_reply_for_the_one_who_is_asked(
    stage: Stage, company: Window
) -> None:
    said = await stage.says(VICTOR, "Resolve it", GROUP)
    force = {"force_reply": True, "selective": True, "input_field_placeholder": "What was done"}
    asked = await stage.sends(
        GROUP,
        "What was done?",
        reply_markup=force,
        reply_parameters={"message_id": said["message_id"]},
    )
    await expect(company.field).to_have_attribute("placeholder", "Message")

    await company.speaks_as("Victor")
    await expect(company.field).to_have_attribute("placeholder", "What was done")
    await company.writes("Changed the pump")

    await expect(company.bubble("Changed the pump").locator(".quote")).to_contain_text("What was")
    heard = [each["message"] for each in await stage.news() if "message" in each]
    assert heard[-1]["reply_to_message"]["message_id"] == asked


async def test_the_keyboard_of_the_bot_writes_for_people(stage: Stage, anna: Window) -> None:
    await anna.button("Start").click()
    await expect(anna.bubble("/start")).to_be_visible()
    keyboard = {"keyboard": [[{"text": "5"}], [{"text": "Not now"}]], "one_time_keyboard": True}
    await stage.sends(ANNA, "Your grade?", reply_markup=keyboard)

    await anna.button("Not now").click()

    await expect(anna.bubble("Not now")).to_be_visible()
    await expect(anna.button("Not now")).to_be_hidden()


async def test_a_key_of_the_keyboard_hands_over_the_own_number(stage: Stage, anna: Window) -> None:
    await anna.button("Start").click()
    await expect(anna.bubble("/start")).to_be_visible()
    keyboard = {"keyboard": [[{"text": "Send my number", "request_contact": True}]]}
    await stage.sends(ANNA, "Your number?", reply_markup={**keyboard, "one_time_keyboard": True})

    await anna.button("Send my number").click()

    await expect(anna.bubble("Anna Petrova")).to_be_visible()
    await expect(anna.button("Send my number")).to_be_hidden()
    contact = (await stage.last(ANNA))["contact"]
    assert contact["user_id"] == ANNA


async def test_a_slash_lists_the_commands(stage: Stage, company: Window) -> None:
    commands = [
        {"command": "status", "description": "Where tickets stand"},
        {"command": "note", "description": "Keep a note"},
    ]
    await stage.calls("setMyCommands", commands=commands)

    await company.field.press_sequentially("/st")
    await expect(company.place.get_by_role("option")).to_have_text(["/statusWhere tickets stand"])
    await company.field.press("Enter")

    await expect(company.field).to_have_value("/status@baton_demo_bot ")


async def test_people_change_what_they_wrote(stage: Stage, company: Window) -> None:
    await company.writes("Tomorow")
    await expect(company.bubble("Tomorow")).to_be_visible()

    await company.field.press("ArrowUp")
    await expect(company.field).to_have_value("Tomorow")
    await company.writes("Tomorrow")

    await expect(company.bubble("Tomorrow")).to_contain_text("edited")
    assert await stage.texts(GROUP) == ["Tomorrow"]


async def test_a_photo_can_be_sent_and_enlarged(screen: Screen, company: Window) -> None:
    await company.attaches("Samples…", "Sample photo")
    await company.writes("By the back door")

    photo = company.bubble("By the back door").get_by_role("button", name="Enlarge the photo")
    await expect(photo).to_be_visible()
    await photo.click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


async def test_a_picture_that_is_pasted_is_sent_with_the_text(
    screen: Screen, company: Window
) -> None:
    await company.field.evaluate(
        """async field => {
            const canvas = new OffscreenCanvas(90, 60);
            canvas.getContext('2d').fillRect(0, 0, 90, 60);
            const data = new DataTransfer();
            data.items.add(new File([await canvas.convertToBlob()], 'a.png', {type: 'image/png'}));
            field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
        }"""
    )
    await expect(company.button("Remove what is attached")).to_be_visible()

    await company.writes("Black box")

    await expect(company.bubble("Black box").locator(".photo img")).to_be_visible()
    await expect(company.button("Remove what is attached")).to_be_hidden()


async def test_a_link_to_the_bot_begins_a_private_chat(
    stage: Stage, screen: Screen, company: Window
) -> None:
    await company.writes("https://t.me/baton_demo_bot?start=vendor")

    await company.place.get_by_role("link").click()

    await expect(screen.chat("Vera").bubble("/start vendor")).to_be_visible()
    assert await stage.texts(VERA) == ["/start vendor"]


async def test_a_link_can_be_opened_by_anybody(screen: Screen, anna: Window) -> None:
    await screen.page.get_by_role("button", name="Open a link").click()
    form = screen.page.get_by_role("dialog")
    await form.get_by_label("Who opens it").select_option("Anna Petrova")
    await form.get_by_label("Link to the bot").fill("https://t.me/baton_demo_bot?start=cafe")
    await form.get_by_role("button", name="Open").click()

    await expect(anna.bubble("/start cafe")).to_be_visible()


async def test_a_refusal_is_said_in_the_words_of_the_server(
    screen: Screen, company: Window
) -> None:
    await screen.page.get_by_role("button", name="Open a link").click()
    form = screen.page.get_by_role("dialog")
    await form.get_by_label("Link to the bot").fill("https://t.me/somebody_else?start=x")
    await form.get_by_role("button", name="Open").click()

    refusal = "https://t.me/somebody_else?start=x does not lead to @baton_demo_bot."
    await expect(screen.page.locator(".toast")).to_have_text(refusal)
    assert all("400" in said for said in screen.complaints)
    screen.complaints.clear()


async def test_a_lost_connection_is_made_up_for(screen: Screen, stage: Stage) -> None:
    runner = web.AppRunner(application(stage.world), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    await screen.opens(f"http://{host}:{port}")

    await runner.cleanup()
    await expect(screen.page.get_by_text("Reconnecting…")).to_be_visible()
    await stage.says(VICTOR, "In the meantime", GROUP)
    runner = web.AppRunner(application(stage.world), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()

    await expect(screen.chat(COMPANY).bubble("In the meantime")).to_be_visible()
    await expect(screen.page.get_by_text("Reconnecting…")).to_have_count(0)
    assert all("ERR_" in said for said in screen.complaints)
    screen.complaints.clear()
    await screen.page.goto("about:blank")
    await runner.cleanup()


async def test_a_narrow_window_shows_one_chat_at_a_time(
    stage: Stage, screen: Screen, anna: Window, company: Window
) -> None:
    await screen.page.set_viewport_size({"width": 360, "height": 740})
    await expect(anna.field).to_be_visible()
    await expect(company.field).to_be_hidden()

    await stage.says(VICTOR, "Good morning", GROUP)
    tab = screen.page.get_by_role("button", name=f"{COMPANY}, 1 new message")
    await tab.click()

    await expect(company.bubble("Good morning")).to_be_in_viewport()
    await expect(company.field).to_be_visible()
    await expect(anna.field).to_be_hidden()
    await expect(tab).to_have_count(0)
    width: Any = await screen.page.evaluate("document.documentElement.scrollWidth")
    assert width == 360


async def test_newcomers_are_told_how_to_play_once(browser: Browser, stage: Stage) -> None:
    page = await browser.new_page(locale="en-US")
    screen = Screen(page)
    await screen.opens(stage.url)
    hint = page.get_by_text("You are everybody here: write as Anna, then take the ticket as Vera.")
    await expect(hint).to_be_visible()

    await page.locator("#howto").get_by_role("button", name="Got it").click()
    await page.reload()

    await expect(hint).to_be_visible()
    await expect(page.locator("#howto")).to_be_hidden()
    await page.close()
    assert screen.complaints == []


async def test_russian_readers_are_spoken_to_in_russian(browser: Browser, stage: Stage) -> None:
    page = await browser.new_page(locale="ru-RU")
    screen = Screen(page)
    await screen.opens(stage.url)

    await expect(page.get_by_text("Вы здесь за всех: напишите за клиента (Anna)")).to_be_visible()
    await expect(screen.chat(COMPANY).place).to_contain_text("Vera, Victor, Baton · 3 участника")
    await page.close()
    assert screen.complaints == []


async def test_everything_to_press_has_a_name(stage: Stage, screen: Screen) -> None:
    await stage.sends(GROUP, "VND-1 offered", reply_markup=KEYS)
    await expect(screen.page.get_by_role("button", name="Take")).to_be_visible()

    nameless: Any = await screen.page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea, select, img, a')]
        .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim()
            || each.labels?.length || each.hidden || each.hasAttribute('alt')))
        .map((each) => each.className)"""
    )

    assert nameless == []


async def test_two_people_write_at_once_and_both_are_read(stage: Stage, company: Window) -> None:
    await asyncio.gather(*(stage.says(VICTOR, f"Note {number}", GROUP) for number in range(5)))

    shown = company.place.locator(".words")
    await expect(shown).to_have_text([f"Note {number}" for number in range(5)])


async def test_with_several_bots_the_address_says_whose_world_is_shown(window: Screen) -> None:
    part = CAST.bot.model_copy(update={"id": 43})
    groups = tuple(group.model_copy(update={"title": "Another"}) for group in CAST.chats[:1])
    other = CAST.model_copy(update={"bot": part, "chats": groups})
    async with Stage(other) as stage:
        await window.opens(f"{stage.url}/?bot=43")

        await window.chat("Another").writes("/say hello")

        await expect(window.chat("Another").bubble("/say hello")).to_be_visible()
        assert await stage.of(43).texts(GROUP) == ["/say hello"]
        assert await stage.texts(GROUP) == []
        await window.page.goto("about:blank")


async def test_files_of_every_kind_can_be_heard_seen_and_kept(
    stage: Stage, company: Window
) -> None:
    for kind in ("voice", "audio", "document", "video_note", "sticker", "animation"):
        await stage.sent(VICTOR, GROUP, kind)

    sounds = company.place.locator("audio[controls]")
    await expect(sounds).to_have_count(2)
    await expect(sounds.first).to_have_attribute("src", re.compile("^/control/files/AwAC"))
    file = company.place.get_by_role("link", name="report.pdf")
    await expect(file).to_have_attribute("download", "report.pdf")
    await expect(file).to_contain_text("0.3 kB")
    await expect(company.button("Play: Video message")).to_be_visible()
    await expect(company.bubble("GIF")).to_be_visible()


async def test_a_film_is_played_and_what_is_none_is_shown_all_the_same(
    stage: Stage, screen: Screen, company: Window
) -> None:
    await stage.sent(VICTOR, GROUP, "video", caption="A broken one")
    await expect(company.bubble("A broken one").locator(".unseen")).to_be_visible()

    film = await screen.films()
    await stage.sent(VICTOR, GROUP, "video", file=film, name="cup.webm", caption="It drips")

    player = company.bubble("It drips").locator("video[controls]")
    await expect(player).to_be_visible()
    await player.evaluate("video => video.play()")
    await expect(player).to_have_js_property("paused", False)


async def test_places_contacts_polls_and_lists_are_cards(stage: Stage, company: Window) -> None:
    here = {"latitude": 59.93, "longitude": 30.33}
    await stage.sent(VICTOR, GROUP, "location", **here)
    await stage.sent(VICTOR, GROUP, "venue", title="Café Aroma", address="1 Main Street", **here)
    await stage.sent(VICTOR, GROUP, "contact", phone_number="+7900", first_name="Olga")
    await stage.sent(VICTOR, GROUP, "poll", question="When?", options=["Today", "Tomorrow"])
    await stage.sent(VICTOR, GROUP, "dice")
    await stage.sent(VICTOR, GROUP, "checklist", title="To bring", tasks=["Pump", "Hose"])
    paid = {"star_count": 5, "paid_media": []}
    await stage.sent(VICTOR, GROUP, "raw", content={"paid_media": paid})

    for words in (
        "59.93000, 30.33000",
        "Café Aroma1 Main Street",
        "Olga+7900",
        "When?Anonymous poll0 %Today0 %Tomorrow",
        "To bringChecklist",
        "Paid media5 stars",
    ):
        await expect(company.bubble(words)).to_be_visible()
    await expect(company.place.locator(".glyph .value")).to_have_text(re.compile("^[1-6]$"))


async def test_an_album_is_one_bubble_with_its_words_and_one_receipt(
    stage: Stage, company: Window
) -> None:
    items = [{"kind": "photo", "caption": "From all sides"}, {"kind": "video"}, {"kind": "photo"}]
    album = await stage.control("album", as_=VICTOR, chat=GROUP, items=items)
    for each in album["messages"]:
        await stage.calls(
            "setMessageReaction",
            chat_id=GROUP,
            message_id=each["message_id"],
            reaction=[{"type": "emoji", "emoji": "👌"}],
        )

    await expect(company.place.get_by_role("article")).to_have_count(1)
    bubble = company.bubble("From all sides")
    await expect(bubble.locator(".tile")).to_have_count(3)
    await expect(bubble.locator(".reaction")).to_have_text("👌")

    last = album["messages"][-1]["message_id"]
    rights = {"can_delete_messages": True}
    await stage.control("member", chat=GROUP, status="administrator", rights=rights)
    await stage.calls("deleteMessage", chat_id=GROUP, message_id=last)

    await expect(bubble.locator(".tile")).to_have_count(2)


async def test_a_reply_to_a_part_of_an_album_is_to_that_part(
    stage: Stage, screen: Screen, company: Window
) -> None:
    items = [{"kind": "document", "name": f"{name}.pdf"} for name in ("One", "Two")]
    album = await stage.control("album", as_=VICTOR, chat=GROUP, items=items)

    await company.place.get_by_role("link", name="Two.pdf").click(button="right")
    await screen.picks("Reply")
    await company.writes("This one")

    await expect(company.bubble("This one").locator(".quote")).to_contain_text("Two.pdf")
    reply = (await stage.last(GROUP))["reply_to_message"]
    assert reply["message_id"] == album["messages"][1]["message_id"]


async def test_media_without_words_has_its_buttons_below(stage: Stage, company: Window) -> None:
    photo = (await stage.sent(VICTOR, GROUP, "photo"))["photo"][-1]["file_id"]
    await stage.calls("sendPhoto", chat_id=GROUP, photo=photo, reply_markup=KEYS)

    row = company.place.get_by_role("article").last
    await expect(row.locator(".photo")).to_be_visible()
    await expect(row.locator(".keys").get_by_role("button")).to_have_text(["Take", "Decline"])


async def test_what_is_hidden_shows_when_it_is_tapped(screen: Screen, company: Window) -> None:
    await company.attaches("Samples…", "Sample photo")
    await company.button("Hide until it is tapped").click()
    await company.writes("Not for the faint-hearted")

    photo = company.bubble("Not for the faint-hearted").locator(".photo")
    await expect(photo).to_have_class("photo veiled")
    await photo.click()
    await expect(photo).to_have_class("photo")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("Sample photo", "photo"),
        ("Video", "video"),
        ("Animation", "animation"),
        ("File", "document"),
        ("Audio", "audio"),
        ("Voice message", "voice"),
    ],
)
async def test_samples_go_with_a_caption_a_reply_and_a_quote(
    stage: Stage, company: Window, sample: str, kind: str
) -> None:
    await stage.says(VICTOR, "The pump drips and the valve is stuck", GROUP)
    await company.selects("The pump", 4, 14)
    await company.answers(to="The pump")

    await company.attaches("Samples…", sample)
    await company.writes("Like this")

    quote = company.bubble("Like this").locator(".quote-words > :last-child")
    await expect(quote).to_have_text("pump drips")
    message = await stage.last(GROUP)
    assert (message["kind"], message["caption"]) == (kind, "Like this")


async def test_pictures_from_this_machine_go_as_one_album(
    stage: Stage, screen: Screen, company: Window
) -> None:
    film = b64decode(await screen.films())
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    video = {"name": "b.webm", "mimeType": "video/webm", "buffer": film}
    await company.chooses("Photos and videos…", photo, video)
    await expect(company.place.locator(".attached")).to_contain_text("Album: 2 files")

    await company.writes("Before and after")

    await expect(company.bubble("Before and after").locator(".tile")).to_have_count(2)
    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    assert [each["kind"] for each in shown] == ["photo", "video"]
    assert len({each["media_group_id"] for each in shown}) == 1
    assert [each.get("caption") for each in shown] == ["Before and after", None]


async def test_files_from_this_machine_go_as_files(stage: Stage, company: Window) -> None:
    names = ("one.txt", "two.txt", "three.txt")
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"words"} for name in names]
    await company.chooses("Files…", *files)
    await company.writes("Read this")

    for name in names:
        link = company.bubble("Read this").get_by_role("link", name=name)
        await expect(link).to_have_attribute("download", name)
    kinds = {each["kind"] for each in (await stage.sees("messages", chat=GROUP))["messages"]}
    assert kinds == {"document"}


async def test_stickers_and_dice_go_at_once(stage: Stage, company: Window) -> None:
    await company.field.fill("Meanwhile")
    await company.attaches("Sticker", "Sticker 👍")
    await expect(company.place.locator(".sticker img")).to_be_visible()
    await company.attaches("Dice", "Throw 🎯")
    await expect(company.place.locator(".glyph .value")).to_be_visible()

    await expect(company.field).to_have_value("Meanwhile")
    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    assert [each["kind"] for each in shown] == ["sticker", "dice"]
    assert shown[1]["dice"]["emoji"] == "🎯"


async def test_a_place_a_contact_and_a_poll_are_asked_for(
    stage: Stage, screen: Screen, company: Window
) -> None:
    await company.attaches("Location")
    await screen.fills("Send", {"Latitude": "55.75", "Longitude": "37.62"})
    await expect(company.bubble("55.75000, 37.62000")).to_be_visible()

    await company.attaches("Contact")
    await screen.fills("Send", {"Phone number": "+7 900 123-45-67"})
    await expect(company.bubble("Vera+7 900 123-45-67")).to_be_visible()

    await company.attaches("Poll")
    await screen.fills("Send", {"Question": "When?", "Answers": "Today\n\nTomorrow"})
    await expect(company.bubble("When?")).to_contain_text("Tomorrow")

    assert (await stage.last(GROUP))["poll"]["question"] == "When?"


async def test_a_live_location_moves(stage: Stage, screen: Screen, company: Window) -> None:
    await stage.sent(VERA, GROUP, "location", latitude=59.93, longitude=30.33, live_period=900)

    await company.bubble("Live location").click(button="right", position={"x": 5, "y": 5})
    await screen.picks("Walk on a little")

    await expect(company.bubble("Live location")).to_contain_text("59.93040, 30.33070")


async def test_a_voice_message_is_recorded(stage: Stage, company: Window) -> None:
    await company.attaches("Voice message")
    await expect(company.place.get_by_text("Recording 0:01")).to_be_visible()
    await company.button("Send the recording").click()

    await expect(company.place.locator("audio[controls]")).to_be_visible()
    await expect(company.field).to_be_visible()
    message = await stage.last(GROUP)
    assert message["kind"] == "voice"
    assert message["voice"]["file_size"] > 100


async def test_captions_of_files_can_be_changed_and_taken_away(
    stage: Stage, company: Window
) -> None:
    await stage.sent(VERA, GROUP, "document", caption="The repport")
    await expect(company.bubble("The repport")).to_be_visible()

    await company.field.press("ArrowUp")
    await company.writes("The report")
    await expect(company.bubble("The report")).to_contain_text("edited")

    await company.field.press("ArrowUp")
    await expect(company.field).to_have_value("The report")
    await company.writes("")
    await expect(company.bubble("The report")).to_have_count(0)
    assert await stage.texts(GROUP) == [""]


async def test_an_album_keeps_one_caption_when_it_is_changed(stage: Stage, company: Window) -> None:
    items = [{"kind": "photo", "caption": "From all sydes"}, {"kind": "photo"}]
    await stage.control("album", as_=VERA, chat=GROUP, items=items)
    await expect(company.bubble("From all sydes")).to_be_visible()

    await company.field.press("ArrowUp")
    await company.writes("From all sides")

    await expect(company.bubble("From all sides")).to_contain_text("edited")
    assert await stage.texts(GROUP) == ["From all sides", ""]


async def test_what_was_forwarded_says_whence(stage: Stage, company: Window) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Olga", "date": 1}
    await stage.sent(VICTOR, GROUP, "photo", caption="Look", forward_origin=origin)

    await expect(company.bubble("Look")).to_contain_text("Forwarded from Olga")


async def test_a_reply_in_another_chat_leads_back(
    stage: Stage, screen: Screen, anna: Window, company: Window
) -> None:
    await stage.says(VICTOR, "The pump drips", GROUP)
    await company.bubble("The pump").click(button="right", position={"x": 5, "y": 5})
    await screen.picks("Reply in another chat…")
    await screen.page.get_by_role("dialog").get_by_role("button", name="Anna Petrova").click()
    await expect(anna.place.locator(".banner")).to_contain_text(["The pump drips"])

    await anna.writes("Is it mine?")

    quote = anna.bubble("Is it mine?").get_by_role("button", name="In reply to Victor")
    await expect(quote).to_contain_text("Victor · Iceberg · support")
    await quote.click()
    await expect(company.bubble("The pump drips")).to_be_focused()


async def test_a_link_to_a_message_leads_there(
    stage: Stage, screen: Screen, anna: Window, company: Window
) -> None:
    said = await stage.says(VICTOR, "The pump drips", GROUP)
    for number in range(20):
        await stage.says(VICTOR, f"Line {number}.", GROUP)
    await stage.says(ANNA, f"https://t.me/c/1000000001/{said['message_id']}")

    await anna.place.get_by_role("link").click()

    await expect(company.bubble("The pump drips")).to_be_focused()
    await expect(company.bubble("The pump drips")).to_be_in_viewport()
    await stage.says(ANNA, "https://t.me/c/555/1")
    await anna.place.get_by_role("link", name="https://t.me/c/555/1").click()
    await expect(anna.toast("That chat is not in this sandbox.")).to_be_visible()


async def test_a_forum_shows_one_topic_at_a_time_or_all(stage: Stage, company: Window) -> None:
    pump, valve = await stage.topics(GROUP, "Pump", "Valve")
    await stage.says(VERA, "Good morning", GROUP)
    await stage.says(VICTOR, "It drips", GROUP, thread=pump)
    await stage.says(VICTOR, "It is stuck", GROUP, thread=valve)

    await expect(company.chip("All")).to_have_attribute("aria-current", "true")
    for text, name in (("Good morning", "General"), ("It drips", "Pump"), ("It is stuck", "Valve")):
        await expect(company.bubble(text).locator(".topic")).to_have_accessible_name(
            f"Topic {name}: show it"
        )

    await company.bubble("It drips").locator(".topic").click()

    await expect(company.chip("Pump")).to_have_attribute("aria-current", "true")
    await expect(company.bubble("It drips")).to_be_visible()
    await expect(company.bubble("It is stuck")).to_have_count(0)
    await company.chip("General").click()
    await expect(company.place.locator(".words")).to_have_text(["Good morning"])


async def test_what_is_written_lands_in_the_topic_that_is_shown(
    stage: Stage, company: Window
) -> None:
    [pump] = await stage.topics(GROUP, "Pump")
    await company.chip("Pump").click()
    await expect(company.field).to_have_attribute("placeholder", "Message in Pump")

    await company.writes("It drips")
    await expect(company.bubble("It drips").locator(".quote")).to_have_count(0)
    await company.attaches("Samples…", "Album: photos and a video")
    await company.writes("Like this")
    await expect(company.bubble("Like this").locator(".tile")).to_have_count(3)
    await company.chip("General").click()
    await company.writes("Good night")
    await expect(company.bubble("Good night")).to_be_visible()

    shown = (await stage.sees("messages", chat=GROUP))["messages"]
    threads = [each.get("message_thread_id") for each in shown if each["kind"] != "service"]
    assert threads == [pump, pump, pump, pump, None]


async def test_another_topic_shows_that_there_is_something_new(
    stage: Stage, company: Window
) -> None:
    pump, valve = await stage.topics(GROUP, "Pump", "Valve")
    await company.chip("Pump").click()

    await stage.says(VICTOR, "It is stuck", GROUP, thread=valve)

    await expect(company.chip("Valve, New messages")).to_be_visible()
    await company.chip("Valve, New messages").click()
    await expect(company.bubble("It is stuck")).to_be_visible()
    await expect(company.chip("Valve")).to_have_text("VValve")
    assert pump != valve


async def test_people_open_close_rename_and_delete_topics(
    stage: Stage, screen: Screen, company: Window
) -> None:
    await company.more("Switch topics on")
    await company.more("New topic")
    await screen.fills("Create", {"Name of the topic": "Pump"})
    await expect(company.chip("Pump")).to_have_attribute("aria-current", "true")
    await expect(company.place.get_by_text("Vera opened the topic “Pump”")).to_be_visible()

    await company.more("Close the topic")
    await expect(company.chip("Pump, closed")).to_be_visible()
    await expect(company.place.get_by_text("only administrators write here")).to_be_visible()
    await company.more("Reopen the topic")
    await company.more("Rename the topic")
    await screen.fills("Save", {"Name of the topic": "Valve"})
    await expect(company.chip("Valve")).to_be_visible()

    await company.more("Delete the topic")
    await screen.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(company.chip("Valve")).to_have_count(0)
    await expect(company.chip("All")).to_have_attribute("aria-current", "true")

    await company.more("Switch topics off")
    await expect(company.place.get_by_role("navigation", name="Topics")).to_be_hidden()
    assert await stage.texts(GROUP) == []


async def test_a_link_into_a_topic_shows_it(stage: Stage, anna: Window, company: Window) -> None:
    pump, _ = await stage.topics(GROUP, "Pump", "Valve")
    said = await stage.says(VICTOR, "It drips", GROUP, thread=pump)
    await expect(company.bubble("It drips")).to_be_visible()
    await company.chip("Valve").click()

    await stage.says(ANNA, f"https://t.me/c/1000000001/{pump}/{said['message_id']}")
    await anna.place.get_by_role("link").click()

    await expect(company.chip("Pump")).to_have_attribute("aria-current", "true")
    await expect(company.bubble("It drips")).to_be_focused()


async def test_what_is_forwarded_arrives_as_it_was(
    stage: Stage, screen: Screen, anna: Window, company: Window
) -> None:
    await stage.sent(VICTOR, GROUP, "document", caption="The report")
    await company.bubble("The report").locator(".words").click(button="right")
    await screen.picks("Forward…")
    await screen.page.get_by_role("dialog").get_by_role("button", name="Anna Petrova").click()

    await expect(anna.bubble("The report")).to_contain_text("Forwarded from Victor")
    await expect(anna.bubble("The report").get_by_role("link")).to_contain_text("report.pdf")
    assert (await stage.last(ANNA))["forward_origin"]["sender_user"]["id"] == VICTOR


async def test_what_plays_plays_on_when_a_receipt_comes(
    stage: Stage, screen: Screen, company: Window
) -> None:
    film = await screen.films()
    video = await stage.sent(VICTOR, GROUP, "video", file=film, name="cup.webm", caption="Drips")
    player = company.bubble("Drips").locator("video")
    await player.evaluate("video => { video.loop = true; return video.play(); }")

    await stage.calls(
        "setMessageReaction",
        chat_id=GROUP,
        message_id=video["message_id"],
        reaction=[{"type": "emoji", "emoji": "👌"}],
    )

    await expect(company.bubble("Drips").locator(".reaction")).to_have_text("👌")
    await expect(player).to_have_js_property("paused", False)


async def test_a_button_with_a_link_to_a_message_leads_there(
    stage: Stage, anna: Window, company: Window
) -> None:
    said = await stage.says(VICTOR, "The pump drips", GROUP)
    link = f"https://t.me/c/1000000001/{said['message_id']}"
    await stage.says(ANNA, "/start")
    markup = {"inline_keyboard": [[{"text": "Show it", "url": link}]]}
    await stage.sends(ANNA, "VND-1", reply_markup=markup)

    await anna.button("Show it").click()

    await expect(company.bubble("The pump drips")).to_be_focused()


async def test_topics_and_menus_fit_on_a_phone(
    stage: Stage, screen: Screen, company: Window
) -> None:
    await stage.topics(GROUP, *(f"VND-{number} A rather long name of it" for number in range(5)))
    items = [{"kind": "photo"}] * 5
    await stage.control("album", as_=VICTOR, chat=GROUP, items=items)
    await screen.page.set_viewport_size({"width": 390, "height": 700})
    await screen.page.get_by_role("button", name=COMPANY).click()
    await expect(company.place.locator(".tile").last).to_be_in_viewport()

    await company.button("Attach", exact=True).click()

    for label in ("Photos and videos…", "Dice"):
        item = screen.page.get_by_role("menuitem", name=label, exact=True)
        await expect(item).to_be_in_viewport(ratio=1)
    width: Any = await screen.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    await screen.page.keyboard.press("Escape")


async def test_whatever_the_page_says_it_says_in_russian_too() -> None:
    source = (PAGE / "words.js").read_text(encoding="utf-8")
    said = [
        {
            *re.findall(r"^  (\w+): ", words, re.MULTILINE),
            *re.findall(r"(\w+): ['(]", words.partition("  kinds: {")[2]),
        }
        for words in source.partition("const EN = {")[2].split("const RU = {")
    ]

    assert said[0] == said[1]

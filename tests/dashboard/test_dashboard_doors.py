"""Who gets in to the dashboard, for how long, and who does not."""

from __future__ import annotations

from asyncio import gather, timeout
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from bot.dashboard.doors import WRONG
from bot.dashboard.site import HEADERS
from bot.errors import Answer
from bot.session import Failed
from relay.store import Database
from tests.actors import BOT, Person
from tests.dashboard.conftest import OPERATOR, House
from tests.dashboard.test_dashboard_proof import signed
from tests.scenarios.conftest import Cast
from tests.scenarios.test_changing import names

FRONT = f"/dashboard/{BOT}"
NOW = f"{FRONT}/vendor/now"


#: Where a database decides that something happens once.
on_both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


async def test_a_lead_gets_a_link_in_private_and_comes_in_with_one_press(
    house: House, chain: Cast
) -> None:
    await chain.vera.writes("/dashboard")
    assert chain.vera.inbox[-1].endswith("https://t.me/baton_bot?start=dashboard")
    alone = house.private(chain.vera)
    await alone.writes("/start dashboard")
    link = alone.inbox[-1].split()[2]
    assert "for 5 minutes" in alone.inbox[-1]

    window = house.window()
    assert "Open the dashboard" in await window.reads(link.removeprefix(house.doors.url))
    answer = await window.posts(link.removeprefix(house.doors.url))

    assert (answer.status, answer.headers["Location"]) == (303, NOW)
    kept = answer.headers["Set-Cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=Strict" in kept
    assert "Path=/dashboard" in kept
    assert "Secure" not in kept  # this address is no https
    assert "Iceberg" in await window.reads(NOW)


async def test_who_leads_nothing_gets_no_link(house: House, chain: Cast) -> None:
    await chain.victor.writes("/dashboard")
    assert "Only a lead" in chain.victor.inbox[-1]

    for person in (house.private(chain.victor), chain.ann):
        await person.writes("/dashboard")
        assert person.inbox[-1].startswith("The dashboard is for those who lead a company here.")


async def test_who_was_named_a_lead_needs_not_be_an_administrator(
    house: House, chain: Cast
) -> None:
    await house.world.happens(names(chain.vera, chain.victor))
    await chain.vera.presses("Confirm")

    window = await house.enters(chain.victor)

    assert "Iceberg" in await window.reads(NOW)


async def test_without_an_address_there_is_no_dashboard(house: House, chain: Cast) -> None:
    house.world.doors = None
    await house.world.start()

    for person in (chain.vera, house.private(chain.vera)):
        await person.writes("/dashboard")
        assert "has to set DASHBOARD_URL" in person.inbox[-1]


async def test_where_it_is_https_the_messenger_opens_it_itself(house: House, chain: Cast) -> None:
    house.doors.url, house.doors.secure = "https://baton.example", True
    await chain.vera.writes("Hello")

    alone = house.private(chain.vera)
    await alone.writes("/dashboard")

    assert "one press away" in alone.inbox[-1]
    assert "/enter/" not in alone.inbox[-1]
    house.doors.url = house.here
    answer = await house.window().posts(f"{FRONT}/enter", signed(at=house.world.now))
    assert "Secure" in answer.headers["Set-Cookie"]


@on_both
async def test_a_link_works_once_and_soon(house: House, chain: Cast) -> None:
    first = await house.link(chain.vera)
    window = house.window()
    await window.opens(first)
    await window.opens(first)  # a preview does not use it up
    assert (await window.posts(first)).status == 303

    thief = house.window()
    assert (await thief.posts(first)).status == 401
    assert (await thief.opens(first)).status == 401

    late = await house.link(chain.vera)
    house.world.now += timedelta(minutes=5)
    assert (await thief.posts(late)).status == 401
    assert (await thief.opens(late)).status == 401
    assert thief.cookies == {}


@on_both
async def test_six_who_ask_at_once_are_all_answered(house: House, chain: Cast) -> None:
    """Each is looked up beside the chats, where few can be at once."""
    everybody = (chain.vera, chain.victor, chain.paul, chain.sara, chain.lucy, chain.leo)
    await gather(*(each.writes("Hello") for each in everybody))
    alone = [house.private(each) for each in everybody]
    asked = [
        (each, house.world.messenger.show(each.place, "/dashboard", by_bot=False)) for each in alone
    ]

    async with timeout(10):
        await house.world.comes_in(*(each.says(shown) for each, shown in asked))
        await house.world.settles()

    assert [("/enter/" in each.inbox[-1]) for each in alone] == [True, False] * 3


async def test_guessing_is_stopped(house: House, chain: Cast) -> None:
    good = await house.link(chain.vera)
    window = house.window()

    for number in range(WRONG):
        assert (await window.posts(f"{FRONT}/enter/{number:022}")).status == 401
    assert (await window.posts(good)).status == 429
    house.world.now += timedelta(minutes=1)

    assert (await window.posts(good)).status == 303


async def test_who_is_in_stays_in_whatever_others_try(house: House, chain: Cast) -> None:
    window, other = await house.enters(chain.vera), house.window()

    for number in range(WRONG + 1):
        await other.posts(f"{FRONT}/enter/{number:022}")
        await other.posts(f"{FRONT}/enter", "x")

    assert (await window.opens(NOW)).status == 200
    assert [len(each) for each in house.doors.guesses._wrong.values()] == [WRONG]
    other.keeps({f"baton-{BOT}": "x" * 22})
    assert (await other.opens(NOW)).status == 429


@on_both
async def test_of_fifty_who_come_with_one_word_or_one_link_one_is_in(
    house: House, chain: Cast
) -> None:
    await chain.vera.writes("Hello")
    raw, windows = signed(at=house.world.now), [house.window() for _ in range(50)]

    found = await gather(*(each.posts(f"{FRONT}/enter", raw) for each in windows))
    assert sorted(each.status for each in found) == [200, *[403] * 49]

    link = await house.link(chain.vera)
    house.world.now += timedelta(minutes=1)
    found = await gather(*(each.posts(link) for each in windows))
    assert sorted(each.status for each in found) == [303, *[401] * 49]


@on_both
async def test_a_mini_app_brings_its_own_proof_which_works_once(house: House, chain: Cast) -> None:
    await chain.vera.writes("Hello")
    raw, window = signed(at=house.world.now), house.window()

    answer = await window.posts(f"{FRONT}/enter", raw)

    assert await answer.json() == {"to": NOW}
    # Whoever is there reads their own language.
    assert "Открытых заявок нет" in await window.reads(NOW)
    again = house.window()
    assert (await again.posts(f"{FRONT}/enter", raw)).status == 403
    assert (await again.posts(f"{FRONT}/enter", signed("43:TEST", house.world.now))).status == 403
    assert (await again.posts(f"{FRONT}/enter", "x" * 100_000)).status == 403
    assert (await again.opens(NOW)).status == 401


async def test_telegrams_word_alone_shows_nobody_anything(house: House, chain: Cast) -> None:
    """Somebody who leads nothing is not in, whoever says who they are."""
    answer = await house.window().posts(f"{FRONT}/enter", signed(at=house.world.now))

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_whoever_leads_no_more_is_out_within_a_minute(house: House, chain: Cast) -> None:
    window = await house.enters(chain.vera)
    stolen = house.window()
    stolen.keeps(window.cookies)
    assert (await stolen.opens(NOW)).status == 200

    house.world.leads[chain.vera.chat] = []
    house.world.now += timedelta(seconds=60)

    assert (await stolen.opens(NOW)).status == 401
    house.world.leads[chain.vera.chat] = [chain.vera.id]
    house.world.now += timedelta(seconds=60)
    assert (await window.opens(NOW)).status == 401  # that visit is over for good


async def test_whoever_leads_a_chat_that_we_were_removed_from_is_out(
    house: House, chain: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await house.enters(chain.vera)

    async def gone(bot: Any, method: Any, timeout: int | None = None) -> Any:
        raise Failed(method, Answer(403, 403, ok=False, text=told[0]))

    told = ["Internal Server Error"]
    monkeypatch.setattr(house.world.bot.session, "make_request", gone)
    house.world.now += timedelta(seconds=60)
    assert (await window.opens(NOW)).status == 200  # it is not known what is there now

    told[0] = "Forbidden: bot was kicked from the supergroup chat"
    house.world.now += timedelta(seconds=60)
    assert (await window.opens(NOW)).status == 401


@pytest.mark.parametrize(
    "standing", [{"status": "left"}, {"status": "kicked", "until_date": 0}], ids=str
)
async def test_who_was_named_a_lead_and_is_in_the_chat_no_more_is_out(
    house: House, chain: Cast, standing: dict[str, Any]
) -> None:
    await house.world.happens(names(chain.vera, chain.victor))
    await chain.vera.presses("Confirm")
    window = await house.enters(chain.victor)

    house.world.messenger.membership.standings[chain.victor.chat] = standing
    house.world.now += timedelta(seconds=60)

    assert (await window.opens(NOW)).status == 401
    alone = house.private(chain.victor)
    await alone.writes("/dashboard")
    assert alone.inbox[-1].startswith("The dashboard is for those who lead a company here.")


async def test_a_visit_ends_by_itself_and_when_one_leaves(house: House, chain: Cast) -> None:
    window, other = await house.enters(chain.vera), await house.enters(chain.vera)
    kept = window.cookies
    token = await window.token(NOW)

    answer = await window.posts(f"{FRONT}/leave", {"form": token})

    assert (answer.status, answer.headers["Location"]) == (303, FRONT)
    window.keeps(kept)
    assert (await window.opens(NOW)).status == 401
    assert (await other.opens(NOW)).status == 200
    house.world.now += timedelta(hours=12)
    assert (await other.opens(NOW)).status == 401


async def test_no_other_site_can_make_a_browser_do_something(house: House, chain: Cast) -> None:
    window, link = await house.enters(chain.vera), await house.link(chain.vera)
    token = await window.token(NOW)
    leave = f"{FRONT}/leave"

    for origin in ("https://evil.example", house.doors.url + ".evil.example", "null", None):
        answer = await window.posts(leave, {"form": token}, origin=origin)
        assert answer.status == 403
        assert (await window.posts(link, origin=origin)).status == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await window.posts(leave, {"form": token}, origin="null", **elsewhere)).status == 403
    for form in ({}, {"form": ""}, {"form": "0" * 64}, {"form": "é"}):
        assert (await window.posts(leave, form)).status == 403
    assert (await window.opens(NOW)).status == 200

    # A browser that names no origin says itself that the form is ours.
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert (await window.posts(link, origin="null", **ours)).status == 303


async def test_what_is_no_form_is_refused(house: House, chain: Cast) -> None:
    window = await house.enters(chain.vera)
    body = f"form={await window.token(NOW)}".encode()
    url, multi = "application/x-www-form-urlencoded", "multipart/form-data"

    for kind in (multi, f"{multi}; boundary=x", f"{url}; charset=foo", f"{url}; charset=utf-16"):
        answer = await window.posts(f"{FRONT}/leave", body, **{"Content-Type": kind})
        assert (kind, answer.status) == (kind, 400)
    large = await window.posts(f"{FRONT}/leave", BytesIO(b"x" * 2**21), **{"Content-Type": url})
    assert large.status == 413
    for each in (answer, large):
        assert {name: each.headers.get(name) for name in HEADERS} == HEADERS


async def test_a_visitor_reads_the_language_they_choose_where_they_are(
    house: House, chain: Cast
) -> None:
    window = await house.enters(chain.vera)
    token = await window.token(NOW)
    chosen = {"form": token, "language": "ru", "back": f"{NOW}?move=ours"}

    answer = await window.posts(f"{FRONT}/language", chosen)

    assert answer.headers["Location"] == f"{NOW}?move=ours"
    assert "Открытых заявок нет" in await window.reads(NOW)
    for back in ("https://evil.example/", "//evil.example", f"{FRONT}/\\evil", ""):
        answer = await window.posts(f"{FRONT}/language", {**chosen, "back": back})
        assert answer.headers["Location"] == FRONT
    await window.posts(f"{FRONT}/language", {**chosen, "language": "xx"})
    assert "Открытых заявок нет" in await window.reads(NOW)


async def test_an_operator_sees_health_and_no_company(house: House, chain: Cast) -> None:
    window = await house.enters(Person(house.world, OPERATOR, "Olga", OPERATOR))

    assert "All is well" in await window.reads(f"{FRONT}/health")
    assert (await window.opens(NOW)).status == 404


@on_both
async def test_what_lets_people_in_is_kept_as_a_hash_and_not_for_long(
    house: House, chain: Cast
) -> None:
    link = await house.link(chain.vera)
    window = house.window()
    await window.posts(link)
    secrets = [link.rpartition("/")[2], *window.cookies.values()]

    kept = await rows(house.world.database)
    assert len(kept) == 2
    assert not any(secret in row for secret in secrets for row in kept)

    house.world.now += timedelta(hours=13)
    await house.link(chain.vera)
    assert len(await rows(house.world.database)) == 1


async def rows(database: Database) -> list[str]:
    """Return all that is written down of who may come in, and of who is in."""
    async with database._engine.connect() as connection:
        return [
            str(tuple(row))
            for table in ("admissions", "visits")
            for row in await connection.execute(text(f"SELECT * FROM {table}"))
        ]


async def test_every_answer_has_the_headers_and_errors_have_no_details(
    house: House, chain: Cast
) -> None:
    window = await house.enters(chain.vera)
    token = await window.token(NOW)
    asked = [
        *(FRONT, NOW, f"{NOW}?as=csv", f"{NOW}?as=xlsx", f"{NOW}?part=live", f"{NOW}?as=exe"),
        *(f"{FRONT}/vendor/case", f"{FRONT}/vendor/case?number=9", f"{FRONT}/health", "/dashboard"),
        *(
            f"{FRONT}/service/now",
            f"{FRONT}/nobody/now",
            f"{FRONT}/vendor/../../x",
            f"{FRONT}/x/y/z",
        ),
        *(f"{FRONT}/enter/{'x' * 22}", "/dashboard/43", "/dashboard/static/site.css"),
        *(
            "/dashboard/static/site.js",
            "/dashboard/static/icon.svg",
            "/dashboard/static/..%2fsite.py",
        ),
    ]

    answers = [await window.opens(path) for path in asked]
    answers += [await house.window().opens(NOW), await window.posts(NOW)]
    answers += [await window.posts(f"{FRONT}/leave", {"form": token})]

    for answer in answers:
        told = {name: answer.headers.get(name) for name in HEADERS}
        assert told == HEADERS, answer.url
        body = (await answer.read()).decode("utf-8", "replace")
        assert "Traceback" not in body
        assert "<script>" not in body
        assert " style=" not in body
    assert {answer.status for answer in answers} == {200, 303, 401, 404, 405}

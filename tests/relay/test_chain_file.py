"""The chain file: refused with file, line and key, or applied whole."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relay import chain, setup
from relay.chain import BadChain
from relay.store import Database

BOT, OTHER_BOT = 42, 43
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

CHAIN = """\
[parties.vendor]
name = "Iceberg Service"
code = "VND"
chat = -1001
clients = true

[parties.service]
name = "Cold Repair"
code = "SRV"
chat = -1002

[parties.region]
name = "Region"
code = "REG"
chat = -1003

[[links]]
upper = "vendor"
lower = "service"
rank = 1

[[links]]
upper = "service"
lower = "region"
take_within = "30m"
"""

#: Every value is another one than where nothing is said.
FULL = """\
[parties.vendor]
name = "Iceberg \\"Süd\\" Сервис"
code = "VND"
chat = -1001000000001
language = "ru"
timezone = "Europe/Moscow"
hours = "Mon-Fri,Sun 09:00-18:00"
clients = true
to_client = "auto"
country = "RU"
offer = "all"
take_within = "20m"
resolve_within = "24h"
check_within = "5d"
reopen_within = "60m"
promise = true
digest = "off"
asks = ["kind", "address"]
leads = [202, 201, 202]

[parties.service_2-A]
name = "Cold Repair"
code = "SRV"
chat = -5

[[links]]
upper = "vendor"
lower = "service_2-A"
rank = 3
match = { region = ["msk", "spb"], kind = ["repair"] }
forward = "auto"
down = "hold"
up = "hold"
result = "auto"
client = "hidden"
names = true
share_replies = true
client_rating = false
take_within = "90m"
resolve_within = "8h"
check_within = "3d"
reopen_within = "30d"
tariff = { callout = "2500 RUB", hour = "900.50 RUB" }
penalty = "10%"
paused = true
"""


def changed(*pairs: str, text: str = CHAIN) -> str:
    """Return the chain file with some pieces replaced, once each."""
    for before, after in zip(pairs[::2], pairs[1::2], strict=True):
        assert before in text
        text = text.replace(before, after, 1)
    return text


def refused(text: str) -> str:
    """Return why a chain file is refused."""
    with pytest.raises(BadChain) as refusal:
        chain.parse(text)
    return str(refusal.value)


def unread(path: Path) -> str:
    """Return why a chain file cannot be read."""
    with pytest.raises(BadChain) as refusal:
        chain.read(path)
    return str(refusal.value)


# What is refused, and where it stands

UNKNOWN = "this key is not known. Check its spelling."
MISSING = "this key is missing."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        # unknown keys at each level
        ("[parties.vendor]", "[partys.vendor]", f"line 1, partys: {UNKNOWN}"),
        ("[[links]]", "[[link]]", f"line 17, link: {UNKNOWN}"),
        ("clients = true", "client = true", f"line 5, parties.vendor.client: {UNKNOWN}"),
        ("chat = -1003", "chat = -1003\nhour = 9", f"line 16, parties.region.hour: {UNKNOWN}"),
        ("rank = 1", "rnak = 1", f"line 20, links[0].rnak: {UNKNOWN}"),
        ("take_within", '"take within"', f"line 25, links[1].take within: {UNKNOWN}"),
        # missing ones
        ('name = "Cold Repair"\n', "", f"line 7, parties.service.name: {MISSING}"),
        ('code = "REG"\n', "", f"line 12, parties.region.code: {MISSING}"),
        ("chat = -1001\n", "", f"line 1, parties.vendor.chat: {MISSING}"),
        ('upper = "vendor"\n', "", f"line 17, links[0].upper: {MISSING}"),
        ('lower = "region"\n', "", f"line 22, links[1].lower: {MISSING}"),
        # what does not fit together
        (
            "-1003",
            "-1001",
            "line 15, parties.region.chat: -1001 is the chat of vendor already; "
            "each needs its own.",
        ),
        ("SRV", "VND", "line 9, parties.service.code: VND is the code of vendor already."),
        ('lower = "region"', 'lower = "x"', "line 24, links[1].lower: there is no party 'x'."),
        ('upper = "vendor"', 'upper = ""', "line 18, links[0].upper: there is no party ''."),
        (
            'upper = "service"\nlower = "region"',
            'upper = "vendor"\nlower = "service"',
            "line 22, links[1]: vendor and service are linked already.",
        ),
        (
            'upper = "service"\nlower = "region"',
            'upper = "service"\nlower = "service"',
            "line 22, links[1]: the links make a circle: service → service.",
        ),
        (
            'upper = "service"\nlower = "region"',
            'upper = "service"\nlower = "vendor"',
            "line 22, links[1]: the links make a circle: service → vendor → service.",
        ),
        (
            '"30m"\n',
            '"30m"\n\n[[links]]\nupper = "region"\nlower = "vendor"\n',
            "line 27, links[2]: the links make a circle: region → vendor → service → region.",
        ),
        # keys that do not fit a deep link
        (
            "parties.region",
            'parties."our region"',
            "line 12, parties.our region: 'our region' does not fit into a link; "
            "use letters, digits, - and _.",
        ),
        (
            "parties.region",
            'parties."регион"',
            "line 12, parties.регион: 'регион' does not fit into a link; "
            "use letters, digits, - and _.",
        ),
        (
            "parties.region",
            f"parties.{'r' * 65}",
            f"line 12, parties.{'r' * 65}: '{'r' * 65}' does not fit into a link; "
            "use letters, digits, - and _.",
        ),
        # durations
        *(
            (
                '"30m"',
                value,
                f"line 25, links[1].take_within: {shown} is no duration; "
                "write it like 30m, 8h or 3d.",
            )
            for value, shown in [
                ('"30"', "'30'"),
                ('"30 m"', "'30 m'"),
                ('"-30m"', "'-30m'"),
                ('"1.5h"', "'1.5h'"),
                ('"0m"', "'0m'"),
                ('"2w"', "'2w'"),
                ('""', "''"),
                ("30", "30"),
                ("true", "True"),
                ('["30m"]', "['30m']"),
            ]
        ),
        ('"30m"', '"367d"', "line 25, links[1].take_within: '367d' is longer than a year."),
        # time zones, hours, codes, languages
        *(
            (
                "chat = -1002",
                f'chat = -1002\ntimezone = "{zone}"',
                f"line 11, parties.service.timezone: {zone!r} is no time zone; "
                "write it like Europe/Moscow.",
            )
            for zone in ["Moscow", "", "Europe", "../../etc/passwd", "UTC+3", "/etc/localtime"]
        ),
        *(
            (
                "chat = -1002",
                f'chat = -1002\nhours = "{hours}"',
                f"line 11, parties.service.hours: {hours!r} are no working hours; "
                "write them like Mon-Fri 09:00-18:00.",
            )
            for hours in ["9-18", "Mon-Fri", "Mon-Fri 9:00-18:00", "Mo 09:00-18:00", "", "Mon 9-25"]
        ),
        *(
            (
                '"SRV"',
                f'"{code}"',
                f"line 9, parties.service.code: {code!r} is no code; "
                "write 2 to 6 capital letters like VND.",
            )
            for code in ["S", "SERVICE", "srv", "SR1", "СРВ", "", "SRV "]
        ),
        (
            "chat = -1002",
            'chat = -1002\nlanguage = "de"',
            "line 11, parties.service.language: 'de' is no language we speak; there are en, ru.",
        ),
        # values of another kind
        (
            '"Cold Repair"',
            "5",
            "line 8, parties.service.name: Input should be a valid string (it is 5).",
        ),
        (
            '"Cold Repair"',
            '""',
            "line 8, parties.service.name: String should have at least 1 character (it is '').",
        ),
        (
            "-1002",
            '"-1002"',
            "line 10, parties.service.chat: Input should be a valid integer (it is '-1002').",
        ),
        (
            "clients = true",
            'clients = "yes"',
            "line 5, parties.vendor.clients: Input should be a valid boolean (it is 'yes').",
        ),
        (
            "clients = true",
            'to_client = "open"',
            "line 5, parties.vendor.to_client: Input should be 'auto' or 'hold' (it is 'open').",
        ),
        (
            "rank = 1",
            "rank = 0",
            "line 20, links[0].rank: Input should be greater than or equal to 1 (it is 0).",
        ),
        (
            "rank = 1",
            'forward = "always"',
            "line 20, links[0].forward: Input should be 'auto' or 'manual' (it is 'always').",
        ),
        (
            "rank = 1",
            "match = { region = 5 }",
            "line 20, links[0].match.region: Input should be a valid list (it is 5).",
        ),
        (
            "rank = 1",
            "tariff = { hour = 900 }",
            "line 20, links[0].tariff.hour: Input should be a valid string (it is 900).",
        ),
        *(
            (
                "rank = 1",
                f'tariff = {{ hour = "{price}" }}',
                f"line 20, links[0].tariff.hour: {price!r} is no price; write an amount and a "
                "currency of three capitals, like 2500 RUB or 12.50 EUR.",
            )
            for price in ("", "RUB", "a lot", "-1 RUB", "900 ₽", "1e3 RUB", "9.999 RUB", "1,5 RUB")
        ),
        (
            "rank = 1",
            'tariff = { hour = "9 RUB", callout = "1 EUR" }',
            "line 20, links[0].tariff: prices in EUR and RUB cannot be summed; use one currency.",
        ),
        (
            "rank = 1",
            'penalty = "101%"',
            "line 20, links[0].penalty: '101%' cannot be deducted; write an amount like 500 RUB, "
            "or a part of what the work costs like 10%.",
        ),
        (
            "rank = 1",
            'tariff = { hour = "9 RUB" }\npenalty = "1 EUR"',
            "line 21, links[0].penalty: 1 EUR is in another currency than the tariff; use one.",
        ),
        *(
            (
                "chat = -1002",
                f"chat = -1002\n{key} = 5",
                f"line 11, parties.service.{key}: Input should be a valid string (it is 5).",
            )
            for key in ["language", "timezone", "hours"]
        ),
        ('"SRV"', "5", "line 9, parties.service.code: Input should be a valid string (it is 5)."),
        (
            "chat = -1002",
            'chat = -1002\nlanguage = ["en"]',
            "line 11, parties.service.language: Input should be a valid string (it is ['en']).",
        ),
    ],
)
def test_a_fault_is_named_with_file_line_and_key(before: str, after: str, sentence: str) -> None:
    assert refused(changed(before, after)) == f"chain.toml, {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"chain.toml, line 1, parties: {MISSING}"),
        (
            "parties = 5",
            "chain.toml, line 1, parties: Input should be a valid dictionary (it is 5).",
        ),
        (
            f"links = 5\n{CHAIN[: CHAIN.index('[[links]]')]}",
            "chain.toml, line 1, links: Input should be a valid list (it is 5).",
        ),
        ('name = "x', "chain.toml: Illegal character '\\n' (at line 1, column 10)."),
        (
            changed("rank = 1", "rank = "),
            "chain.toml: Invalid value (at line 20, column 8).",
        ),
        (
            changed("rank = 1", "rank = 1\nrank = 2"),
            "chain.toml: Cannot overwrite a value (at line 21, column 9).",
        ),
        (f"x = {'[' * 100_000}", "chain.toml is nested too deeply."),
    ],
)
def test_what_is_no_chain_file_at_all_is_refused(text: str, sentence: str) -> None:
    assert refused(text + "\n") == sentence


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"

    assert unread(path) == f"{path} cannot be read: No such file or directory."


def test_a_folder_is_no_chain_file(tmp_path: Path) -> None:
    assert unread(tmp_path) == f"{tmp_path} cannot be read: Is a directory."


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "chain.toml"
    file.write_bytes('name = "Сервис"'.encode("cp1251"))

    assert unread(file) == f"{file} is not written in UTF-8."


def test_a_file_that_cannot_be_a_chain_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "chain.toml"
    file.write_text(f"{CHAIN}#{'x' * 1_000_000}")

    assert unread(file) == f"{file} is larger than 1000000 bytes."


def test_a_refusal_is_told_in_the_name_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "partners.toml"
    file.write_text(changed("rank", "rnak"))

    assert unread(file) == f"partners.toml, line 20, links[0].rnak: {UNKNOWN}"


# What is accepted


@pytest.mark.parametrize("text", [CHAIN, FULL])
def test_a_good_file_is_read(text: str, tmp_path: Path) -> None:
    file = tmp_path / "chain.toml"
    file.write_text(text)

    assert chain.read(file) == chain.parse(text)


@pytest.mark.parametrize(
    "hours",
    ["Mon-Fri 09:00-18:00", "Mon-Sun 00:00-24:00", "Sat 10:00-12:30", "Mon,Wed-Fri 00:00-23:59"],
)
def test_working_hours_may_be_written_in_several_ways(hours: str) -> None:
    read = chain.parse(changed("chat = -1002", f'chat = -1002\nhours = "{hours}"'))

    assert read.parties["service"].hours == hours


def test_one_party_may_stand_below_two_others() -> None:
    more = CHAIN + '\n[[links]]\nupper = "vendor"\nlower = "region"\n'

    assert len(chain.parse(more).links) == 3


# What is applied


@pytest.fixture
async def database(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "chain.db"
    shutil.copy(migrated, path)
    made = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOW)
    yield made
    await made.close()


async def apply(database: Database, text: str, bot: int = BOT) -> list[str]:
    """Apply the text of a file and return what that changed, in the order of the alphabet."""
    async with database.transaction(bot) as store:
        return sorted(await setup.apply(store, chain.parse(text)))


async def export(database: Database, bot: int = BOT) -> str:
    async with database.transaction(bot) as store:
        return await setup.export(store)


async def test_a_first_file_makes_the_chain(database: Database) -> None:
    assert await apply(database, CHAIN) == [
        "+ link service → region",
        "+ link vendor → service",
        "+ party region: Region, REG, chat -1003",
        "+ party service: Cold Repair, SRV, chat -1002",
        "+ party vendor: Iceberg Service, VND, chat -1001",
    ]


@pytest.mark.parametrize("text", [CHAIN, FULL])
async def test_a_file_applied_twice_changes_nothing(database: Database, text: str) -> None:
    await apply(database, text)

    assert await apply(database, text) == []


@pytest.mark.parametrize("text", [CHAIN, FULL])
async def test_what_was_exported_and_is_applied_changes_nothing(
    database: Database, text: str
) -> None:
    await apply(database, text)
    exported = await export(database)

    assert await apply(database, exported) == []
    assert await export(database) == exported


@pytest.mark.parametrize("text", [CHAIN, FULL])
async def test_what_was_exported_says_what_the_file_said(database: Database, text: str) -> None:
    await apply(database, text)

    assert chain.parse(await export(database)) == chain.parse(text)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("Cold Repair", "Warm Repair", "~ party service: name Cold Repair → Warm Repair"),
        ("SRV", "COLD", "~ party service: code SRV → COLD"),
        ('"30m"', '"2h"', "~ link service → region: take_within 30m → 2h"),
        ('"30m"', '"24h"', "~ link service → region: take_within 30m → 1d"),
        ("rank = 1", "rank = 2", "~ link vendor → service: rank 1 → 2"),
        ("rank = 1", 'down = "hold"', "~ link vendor → service: down auto → hold"),
        ("rank = 1", 'client = "hidden"', "~ link vendor → service: client when_taken → hidden"),
        ("clients = true", "clients = true\nleads = [5, 4]", "~ party vendor: leads none → [4, 5]"),
        (
            "clients = true",
            'clients = true\nasks = ["kind"]',
            '~ party vendor: asks none → ["kind"]',
        ),
        (
            "rank = 1",
            'match = { region = ["Süd"] }',
            '~ link vendor → service: match none → {"region": ["Süd"]}',
        ),
        ("rank = 1", "paused = true", "~ link vendor → service: standing active → paused"),
    ],
)
async def test_a_changed_value_is_told_before_and_after(
    database: Database, before: str, after: str, change: str
) -> None:
    await apply(database, CHAIN)

    assert await apply(database, changed(before, after)) == [change]
    assert chain.parse(await export(database)) == chain.parse(changed(before, after))


async def test_a_value_that_is_not_said_any_more_is_the_usual_one_again(
    database: Database,
) -> None:
    await apply(database, CHAIN)

    changes = await apply(database, changed('take_within = "30m"\n', ""))

    assert changes == ["~ link service → region: take_within 30m → none"]


async def test_a_link_that_is_not_there_any_more_is_ended(database: Database) -> None:
    await apply(database, CHAIN)
    shorter = CHAIN[: CHAIN.rindex("[[links]]")]

    assert await apply(database, shorter) == ["- link service → region"]
    assert await apply(database, shorter) == []
    assert chain.parse(await export(database)) == chain.parse(shorter)


async def test_a_link_that_comes_back_is_active_again(database: Database) -> None:
    await apply(database, CHAIN)
    await apply(database, CHAIN[: CHAIN.rindex("[[links]]")])

    await apply(database, CHAIN)

    assert chain.parse(await export(database)) == chain.parse(CHAIN)
    assert await apply(database, CHAIN) == []


def without(*keys: str) -> str:
    """Return the chain file without some of its parties, and without links."""
    tables = CHAIN[: CHAIN.index("[[links]]")].split("\n\n")
    return "\n\n".join(
        table for table in tables if not any(f"parties.{key}]" in table for key in keys)
    )


async def test_a_party_that_is_not_there_any_more_takes_no_part(database: Database) -> None:
    await apply(database, CHAIN)

    await apply(database, without("vendor"))

    assert await apply(database, without("vendor")) == []
    assert await apply(database, await export(database)) == []
    async with database.transaction(BOT) as store:
        assert await store.open_to_clients() == []
        assert [each.standing for each in await store.links()] == ["ended", "ended"]


async def test_a_party_that_comes_back_is_the_one_it_was(database: Database) -> None:
    await apply(database, CHAIN)
    async with database.transaction(BOT) as store:
        before = {each.key: each.id for each in await store.parties()}
    await apply(database, without("vendor"))

    await apply(database, CHAIN)

    async with database.transaction(BOT) as store:
        assert {each.key: each.id for each in await store.parties()} == before
    assert chain.parse(await export(database)) == chain.parse(CHAIN)


async def test_two_parties_may_swap_their_codes_and_chats(database: Database) -> None:
    await apply(database, CHAIN)
    swapped = changed("VND", "?", "SRV", "VND", "?", "SRV", "-1001", "?", "-1002", "-1001")
    swapped = changed("?", "-1002", text=swapped)

    changes = await apply(database, swapped)

    assert len(changes) == 4
    assert {
        "~ party vendor: code VND → SRV",
        "~ party service: code SRV → VND",
    } <= set(changes)
    assert chain.parse(await export(database)) == chain.parse(swapped)
    assert await apply(database, swapped) == []


async def test_codes_may_go_round_among_three(database: Database) -> None:
    await apply(database, CHAIN)
    turned = changed("VND", "?", "SRV", "VND", "REG", "SRV", "?", "REG")

    assert len(await apply(database, turned)) == 3
    assert chain.parse(await export(database)) == chain.parse(turned)


async def test_a_new_party_may_take_the_code_and_chat_of_one_that_left(
    database: Database,
) -> None:
    await apply(database, CHAIN)
    renamed = CHAIN.replace("parties.region", "parties.north").replace('"region"', '"north"')

    await apply(database, renamed)

    assert chain.parse(await export(database)) == chain.parse(renamed)
    assert await apply(database, await export(database)) == []
    assert await apply(database, renamed) == []


async def test_one_that_left_may_come_back_although_its_chat_is_taken(database: Database) -> None:
    await apply(database, CHAIN)
    renamed = CHAIN.replace("parties.region", "parties.north").replace('"region"', '"north"')
    await apply(database, renamed)

    await apply(database, CHAIN)

    assert chain.parse(await export(database)) == chain.parse(CHAIN)


async def test_a_refused_file_changes_nothing(database: Database) -> None:
    await apply(database, CHAIN)
    before = await export(database)

    with pytest.raises(BadChain):
        await apply(database, changed("Cold Repair", "Warm Repair", 'lower = "region"', ""))

    assert await export(database) == before


async def test_nothing_is_half_applied_when_something_fails_on_the_way(
    database: Database,
) -> None:
    async def breaks_off() -> None:
        async with database.transaction(BOT) as store:
            await setup.apply(store, chain.parse(FULL))
            raise OSError("the disk is full")

    await apply(database, CHAIN)
    before = await export(database)

    with pytest.raises(OSError, match="the disk is full"):
        await breaks_off()

    assert await export(database) == before


async def test_the_chains_of_two_bots_have_nothing_to_do_with_each_other(
    database: Database,
) -> None:
    await apply(database, CHAIN)

    await apply(database, CHAIN, OTHER_BOT)
    await apply(database, without("vendor", "service"), OTHER_BOT)

    assert chain.parse(await export(database)) == chain.parse(CHAIN)
    assert chain.parse(await export(database, OTHER_BOT)) == chain.parse(
        without("vendor", "service")
    )


# Who leads


async def test_leads_whom_the_file_names_are_known_before_they_speak(database: Database) -> None:
    await apply(database, CHAIN)

    named = changed("clients = true", "clients = true\nleads = [202, 201]")

    assert await apply(database, named) == ["~ party vendor: leads none → [201, 202]"]
    assert await apply(database, named) == []
    async with database.transaction(BOT) as store:
        assert (await store.person("201", "Vera", "vera")).name == "Vera"
    assert "leads = [\n    201,\n    202,\n]" in await export(database)


async def test_a_file_that_names_no_leads_leaves_them_who_they_are(database: Database) -> None:
    await apply(database, changed("clients = true", "clients = true\nleads = [201]"))

    assert await apply(database, CHAIN) == []
    assert await apply(database, changed("clients = true", "clients = true\nleads = []")) == [
        "~ party vendor: leads [201] → none"
    ]
    assert "leads" not in await export(database)


async def test_two_ids_of_one_chat_that_has_moved_are_no_two_homes(database: Database) -> None:
    await apply(database, CHAIN)
    async with database.transaction(BOT) as store:
        await store.moves("-1002", "-1003000")
    before = await export(database)

    with pytest.raises(BadChain, match="service and region name one chat, which is -1003000 by"):
        await apply(
            database, changed('code = "REG"\nchat = -1003', 'code = "REG"\nchat = -1003000')
        )

    assert await export(database) == before


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"Cold Repair"', '" "', "line 8, parties.service.name: ' ' cannot be read; write it in"),
        ('"Cold Repair"', '"A\\u0000"', "line 8, parties.service.name: 'A\\x00' cannot be read"),
        ("-1003", "9" * 5000, "chain.toml: Exceeds the limit"),
        ("-1003", "9" * 50, "line 15, parties.region.chat: Input should be less than or equal to"),
        ("-1003", "-1003\nleads = [0]", "parties.region.leads[0]: Input should be greater than"),
        ("-1003", "-1003\nleads = [true]", "parties.region.leads[0]: Input should be a valid int"),
    ],
)
def test_what_no_database_could_keep_is_refused(before: str, after: str, sentence: str) -> None:
    assert sentence in refused(changed(before, after))


def test_no_key_begins_like_the_link_of_a_sticker() -> None:
    text = '[parties.e-shop]\nname = "Shop"\ncode = "SHP"\nchat = -1\nclients = true\n'

    with pytest.raises(BadChain, match=r"line 1, parties\.e-shop: 'e-shop' begins like the links"):
        chain.parse(text)

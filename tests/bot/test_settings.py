"""Settings: from the environment, else from a file; what is wrong is told in one sentence."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.settings import Settings, Unset
from relay.limits import Window

TOKEN = "42:SECRET-token_of_the_bot"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def given(env_file: Path, **environment: str) -> Settings:
    """Read the settings of a process that has a token."""
    return settings.read({"BOT_TOKEN": TOKEN, **environment}, env_file)


def refused(env_file: Path, **environment: str) -> str:
    """Return the sentence with which the settings are refused."""
    with pytest.raises(Unset) as refusal:
        settings.read(environment, env_file)
    return str(refusal.value)


# Where settings come from


def test_nothing_but_the_token_has_to_be_set(env_file: Path) -> None:
    found = given(env_file)

    assert found.tokens == {42: TOKEN}
    assert found.database_url == "sqlite+aiosqlite:///baton.db"
    assert found.chain_file is None
    assert found.telegram_api_url == "https://api.telegram.org"
    assert found.send_limits == {
        "chat": Window(1, timedelta(seconds=1)),
        "group": Window(20, timedelta(minutes=1)),
        "bot": Window(30, timedelta(seconds=1)),
    }
    assert (found.http_host, found.http_port) == ("127.0.0.1", 8080)
    assert (found.log_format, found.log_level) == (None, "INFO")


def test_everything_can_be_set_in_the_environment(env_file: Path) -> None:
    found = given(
        env_file,
        DATABASE_URL="postgresql://baton:pw@db.example/baton",
        CHAIN_FILE="chains/cafe.toml",
        TELEGRAM_API_URL="http://127.0.0.1:8081",
        SEND_LIMITS="chat=2/3",
        HTTP_HOST="0.0.0.0",
        HTTP_PORT="9000",
        LOG_FORMAT="json",
        LOG_LEVEL="DEBUG",
    )

    assert found.database_url == "postgresql+asyncpg://baton:pw@db.example/baton"
    assert found.chain_file == Path("chains/cafe.toml")
    assert found.telegram_api_url == "http://127.0.0.1:8081"
    assert found.send_limits == {"chat": Window(2, timedelta(seconds=3))}
    assert (found.http_host, found.http_port) == ("0.0.0.0", 9000)
    assert (found.log_format, found.log_level) == ("json", "DEBUG")


def test_several_bots_have_a_token_each_and_a_chain_each(env_file: Path) -> None:
    found = given(env_file, BOT_TOKEN="42:ONE, 43:TWO", CHAIN_FILE="chains/{bot}.toml")

    assert found.tokens == {42: "42:ONE", 43: "43:TWO"}


def test_operators_are_named_by_their_ids(env_file: Path) -> None:
    assert given(env_file, OPERATORS="101, 102").operators == [101, 102]


def test_updates_may_be_pushed_to_this_machine_without_https(env_file: Path) -> None:
    found = given(env_file, WEBHOOK_URL="http://127.0.0.1:8080/", WEBHOOK_SECRET="0123456789abcdef")

    assert found.webhook_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, None),
        ({"DASHBOARD_URL": "https://baton.example/"}, "https://baton.example"),
        ({"DASHBOARD_URL": "http://localhost:8080"}, "http://localhost:8080"),
        ({"WEBHOOK_URL": "https://hook.example:8443/in"}, "https://hook.example:8443"),
        (
            {"WEBHOOK_URL": "https://hook.example", "DASHBOARD_URL": "https://baton.example"},
            "https://baton.example",
        ),
    ],
)
def test_the_dashboard_is_where_it_is_said_or_where_updates_are_pushed(
    env_file: Path, environment: dict[str, str], address: str | None
) -> None:
    secret = {"WEBHOOK_SECRET": "0123456789abcdef"} if "WEBHOOK_URL" in environment else {}

    assert given(env_file, **environment, **secret).dashboard == address


def test_everything_can_be_set_in_the_file(env_file: Path) -> None:
    env_file.write_text(
        f"# ours\nBOT_TOKEN={TOKEN}\nexport HTTP_PORT=9000  # free there\n\n"
        "CHAIN_FILE=\"our chain.toml\"\nSEND_LIMITS='chat=1/1 bot=5/1'\n"
    )

    found = settings.read({}, env_file)

    assert (found.tokens, found.http_port) == ({42: TOKEN}, 9000)
    assert found.chain_file == Path("our chain.toml")
    assert set(found.send_limits) == {"chat", "bot"}


def test_the_environment_goes_before_the_file(env_file: Path) -> None:
    env_file.write_text("BOT_TOKEN=43:of-the-file\nHTTP_PORT=9000\nLOG_LEVEL=ERROR\n")

    found = given(env_file, HTTP_PORT="9001")

    assert (found.tokens, found.http_port, found.log_level) == ({42: TOKEN}, 9001, "ERROR")


def test_what_is_set_to_nothing_is_not_set(env_file: Path) -> None:
    env_file.write_text("CHAIN_FILE=\nLOG_LEVEL=\n")

    found = given(env_file, HTTP_PORT="", DATABASE_URL="")

    assert (found.http_port, found.chain_file) == (8080, None)
    assert (found.database_url, found.log_level) == ("sqlite+aiosqlite:///baton.db", "INFO")


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("sqlite:///baton.db", "sqlite+aiosqlite:///baton.db"),
        ("sqlite+aiosqlite:////var/lib/baton.db", "sqlite+aiosqlite:////var/lib/baton.db"),
        ("postgresql://b@/b?host=/run/pg", "postgresql+asyncpg://b@/b?host=%2Frun%2Fpg"),
        ("postgresql+asyncpg://b:p%40w@h:1/b", "postgresql+asyncpg://b:p%40w@h:1/b"),
    ],
)
def test_the_driver_of_a_database_may_be_left_out(env_file: Path, address: str, read: str) -> None:
    assert given(env_file, DATABASE_URL=address).database_url == read


def test_a_server_may_be_without_limits(env_file: Path) -> None:
    assert given(env_file, SEND_LIMITS="none").send_limits == {}


def test_the_settings_can_be_shown_without_the_token(env_file: Path) -> None:
    found = given(env_file)

    assert "SECRET" not in f"{found!r} {found} {found.model_dump()}"


# What is refused


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "BOT_TOKEN is not set. README.md says where to get it."),
        ({"BOT_TOKEN": ""}, "BOT_TOKEN is not set. README.md says where to get it."),
        *(
            (
                {"BOT_TOKEN": token},
                "BOT_TOKEN does not look like a token: BotFather gives them as 123456:ABC….",
            )
            for token in ["SECRET", "42", "42:", ":SECRET", "42:SE CRET", "bot42:SECRET"]
        ),
        (
            {"BOT_TOKEN": f"{TOKEN},{TOKEN}"},
            "BOT_TOKEN names one bot twice.",
        ),
        (
            {"BOT_TOKEN": f"{TOKEN},43:TOKEN", "CHAIN_FILE": "chain.toml"},
            "CHAIN_FILE has to hold {bot}, as in chains/{bot}.toml: each of several bots has a "
            "chain of its own.",
        ),
        (
            {"BOT_TOKEN": TOKEN, "WEBHOOK_URL": "https://baton.example"},
            "WEBHOOK_URL and WEBHOOK_SECRET go together: set both, or neither.",
        ),
        (
            {"BOT_TOKEN": TOKEN, "WEBHOOK_URL": "http://baton.example", "WEBHOOK_SECRET": "x" * 16},
            "WEBHOOK_URL (http://baton.example) is not an address that begins with https://.",
        ),
        (
            {"BOT_TOKEN": TOKEN, "WEBHOOK_URL": "https://b.example", "WEBHOOK_SECRET": "short"},
            "WEBHOOK_SECRET is too short: give it at least 16 characters.",
        ),
        (
            {"BOT_TOKEN": TOKEN, "OPERATORS": "@vera"},
            "OPERATORS (@vera) is not a list of numeric ids such as 123456,234567; /id shows "
            "one's own.",
        ),
        (
            {"DASHBOARD_URL": "http://baton.example"},
            "DASHBOARD_URL (http://baton.example) is not an address that begins with https://.",
        ),
        (
            {"DASHBOARD_URL": "https://baton.example/pages"},
            "DASHBOARD_URL (https://baton.example/pages) has something behind the host: leave that "
            "out, as in https://baton.example.",
        ),
        (
            {"SEND_LIMITS": "chat=1"},
            "SEND_LIMITS (chat=1) is not like 'chat=1/1 group=20/60 bot=30/1', nor 'none'.",
        ),
        (
            {"SEND_LIMITS": "chat=1/1 topic=2/3"},
            "SEND_LIMITS (chat=1/1 topic=2/3) is not like 'chat=1/1 group=20/60 bot=30/1', "
            "nor 'none'.",
        ),
        (
            {"HTTP_PORT": "http"},
            "HTTP_PORT (http) is not accepted: Input should be a valid integer, "
            "unable to parse string as an integer.",
        ),
        (
            {"HTTP_PORT": "65536"},
            "HTTP_PORT (65536) is not accepted: Input should be less than or equal to 65535.",
        ),
        (
            {"HTTP_PORT": "-1"},
            "HTTP_PORT (-1) is not accepted: Input should be greater than or equal to 0.",
        ),
        (
            {"LOG_FORMAT": "xml"},
            "LOG_FORMAT (xml) is not accepted: Input should be 'console' or 'json'.",
        ),
        (
            {"LOG_LEVEL": "LOUD"},
            "LOG_LEVEL (LOUD) is not accepted: "
            "Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        ),
    ],
)
def test_a_bad_setting_is_refused_in_one_sentence_that_names_it(
    env_file: Path, environment: dict[str, str], sentence: str
) -> None:
    token = {} if "BOT_TOKEN" in environment or not environment else {"BOT_TOKEN": TOKEN}

    assert refused(env_file, **token, **environment) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "baton.db"),
        ("DATABASE_URL", "mysql://h/db"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("SEND_LIMITS", "20"),
        ("SEND_LIMITS", " "),
        ("SEND_LIMITS", "chat=one/1"),
        ("SEND_LIMITS", "chat=0/1"),
        ("SEND_LIMITS", "chat=1/0"),
        ("SEND_LIMITS", "chat=1/99999999999999999"),
        ("HTTP_PORT", "80.5"),
    ],
)
def test_every_refusal_is_a_line_that_begins_with_the_settings_name(
    env_file: Path, name: str, value: str
) -> None:
    sentence = refused(env_file, **{"BOT_TOKEN": TOKEN, name: value})

    assert sentence.startswith(f"{name} ")
    assert "\n" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("TOKEN=1", "TOKEN in .env is not a setting. Did you mean BOT_TOKEN?"),
        ("DATABASE=1", "DATABASE in .env is not a setting. Did you mean DATABASE_URL?"),
        ("CHAIN=1", "CHAIN in .env is not a setting. Did you mean CHAIN_FILE?"),
        ("API_URL=1", "API_URL in .env is not a setting. Did you mean TELEGRAM_API_URL?"),
        ("http_port=9", "http_port in .env is not a setting. Did you mean HTTP_PORT?"),
        ("Bot_Token=1", "Bot_Token in .env is not a setting. Did you mean BOT_TOKEN?"),
        ("FAVOURITE_COLOUR=red", "FAVOURITE_COLOUR in .env is not a setting."),
        ("HTTP_PORT", "A line of .env is not like NAME=value."),
    ],
)
def test_an_unknown_name_in_the_file_is_refused(env_file: Path, line: str, sentence: str) -> None:
    env_file.write_text(f"{line}\n")

    assert refused(env_file, BOT_TOKEN=TOKEN).replace(str(env_file), ".env") == sentence


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BOT_TOKENS", "BOT_TOKEN"),
        ("bot_token", "BOT_TOKEN"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("CHAINFILE", "CHAIN_FILE"),
        ("SEND_LIMIT", "SEND_LIMITS"),
        ("TELEGRAM_API", "TELEGRAM_API_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("HTTPPORT", "HTTP_PORT"),
    ],
)
def test_a_name_in_the_environment_that_is_nearly_ours_is_refused(
    env_file: Path, name: str, meant: str
) -> None:
    sentence = refused(env_file, **{"BOT_TOKEN": TOKEN, name: "1"})

    assert sentence == f"{name} is not a setting. Did you mean {meant}?"


def test_what_else_is_in_the_environment_is_none_of_our_business(env_file: Path) -> None:
    names = [
        *("PATH", "HOME", "HOST", "HOSTNAME", "PORT", "LANG", "LOGNAME", "TERM", "TZ", "PWD"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("PYTHONPATH", "VIRTUAL_ENV", "KUBERNETES_SERVICE_HOST", "TEST_DATABASE_URL"),
    ]

    assert given(env_file, **dict.fromkeys(names, "x")).tokens == {42: TOKEN}


def test_a_file_in_another_encoding_is_refused_in_a_sentence(env_file: Path) -> None:
    env_file.write_bytes("CHAIN_FILE=café.toml".encode("latin1"))

    assert refused(env_file, BOT_TOKEN=TOKEN) == f"{env_file} is not written in UTF-8."


# What is secret


@pytest.mark.parametrize(
    "token", ["SECRET", "42:SEC RET", "42:SECRET,42:SECRET", "42:SECRET,", "'42:SECRET'"]
)
def test_the_token_is_never_shown(env_file: Path, token: str) -> None:
    assert "SECRET" not in refused(env_file, BOT_TOKEN=token)

    env_file.write_text(f'BOT_TOKEN="{token}"\n')
    assert "SECRET" not in refused(env_file)


@pytest.mark.parametrize("name", ["DATABASE_URL", "HTTP_PORT", "LOG_LEVEL", "SEND_LIMITS"])
def test_the_token_is_not_shown_when_something_else_is_wrong(env_file: Path, name: str) -> None:
    assert "SECRET" not in refused(env_file, **{"BOT_TOKEN": TOKEN, name: "wrong"})


def test_a_token_under_a_wrong_name_is_not_shown(env_file: Path) -> None:
    env_file.write_text(f"BOT_TOKN={TOKEN}\n")

    assert "SECRET" not in refused(env_file)
    assert "SECRET" not in refused(env_file / "none", BOT_TOKN=TOKEN)


@pytest.mark.parametrize("line", [TOKEN, f"BOT_TOKEN:{TOKEN}", f"export {TOKEN}"])
def test_a_token_that_was_written_down_wrongly_is_not_shown(env_file: Path, line: str) -> None:
    env_file.write_text(f"{line}\n")

    assert "SECRET" not in refused(env_file)


def test_a_token_in_an_address_is_not_shown(env_file: Path) -> None:
    address = f"api.telegram.org/bot{TOKEN}"

    assert "SECRET" not in refused(env_file, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=address)


@pytest.mark.parametrize("address", ["mysql://u:SECRET@h/db", "postgresql://u:SECRET@h:port/db"])
def test_a_databases_password_is_never_shown(env_file: Path, address: str) -> None:
    sentence = refused(env_file, BOT_TOKEN=TOKEN, DATABASE_URL=address)

    assert sentence.startswith("DATABASE_URL ")
    assert "SECRET" not in sentence

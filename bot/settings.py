"""Settings: environment variables, and a ``.env`` file."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from relay.limits import Window

TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{3,}")
LIMIT = re.compile(r"(chat|group|bot)=([1-9]\d{0,5})/([1-9]\d{0,5})")
NAME = re.compile(r"[A-Za-z]\w*")
SHORTEST = 16  #: characters of a secret
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Unset(Exception):
    """A setting is missing, unknown or wrong; the sentence names it."""


class CannotStart(Exception):
    """Something outside prevents the start; the sentence says what, and what to do."""


def read_limits(value: Any) -> Any:
    """Read ``chat=1/1 group=20/60 bot=30/1``; ``none``: a server without limits."""
    if not isinstance(value, str):
        return value
    if value.strip() == "none":
        return {}
    found = [LIMIT.fullmatch(each) for each in value.split()]
    if not found or not all(found):
        raise ValueError("is not like 'chat=1/1 group=20/60 bot=30/1', nor 'none'")
    return {
        each.group(1): Window(int(each.group(2)), timedelta(seconds=int(each.group(3))))
        for each in found
        if each
    }


def read_url(value: str) -> str:
    """Read a database's address; the driver may be left out."""
    try:
        parsed = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("is not an address like 'sqlite:///baton.db'") from None
    kind = parsed.get_backend_name()
    if kind not in DRIVERS:
        raise ValueError("is neither an SQLite nor a PostgreSQL address")
    return parsed.set(drivername=DRIVERS[kind]).render_as_string(hide_password=False)


def read_tokens(value: Any) -> Any:
    """Check that it looks like what BotFather gives; several are separated by commas."""
    if isinstance(value, str):
        tokens = [each.strip() for each in value.split(",")]
        if not all(TOKEN.fullmatch(each) for each in tokens):
            raise ValueError("does not look like a token: BotFather gives them as 123456:ABC…")
        if len({bot_id(each) for each in tokens}) < len(tokens):
            raise ValueError("names one bot twice")
    return value


def bot_id(token: str) -> int:
    """Return the bot's id: a token begins with it."""
    return int(token.split(":")[0])


def read_operators(value: Any) -> Any:
    """Read the numeric ids of persons, separated by commas."""
    if not isinstance(value, str):
        return value
    ids = [each.strip() for each in value.split(",")]
    if not all(each.isascii() and each.isdecimal() for each in ids):
        raise ValueError("is not a list of numeric ids such as 123456,234567; /id shows one's own")
    return [int(each) for each in ids]


def read_secret(value: Any) -> Any:
    """Check that nobody can guess it."""
    if isinstance(value, str) and len(value) < SHORTEST:
        raise ValueError(f"is too short: give it at least {SHORTEST} characters")
    return value


def read_webhook(value: str) -> str:
    """Check that the messenger can push there: by HTTPS, but for a server on this machine."""
    here = re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)", value)
    if not here and not re.fullmatch(r"https://\S+", value):
        raise ValueError("is not an address that begins with https://")
    return value.rstrip("/")


def read_dashboard(value: str) -> str:
    """Check that people can open it: the pages are at ``/dashboard`` of this address."""
    address = read_webhook(value)
    if urlsplit(address).path or "?" in address or "#" in address:
        raise ValueError(
            "has something behind the host: leave that out, as in https://baton.example"
        )
    return address


class Settings(BaseModel):
    """What can be set; the names in the environment are the fields' in capitals."""

    model_config = ConfigDict(extra="forbid")

    bot_token: Annotated[SecretStr, BeforeValidator(read_tokens)]
    database_url: Annotated[str, BeforeValidator(read_url)] = "sqlite+aiosqlite:///baton.db"
    chain_file: Path | None = None
    telegram_api_url: Annotated[str, Field(pattern=r"^https?://\S+$")] = "https://api.telegram.org"
    send_limits: Annotated[dict[str, Window], BeforeValidator(read_limits)] = Field(
        default_factory=lambda: read_limits("chat=1/1 group=20/60 bot=30/1")
    )
    webhook_url: Annotated[str, BeforeValidator(read_webhook)] | None = None
    webhook_secret: Annotated[SecretStr, BeforeValidator(read_secret)] | None = None
    dashboard_url: Annotated[str, BeforeValidator(read_dashboard)] | None = None
    operators: Annotated[list[int], BeforeValidator(read_operators)] = Field(default_factory=list)
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    log_format: Literal["console", "json"] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def fits_together(self) -> Settings:
        """Refuse what each setting allows, but not together."""
        if (self.webhook_url is None) != (self.webhook_secret is None):
            raise ValueError("WEBHOOK_URL and WEBHOOK_SECRET go together: set both, or neither")
        if len(self.tokens) > 1 and self.chain_file and "{bot}" not in str(self.chain_file):
            raise ValueError(
                "CHAIN_FILE has to hold {bot}, as in chains/{bot}.toml: each of several bots has "
                "a chain of its own"
            )
        return self

    @property
    def dashboard(self) -> str | None:
        """Where the dashboard is to be reached; none: nobody can reach it, and it is off."""
        if self.dashboard_url or self.webhook_url is None:
            return self.dashboard_url
        host = urlsplit(self.webhook_url)
        return f"{host.scheme}://{host.netloc}"

    @property
    def tokens(self) -> dict[int, str]:
        """The tokens in clear, by the bots' ids, for the one place that needs them."""
        found = self.bot_token.get_secret_value().split(",")
        return {bot_id(each.strip()): each.strip() for each in found}


#: What may hold a token or a password is not repeated in a sentence.
SECRET = frozenset({"BOT_TOKEN", "DATABASE_URL", "TELEGRAM_API_URL", "WEBHOOK_SECRET"})

#: What is not ours, however alike it looks.
FOREIGN = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"})


def read(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Read the settings: the environment goes before the file.

    Raises:
        Unset: one sentence that names what is wrong.
    """
    surroundings = dict(os.environ if environment is None else environment)
    names = [name.upper() for name in Settings.model_fields]
    from_file = read_file(env_file, names)
    for name in surroundings:
        if name not in names and name not in FOREIGN and (guess := meant(name, names, 0.85)):
            raise Unset(f"{name} is not a setting.{guess}")
    given = {
        name: value for name in names if (value := surroundings.get(name) or from_file.get(name))
    }
    try:
        return Settings.model_validate({name.lower(): value for name, value in given.items()})
    except ValidationError as error:
        problem = error.errors()[0]
        if not problem["loc"]:
            raise Unset(problem["msg"].removeprefix("Value error, ") + ".") from None
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            raise Unset(f"{name} is not set. README.md says where to get it.") from None
        text = problem["msg"].removeprefix("Value error, ")
        text = (
            text
            if "value error" in problem["type"] or "Value error" in problem["msg"]
            else (f"is not accepted: {text}")
        )
        shown = "" if name in SECRET else f" ({given.get(name)})"
        raise Unset(f"{name}{shown} {text}.") from None


def read_file(env_file: Path, names: list[str]) -> dict[str, str]:
    """Read a ``.env`` file; what is no setting is refused, and never shown if it may be secret."""
    try:
        found = dotenv_values(env_file)
    except UnicodeDecodeError:
        raise Unset(f"{env_file} is not written in UTF-8.") from None
    for name, value in found.items():
        if value is None or not NAME.fullmatch(name):
            raise Unset(f"A line of {env_file} is not like NAME=value.")
        if name not in names:
            raise Unset(f"{name} in {env_file} is not a setting.{meant(name, names, 0.6)}")
    return {name: value or "" for name, value in found.items()}


def meant(name: str, names: list[str], cutoff: float) -> str:
    """Return a hint at the setting that was probably meant, or nothing."""
    close = difflib.get_close_matches(name.upper(), names, 1, cutoff)
    return f" Did you mean {close[0]}?" if close else ""

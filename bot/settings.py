"""Settings: environment variables, and a ``.env`` file."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from relay.limits import Window

TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{3,}")
LIMIT = re.compile(r"(chat|group|bot)=([1-9]\d{0,5})/([1-9]\d{0,5})")
NAME = re.compile(r"[A-Za-z]\w*")
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


def read_token(value: Any) -> Any:
    """Check that it looks like what BotFather gives."""
    if isinstance(value, str) and "," in value:
        raise ValueError("holds several tokens; one process runs one bot")
    if isinstance(value, str) and not TOKEN.fullmatch(value):
        raise ValueError("does not look like a token: BotFather gives them as 123456:ABC…")
    return value


class Settings(BaseModel):
    """What can be set; the names in the environment are the fields' in capitals."""

    model_config = ConfigDict(extra="forbid")

    bot_token: Annotated[SecretStr, BeforeValidator(read_token)]
    database_url: Annotated[str, BeforeValidator(read_url)] = "sqlite+aiosqlite:///baton.db"
    chain_file: Path | None = None
    telegram_api_url: Annotated[str, Field(pattern=r"^https?://\S+$")] = "https://api.telegram.org"
    send_limits: Annotated[dict[str, Window], BeforeValidator(read_limits)] = Field(
        default_factory=lambda: read_limits("chat=1/1 group=20/60 bot=30/1")
    )
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    log_format: Literal["console", "json"] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def token(self) -> str:
        """The token in clear, for the one place that needs it."""
        return self.bot_token.get_secret_value()


#: What may hold a token or a password is not repeated in a sentence.
SECRET = frozenset({"BOT_TOKEN", "DATABASE_URL", "TELEGRAM_API_URL"})

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

"""``python -m bot apply``: what somebody at the terminal sees, and what scripts do."""

from __future__ import annotations

import asyncio
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import app, cli
from bot.applying import apply, ask
from bot.settings import CannotStart, Settings, read
from relay import chain, setup
from relay.chain import BadChain
from relay.store import Database
from tests.end_to_end.live_processes import surroundings

BOT = 42
CHAIN = """\
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = -1001
"""
NEW = ["+ party vendor: Iceberg, VND, chat -1001"]


def nobody_is_asked() -> bool:
    raise AssertionError("nobody is to be asked")


@dataclass
class Terminal:
    """Somebody with a chain file and a database."""

    folder: Path
    url: str

    @property
    def file(self) -> Path:
        return self.folder / "chain.toml"

    @property
    def given(self) -> dict[str, str]:
        return {"BOT_TOKEN": f"{BOT}:TEST", "DATABASE_URL": self.url}

    @property
    def settings(self) -> Settings:
        return read(self.given, env_file=self.folder / "none")

    def applies(self, asks: Callable[[], bool] = nobody_is_asked, *, agreed: bool = False) -> bool:
        return apply(self.settings, BOT, self.file, agreed=agreed, asks=asks)

    def exports(self) -> str:
        async def exported() -> str:
            database = Database(self.settings.database_url, clock=app.now)
            async with database.transaction(BOT) as store:
                text = await setup.export(store)
            await database.close()
            return text

        return asyncio.run(exported())

    def changes(self, text: str) -> None:
        """Let somebody else change the chain, as in a chat."""

        async def changed() -> None:
            database = Database(self.settings.database_url, clock=app.now)
            async with database.transaction(BOT) as store:
                await setup.apply(store, chain.parse(text))
            await database.close()

        asyncio.run(changed())


@pytest.fixture
def terminal(migrated: Path, tmp_path: Path) -> Terminal:
    shutil.copy(migrated, tmp_path / "baton.db")
    found = Terminal(tmp_path, f"sqlite:///{tmp_path / 'baton.db'}")
    found.file.write_text(CHAIN, "utf-8")
    return found


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_what_changes_is_shown_before_anybody_is_asked(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []

    def agrees() -> bool:
        seen.extend(said(capsys))
        assert "Iceberg" not in terminal.exports()  # and nothing is locked
        return True

    assert terminal.applies(asks=agrees)

    assert seen == NEW
    assert said(capsys) == ["Applied."]
    assert "Iceberg" in terminal.exports()


def test_who_says_no_changes_nothing(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not terminal.applies(asks=lambda: False)

    assert said(capsys) == [*NEW, "Nothing was changed."]
    assert "Iceberg" not in terminal.exports()


def test_who_says_yes_beforehand_is_not_asked(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.applies(agreed=True)

    assert said(capsys) == [*NEW, "Applied."]
    assert "Iceberg" in terminal.exports()


def test_where_nothing_changes_nobody_is_asked(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.applies(agreed=True)
    terminal.file.write_text(terminal.exports(), "utf-8")
    said(capsys)

    assert terminal.applies()

    assert said(capsys) == ["Nothing to change."]


def test_what_is_not_what_was_shown_any_more_is_not_done(terminal: Terminal) -> None:
    other = CHAIN.replace("Iceberg", "Glacier")

    def thinks() -> bool:
        terminal.changes(other)
        return True

    with pytest.raises(CannotStart, match="somebody else has changed the chain meanwhile"):
        terminal.applies(asks=thinks)

    assert "Glacier" in terminal.exports()


def test_a_file_that_changes_while_somebody_thinks_is_applied_as_it_was_shown(
    terminal: Terminal,
) -> None:
    def thinks() -> bool:
        terminal.file.write_text(CHAIN.replace("Iceberg", "Glacier"), "utf-8")
        return True

    terminal.applies(asks=thinks)

    assert "Iceberg" in terminal.exports()


def test_a_bad_file_is_named_and_nobody_is_asked(terminal: Terminal) -> None:
    terminal.file.write_text(CHAIN.replace("VND", "vnd"), "utf-8")

    with pytest.raises(BadChain, match=r"chain\.toml, line 3, parties\.vendor\.code"):
        terminal.applies()


def test_where_nobody_can_be_asked_it_says_how_to_apply(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CannotStart, match=r"nobody can be asked here\. Say --yes to apply this\."):
        terminal.applies(asks=ask)

    assert said(capsys) == NEW
    assert "Iceberg" not in terminal.exports()
    assert cli.parser().parse_args(["apply", "chain.toml", "--yes"]).yes


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("\x03", 130)])
def test_at_a_terminal_it_asks(terminal: Terminal, typed: str, code: int) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "apply", "chain.toml"],
        cwd=terminal.folder,
        env=surroundings(**terminal.given),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: controls(theirs),
    )
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(ours, 1000)
    while process.poll() is None:  # what is typed while it prepares its input may be dropped
        os.write(ours, typed.encode())
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)

    assert process.returncode in {code, -signal.SIGINT if code else code}
    assert shown.decode().splitlines() == [*NEW, "Apply this? [y/N] "]
    assert ("Iceberg" in terminal.exports()) is (code == 0)
    os.close(ours)
    os.close(theirs)


def controls(terminal: int) -> None:
    """Let a terminal be that of this process, so that Ctrl-C reaches it."""
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

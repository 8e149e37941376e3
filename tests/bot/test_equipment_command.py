"""``python -m bot equipment``: it shows what changes, asks, and changes all or nothing."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from bot import app, demo, equipment
from bot.cli import parser
from bot.settings import CannotStart, read
from relay import chain, setup
from relay.store import Database
from tests.end_to_end.live_processes import TOKEN, surroundings
from tests.scenarios.conftest import CHAIN

BOT = 42
FIRST = "code;name;site\n40-17;KX-5 boiler;Lenina 3\n40-18;Pump;\n"
SECOND = "code;name;site\n40-17;KX-5 boiler;Lenina 5\n40-19;Fan;\n"

Run = Callable[..., bool]


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    """Return the address of a database with a chain."""
    shutil.copy(migrated, tmp_path / "baton.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'baton.db'}"

    async def begin() -> None:
        database = Database(url, clock=app.now)
        async with database.transaction(BOT) as store:
            await setup.apply(store, chain.parse(CHAIN.format(vendor="", service="", local="")))
        await database.close()

    asyncio.run(begin())
    return url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    """Return what runs the command in this process."""
    given = {"BOT_TOKEN": TOKEN, "DATABASE_URL": url}
    chosen = read(given, env_file=tmp_path / "none")

    def run(*words: str, party: str = "vendor") -> bool:
        arguments = parser().parse_args(["equipment", *words, "--party", party])
        return asyncio.run(equipment.run(chosen, BOT, arguments))

    return run


def file(folder: Path, text: str) -> str:
    path = folder / "register.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_is_brought_in_and_what_it_no_longer_names_is_gone(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", file(tmp_path, FIRST), "--yes")
    assert capsys.readouterr().out == (
        "+ 40-17 · KX-5 boiler · Lenina 3\n+ 40-18 · Pump\n"
        "New: 2, changed: 0, not in the file and so taken out: 0.\nDone.\n"
    )

    assert run("import", file(tmp_path, SECOND), "--yes")
    assert capsys.readouterr().out == (
        "+ 40-19 · Fan\n~ 40-17: site Lenina 3 → Lenina 5\n- 40-18 · Pump\n"
        "New: 1, changed: 1, not in the file and so taken out: 1.\nDone.\n"
    )

    assert run("export")
    assert capsys.readouterr().out == (
        "code,name,model,serial,site,region,client\n"
        "40-17,KX-5 boiler,,,Lenina 5,,\n40-19,Fan,,,,,\n"
    )


@pytest.mark.parametrize("form", ["csv", "toml"])
def test_what_is_exported_changes_nothing_when_it_is_brought_in(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    run("import", file(tmp_path, FIRST + "=1;'+2;Жуковского, 7\n"), "--yes")
    capsys.readouterr()
    run("export", "--format", form)
    again = tmp_path / f"again.{form}"
    again.write_text(capsys.readouterr().out, encoding="utf-8")

    assert run("import", str(again))

    assert capsys.readouterr().out == "Nothing to change.\n"


@pytest.mark.parametrize(("answer", "done"), [("y\n", True), ("n\n", False), ("", False)])
def test_whoever_sits_there_is_asked(
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    done: bool,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(answer))

    assert run("import", file(tmp_path, FIRST)) is done

    assert "Shall the register be changed so? [y/N]" in capsys.readouterr().out
    run("export")
    assert ("40-17" in capsys.readouterr().out) is done


def test_each_party_has_a_register_of_its_own(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import", file(tmp_path, FIRST), "--yes")
    run("import", file(tmp_path, SECOND), "--yes", party="service")
    capsys.readouterr()

    run("export")

    assert "Pump" in capsys.readouterr().out


def test_a_party_or_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"no party 'nobody'\. There are: vendor, service, local"):
        run("import", file(tmp_path, FIRST), party="nobody")
    with pytest.raises(CannotStart, match=r"none\.csv cannot be read: No such file"):
        run("import", str(tmp_path / "none.csv"))


def test_a_bad_file_changes_nothing_and_tells_scripts_so(url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "code,name\n1,a\n,b\n1,c\n")
    command = ["-m", "bot", "equipment", "import", path, "--party", "vendor", "--yes"]

    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=surroundings(BOT_TOKEN=TOKEN, DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        f"{path}: The register was not changed, because the file needs a look:\n"
        "Line 3: the code is missing. Give each machine a code of its own.\n"
        "Line 4: the code 1 stands in line 2 already. Give each its own.\n"
    )
    assert done.stdout == ""


def test_the_demo_begins_with_a_register(
    url: str, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"BOT_TOKEN": TOKEN, "DATABASE_URL": url}

    asyncio.run(demo.furnish(read(given, env_file=tmp_path / "none")))

    run("export")
    assert capsys.readouterr().out == demo.REGISTER.read_text(encoding="utf-8")

"""Who imports whom, and what is never done anywhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "relay")

#: The two places where the system is asked for the time: the one clock of each process.
CLOCKS = {"bot/clock.py", "sandbox/__main__.py"}

#: What tells the time, by the module or class that is asked.
TELLS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {
        *("time", "time_ns", "localtime", "gmtime", "ctime", "strftime"),
        *("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
    },
}

#: What may be called on nobody's behalf, and why.
NEVER = {
    r"drop_pending_updates\s*=\s*(?!None|False)\w": "updates are messages of people",
    r"""["']?drop_pending_updates["']\s*:\s*(?!None|False)\w""": "updates are messages of people",
    r"(?i)\blog_?out\b": "the bot would be gone for ten minutes",
    r"(?i)\bforward_?messages?\b": "a forward shows its author",
    r"(?i)\bcopy_?messages\b": "what it cannot copy it skips in silence",
    r"parse_mode\s*=\s*(?!None\b)": "what people write is never markup",
    r"""["']parse_mode["']""": "what people write is never markup",
    r"\bDefaultBotProperties\b": "a default parse mode beats entities",
    r"\bstart_polling\b|\brun_polling\b": "it confirms updates before they are handled",
    r"\bSimpleRequestHandler\b|\bTokenBasedRequestHandler\b": "they answer before they know",
}


def sources(*packages: str) -> Iterator[Path]:
    """Return all modules of some packages."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nobody_imports_whom_they_must_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(str(ROOT / ".importlinter"), no_cache=True, no_logo=True)

    report = capsys.readouterr().out
    assert status == 0, report
    assert ", 0 broken" in report


def asks(tree: ast.AST) -> Iterator[str]:
    """Return every place where a module asks the system for the time, or takes what does."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=asked) | ast.Attribute(attr=asked), attr=what):
                if what in TELLS.get(asked, ()):
                    yield f"line {node.lineno}: {asked}.{what}"
            case ast.ImportFrom(module="time", names=names):
                for alias in names:
                    if alias.name in TELLS["time"]:
                        yield f"line {node.lineno}: {alias.name} from time"
            case _:
                pass


@pytest.mark.parametrize("package", [*OURS, "sandbox"])
def test_the_system_is_asked_for_the_time_in_one_place_a_process(package: str) -> None:
    found = {name(path): [*asks(ast.parse(path.read_text()))] for path in sources(package)}

    assert found
    assert {path for path, places in found.items() if places} <= CLOCKS, found


@pytest.mark.parametrize(
    "words",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "clock = time.time",
        "from time import monotonic as ticks",
        "date.today()",
    ],
)
def test_whoever_asks_for_the_time_is_noticed(words: str) -> None:
    assert [*asks(ast.parse(words))]


@pytest.mark.parametrize("pattern", NEVER)
def test_what_must_never_be_called_is_called_nowhere(pattern: str) -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()} ({NEVER[pattern]})"
        for path in sources(*OURS)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]

    assert found == []


@pytest.mark.parametrize(
    "words",
    [
        "await bot.delete_webhook(drop_pending_updates=True)",
        "drop_pending_updates = settings.drop",
        '{"drop_pending_updates": True}',
        "await bot.log_out()",
        "LogOut()",
        "await message.forward_message(1)",
        "ForwardMessage(chat_id=1)",
        '"forwardMessages"',
        "CopyMessages(chat_id=1)",
        'SendMessage(parse_mode="HTML")',
        "SendMessage(parse_mode=ParseMode.HTML)",
        'payload["parse_mode"] = "HTML"',
        "Bot(token, default=DefaultBotProperties())",
        "await dispatcher.start_polling(bot)",
    ],
)
def test_whoever_calls_what_must_never_be_called_is_noticed(words: str) -> None:
    assert any(re.search(pattern, words) for pattern in NEVER)


@pytest.mark.parametrize(
    "words",
    [
        "await bot.delete_webhook(drop_pending_updates=None)",
        "SendMessage(parse_mode=None)",
        "CopyMessage(chat_id=1)",
    ],
)
def test_what_may_be_called_is_not_taken_for_it(words: str) -> None:
    assert not any(re.search(pattern, words) for pattern in NEVER)


#: What is only ever added to: who did what stays.
LOGS = ("Change", "Charge", "Confirmation", "Decision", "Event", "Export")


def test_what_was_done_is_never_changed_or_thrown_away() -> None:
    """A statement that would names its table: ``update(Event)``."""
    calls = [
        (path.name, call)
        for path in sources(*OURS)
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and call.args
    ]
    changes = {"update", "delete"}
    found = [
        (name, ast.unparse(call))
        for name, call in calls
        if ast.unparse(call.func) in changes and ast.unparse(call.args[0]).split(".")[0] in LOGS
    ]
    assert not found

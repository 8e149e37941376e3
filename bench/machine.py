"""What it was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

WRITES: Final = 50


def words(folder: Path) -> str:
    """Name the machine, the versions, how busy it was, and what a commit costs in a folder."""
    return (
        f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} at the start, "
        f"{platform.system()} {platform.machine()}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"aiogram {version('aiogram')}; a durable write takes {1000 * fsync(folder):.2f} ms"
    )


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo").read_text().splitlines()
    names = (each.partition(":")[2].strip() for each in told if each.startswith("model name"))
    return next(names, "a processor without a name")


def fsync(folder: Path) -> float:
    """Return how many seconds it takes to have 4 KB on the disk."""
    took = []
    with (folder / "written").open("wb", buffering=0) as file:
        for _ in range(WRITES):
            began = perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took.append(perf_counter() - began)
    return median(took)

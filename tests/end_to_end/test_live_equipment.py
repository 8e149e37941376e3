"""A register, its stickers and a scan: through a running bot, over HTTP, with real files."""

from __future__ import annotations

import re
from base64 import b64encode
from io import BytesIO

from openpyxl import Workbook  # type: ignore[import-untyped]

from tests.end_to_end.live_people import people
from tests.end_to_end.live_processes import Stage
from tests.end_to_end.test_live_kinds import CHAIN, sends, shown

NAMED = "@baton_demo_bot"  #: or else a bot in privacy mode does not hear a command


async def test_a_register_is_brought_in_printed_and_scanned(stage: Stage, sqlite_file: str) -> None:
    await stage.bot(DATABASE_URL=sqlite_file, CHAIN_FILE=CHAIN)
    who = people(stage)
    anna, vera = who["Anna"], who["Vera"]
    book, file = Workbook(), BytesIO()
    for row in (["Код", "Название", "Адрес"], ["40-17", "Котёл", "Ленина 3"]):
        book.active.append(row)
    book.save(file)

    await vera.writes(f"/equipment{NAMED}")
    above = await vera.sees("The register of your equipment is empty.")
    told = {"caption": "/equipment", "name": "реестр.xlsx", "reply_to": above.id}
    await sends(vera, kind="document", file=b64encode(file.getvalue()).decode(), **told)
    assert await vera.presses("Change the register", on="+ 40-17") == "The register is changed."

    await vera.writes(f"/qr{NAMED}")
    await vera.sees("1 sticker. Print it")
    sheet = (await shown(stage, vera.chat))[-1]["document"]
    async with stage.http.get(f"/control/files/{sheet['file_id']}") as answer:
        pdf = await answer.read()
    [link] = re.findall(r"https://t\.me/baton_demo_bot\?start=e-[\w-]{12}", pdf.decode("latin-1"))

    await stage.does("open", as_=anna.id, link=link)
    await anna.sees("It is about: Котёл, 40-17, Ленина 3.")
    await anna.writes("It leaks")
    await vera.sees("VND-1 · waiting to be taken", "Equipment: Котёл, 40-17, Ленина 3", "It leaks")

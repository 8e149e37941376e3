"""Every kind of message on its way through a running bot, a real server, and real files."""

from __future__ import annotations

from typing import Any

from tests.end_to_end.live_people import Person, people
from tests.end_to_end.live_processes import PATIENCE, ROOT, Json, Stage

CHAIN = ROOT / "bot" / "demo.toml"

#: What people send, as the messenger's control calls take it, and the kind that arrives.
SENT: dict[str, Json] = {
    "photo": {"kind": "photo", "caption": "Look"},
    "video": {"kind": "video", "caption": "How it drips"},
    "animation": {"kind": "animation"},
    "audio": {"kind": "audio", "title": "Noise", "performer": "Pump"},
    "document": {"kind": "document", "name": "manual.pdf", "caption": "The manual"},
    "voice": {"kind": "voice"},
    "video_note": {"kind": "video_note"},
    "live_photo": {"kind": "live_photo"},
    "sticker": {"kind": "sticker", "emoji": "🔧"},
    "location": {"kind": "location", "latitude": 55.75, "longitude": 37.61},
    "venue": {
        "kind": "venue",
        "latitude": 55.75,
        "longitude": 37.61,
        "title": "The mill",
        "address": "Mill Lane 1",
    },
    "contact": {"kind": "contact", "phone_number": "+79991234567", "first_name": "Porter"},
}
TOLD: dict[str, Json] = {
    "📊 poll\nWhich day?\n• Monday\n• Tuesday": {
        "kind": "poll",
        "question": "Which day?",
        "options": ["Monday", "Tuesday"],
    },
    "🎲 dice\n🎯 ": {"kind": "dice", "emoji": "🎯"},
    "☑️ checklist\nBefore you come\n☐ Clear the way": {
        "kind": "checklist",
        "title": "Before you come",
        "tasks": ["Clear the way"],
    },
}


async def shown(stage: Stage, chat: int) -> list[dict[str, Any]]:
    """Return all that the bot has said in a chat."""
    told = await stage.asks("messages", chat=chat)
    return [each for each in told["messages"] if each["from"]["is_bot"]]


async def sends(who: Person, **what: Any) -> Json:
    told = await who.stage.does("send", as_=who.id, chat=who.chat, **what)
    return told["message"]  # type: ignore[no-any-return]


async def settled(who: Person, message: Json) -> None:
    """Wait until everybody has a message: its author sees a sign."""
    count = 0
    while True:
        told = await who.stage.asks("messages", chat=who.chat)
        mine = next(e for e in told["messages"] if e["message_id"] == message["message_id"])
        if "👌" in mine["reactions"]:
            return
        count += 1
        await who.stage.called("setMessageReaction", who.chat, count)


async def test_every_kind_of_message_arrives_down_the_chain_as_it_was(
    stage: Stage, sqlite_file: str
) -> None:
    await stage.bot(DATABASE_URL=sqlite_file, CHAIN_FILE=CHAIN)
    who = people(stage)
    anna, vera, paul, sara = (who[name] for name in ("Anna", "Vera", "Paul", "Sara"))

    await anna.writes("Our espresso machine leaks")
    await vera.presses("Pass on", on="VND-1 · waiting to be taken")
    await sara.presses("Take", on="SRV-1 · waiting to be taken")
    await vera.sees("SRV-1 · Cold Repair: in work")

    # One of each.

    for kind, what in SENT.items():
        await settled(anna, await sends(anna, **what))
        for reader in (vera, paul):
            found = (await shown(stage, reader.chat))[-1]
            assert kind in found, f"no {kind} in {found}"
            caption = what.get("caption", "")
            header = "VND-1 · Anna Petrova" if reader is vera else "SRV-1 · Anna Petrova"
            if "reply_markup" in found:
                labels = [
                    each["text"] for row in found["reply_markup"]["inline_keyboard"] for each in row
                ]
                assert labels == [header], kind
            else:
                assert found["caption"] == f"{header}\n{caption}".strip(), kind
    assert "manual.pdf" in str(await shown(stage, paul.chat))
    for words, what in TOLD.items():
        await sends(anna, **what)
        await paul.sees(words)

    # An album, a part of which comes late.

    item = {"kind": "photo"}
    album = await stage.does(
        "album",
        as_=anna.id,
        chat=anna.chat,
        items=[{**item, "caption": "Both"}, item, item],
        hold=1,
    )
    await stage.called("sendMediaGroup", paul.chat, 1)
    await stage.does("album/rest", album=album["album"])
    await paul.sees("Both")
    await stage.called("sendPhoto", paul.chat, 2)
    pictures = [each for each in await shown(stage, paul.chat) if "photo" in each][-3:]
    assert pictures[0]["media_group_id"] == pictures[1]["media_group_id"]
    assert "media_group_id" not in pictures[2]
    assert pictures[2]["reply_to_message"]["message_id"] == pictures[0]["message_id"]

    # A correction of a caption, and something taken back.

    said = await sends(anna, kind="document", name="bill.pdf", caption="The bil")
    await paul.sees("The bil")
    await stage.does(
        "edit", as_=anna.id, chat=anna.chat, message=said["message_id"], text="The bill"
    )
    await paul.sees("SRV-1 · Anna Petrova\nThe bill")
    await stage.does(
        "say", as_=anna.id, chat=anna.chat, text="/retract", reply_to=said["message_id"]
    )
    await anna.sees("Taken back")
    await paul.sees_no_more("The bill")

    # A button that says whose ticket it is opens that ticket.

    sticker = next(each for each in await shown(stage, paul.chat) if "sticker" in each)
    await stage.does(
        "press",
        as_=paul.id,
        chat=paul.chat,
        message=sticker["message_id"],
        button={"row": 0, "col": 0},
        wait=PATIENCE,
    )
    await paul.sees("📋 SRV-1")


async def test_a_file_that_would_name_a_hidden_client_goes_under_another_name(
    stage: Stage, sqlite_file: str
) -> None:
    await stage.bot(DATABASE_URL=sqlite_file, CHAIN_FILE=CHAIN)
    who = people(stage)
    anna, vera, paul = (who[name] for name in ("Anna", "Vera", "Paul"))
    await anna.writes("Our espresso machine leaks")
    await vera.presses("Pass on", on="VND-1 · waiting to be taken")
    await paul.sees("SRV-1 · waiting to be taken", "Client: •••")

    await sends(anna, kind="document", name="Anna_Petrova_contract.pdf", caption="By Anna Petrova")

    await paul.sees("SRV-1 · the client\nBy •••")
    files = [each for each in await shown(stage, paul.chat) if "document" in each]
    assert [each["document"]["file_name"] for each in files] == ["file.pdf"]
    await vera.sees("By Anna Petrova")
    files = [each for each in await shown(stage, vera.chat) if "document" in each]
    assert files[-1]["document"]["file_name"] == "Anna_Petrova_contract.pdf"


async def test_in_a_group_with_topics_each_ticket_lives_in_one(
    stage: Stage, sqlite_file: str
) -> None:
    who = people(stage)
    anna, vera, paul, sara = (who[name] for name in ("Anna", "Vera", "Paul", "Sara"))
    await stage.does("forum", chat=paul.chat, on=True)
    rights = {"can_manage_topics": True}
    await stage.does("member", chat=paul.chat, status="administrator", rights=rights, by=paul.id)
    await stage.bot(DATABASE_URL=sqlite_file, CHAIN_FILE=CHAIN)

    await anna.writes("Our espresso machine leaks")
    await vera.presses("Pass on", on="VND-1 · waiting to be taken")
    card = await paul.sees("SRV-1 · waiting to be taken")
    assert await topic_of(stage, paul, card.id) == "SRV-1 Our espresso machine leaks"

    # What is said there in reply goes up, plain talk stays, and the topic changes with the ticket.

    await sara.presses("Take", on="SRV-1 · waiting to be taken")
    told = await stage.asks("world")
    (thread,) = [each["thread"] for each in topics(told, paul.chat)]
    await stage.does("say", as_=sara.id, chat=sara.chat, text="Keys?", thread=thread)
    await sara.replies("We come at noon", to=card)
    await vera.sees("We come at noon")
    assert not await vera.has_read("Keys?")
    await stage.does("say", as_=sara.id, chat=sara.chat, text="/say At one", thread=thread)
    await vera.sees("At one")

    # Somebody deletes it: it is made anew. It ends with the ticket.

    await stage.does("topic", as_=paul.id, chat=paul.chat, thread=thread, deleted=True)
    await anna.writes("Please hurry")
    await paul.sees("Please hurry")
    await sara.explains("Resolve", "Done", on="SRV-1 · in work", asked="What was done?")
    await vera.presses("Accept", on="result")
    await paul.sees("SRV-1 · The result is accepted.")
    await stage.called("closeForumTopic", paul.chat, 1)


def topics(world: Json, chat: int) -> list[Json]:
    return next(each for each in world["chats"] if each["id"] == chat)["topics"]  # type: ignore[no-any-return]


async def topic_of(stage: Stage, who: Person, message: int) -> str:
    told = await stage.asks("messages", chat=who.chat)
    found = next(each for each in told["messages"] if each["message_id"] == message)
    return str(found["topic"])

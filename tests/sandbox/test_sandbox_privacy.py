"""What a bot hears in a group: TELEGRAM.md, 1.2."""

import pytest

from tests.sandbox.stage import ANNA, GROUP, SMALL, VERA, VICTOR, Stage


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("plain talk", False),
        ("/status@baton_demo_bot please", True),
        ("/status@another_bot", False),
        ("ask @Baton_Demo_Bot, he knows", True),
        ("ask @baton_demo_bots", False),
        ("mail baton@baton_demo_bot", False),
    ],
)
async def test_in_a_group_a_bot_hears_what_is_meant_for_it(
    stage: Stage, text: str, heard: bool
) -> None:
    await stage.says(VICTOR, text, GROUP)

    assert await stage.heard() == ([text] if heard else [])


async def test_a_bare_command_is_for_the_bot_that_spoke_last(stage: Stage) -> None:
    await stage.says(VICTOR, "/say one", GROUP)
    await stage.sends(GROUP)
    await stage.says(VICTOR, "/say two", GROUP)
    await stage.says(VICTOR, "not /say three", GROUP)

    assert await stage.heard() == ["/say two"]


async def test_a_reply_to_the_bot_is_heard_and_a_reply_to_a_person_is_not(stage: Stage) -> None:
    card = await stage.sends(GROUP, "the card")
    said = await stage.says(VICTOR, "hm", GROUP)

    await stage.says(VERA, "to the card", GROUP, reply_to=card)
    await stage.says(VERA, "to Victor", GROUP, reply_to=said["message_id"])

    (update,) = await stage.news()
    assert update["message"]["text"] == "to the card"
    assert update["message"]["reply_to_message"]["text"] == "the card"
    assert update["message"]["reply_to_message"]["from"]["is_bot"]


async def test_an_administrator_hears_everything(stage: Stage) -> None:
    await stage.control("member", chat=GROUP, status="administrator")

    await stage.says(VICTOR, "plain talk", GROUP)

    assert await stage.heard() == ["plain talk"]


async def test_without_privacy_mode_everything_is_heard(stage: Stage) -> None:
    await stage.control("privacy", on=False)

    await stage.says(VICTOR, "plain talk", GROUP)

    assert await stage.heard() == ["plain talk"]
    assert (await stage.calls("getMe"))["can_read_all_group_messages"]


async def test_privacy_switched_as_in_life_counts_once_the_bot_is_added_again(
    stage: Stage,
) -> None:
    await stage.control("privacy", on=False, everywhere=False)
    await stage.says(VICTOR, "too early", GROUP)
    await stage.control("member", chat=GROUP, status="left")
    await stage.control("member", chat=GROUP, status="member")
    await stage.says(VICTOR, "now", GROUP)

    assert await stage.heard() == ["now"]


async def test_service_messages_are_heard_in_spite_of_privacy(stage: Stage) -> None:
    await stage.control("member", chat=GROUP, person=ANNA, status="member")

    (update,) = await stage.news()

    assert update["message"]["new_chat_members"][0]["first_name"] == "Anna"


async def test_edits_are_heard_as_the_messages_are(stage: Stage) -> None:
    said = await stage.says(VICTOR, "plain talk", GROUP)
    edit = {"as_": VICTOR, "chat": GROUP, "message": said["message_id"]}

    await stage.control("edit", **edit, text="still plain")
    await stage.control("edit", **edit, text="@baton_demo_bot listen")

    (update,) = await stage.news()
    assert update["edited_message"]["text"] == "@baton_demo_bot listen"


async def test_message_ids_count_per_supergroup_and_together_elsewhere(stage: Stage) -> None:
    first = await stage.says(VICTOR, "nobody hears this", GROUP)
    assert await stage.sends(GROUP) == first["message_id"] + 1

    small = await stage.says(VERA, "hello", SMALL)
    private = await stage.says(ANNA, "hello")
    assert private["message_id"] == small["message_id"] + 1
    assert await stage.sends(SMALL) == private["message_id"] + 1

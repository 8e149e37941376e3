"""What handlers answer, and what comes instead where the messenger does not accept it."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram.types import Chat, Message

from handlers.files import Made
from handlers.replies import answer, in_words, photo
from relay.channel import Post
from relay.text import bold


def test_where_no_picture_is_accepted_its_words_are_an_answer_like_any_other() -> None:
    asked = Message(
        message_id=7, date=datetime(2026, 3, 2, tzinfo=UTC), chat=Chat(id=-5, type="group")
    )
    words = Post(bold("VND-1") + " see https://example.org")

    assert in_words(photo(asked, Made("picture.png", bytes), words)) == answer(asked, words)
    assert in_words(photo(asked, Made("picture.png", bytes))) is None

"""One message of every kind, as the Bot API tells of it."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

SIZE = {"file_unique_id": "u", "width": 9, "height": 9}
CHAT = {"id": -100123, "type": "channel", "title": "News"}
STORY = {"chat": CHAT, "id": 5}
GIVEAWAY = {"chats": [CHAT], "winners_selection_date": 1, "winner_count": 1}

#: By its field; a caption stands beside it.
SAMPLES: dict[str, dict[str, Any]] = {
    "text": {"text": "It leaks"},
    "photo": {
        "photo": [{"file_id": "small", **SIZE}, {"file_id": "large", "file_size": 900, **SIZE}],
        "caption": "It drips",
        "has_media_spoiler": True,
        "show_caption_above_media": True,
    },
    "live_photo": {
        "live_photo": {
            "file_id": "live",
            "duration": 2,
            "photo": [{"file_id": "still", **SIZE}],
            **SIZE,
        },
        "photo": [{"file_id": "still", **SIZE}],
        "caption": "It drips",
    },
    "video": {
        "video": {"file_id": "film", "duration": 5, "file_name": "leak.mp4", **SIZE},
        "caption": "Look",
    },
    "animation": {
        "animation": {"file_id": "gif", "duration": 1, "file_name": "a.mp4", **SIZE},
        "document": {"file_id": "gif", "file_unique_id": "u", "file_name": "a.mp4"},
        "caption": "So it goes",
    },
    "audio": {
        "audio": {
            "file_id": "song",
            "file_unique_id": "u",
            "duration": 60,
            "performer": "The Pumps",
            "title": "Noise",
            "file_name": "noise.mp3",
        },
        "caption": "Listen",
    },
    "document": {
        "document": {
            "file_id": "doc",
            "file_unique_id": "u",
            "file_name": "contract.pdf",
            "file_size": 1000,
        },
        "caption": "The contract",
    },
    "voice": {"voice": {"file_id": "voice", "file_unique_id": "u", "duration": 3}, "caption": "Hm"},
    "video_note": {
        "video_note": {"file_id": "note", "file_unique_id": "u", "length": 240, "duration": 4}
    },
    "sticker": {
        "sticker": {
            "file_id": "cat",
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "emoji": "🐱",
            **SIZE,
        }
    },
    "location": {"location": {"latitude": 55.75, "longitude": 37.61}},
    "venue": {
        "venue": {
            "location": {"latitude": 55.75, "longitude": 37.61},
            "title": "Café Anna",
            "address": "Main Street 1",
            "google_place_id": "g1",
        },
        "location": {"latitude": 55.75, "longitude": 37.61},
    },
    "contact": {"contact": {"phone_number": "+79991234567", "first_name": "Anna", "user_id": 7}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Which day?",
            "options": [
                {"persistent_id": str(n), "text": text, "voter_count": 0}
                for n, text in enumerate(("Monday", "Tuesday"))
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "game": {
        "game": {
            "title": "Corsairs",
            "description": "Sink them",
            "photo": [{"file_id": "g", **SIZE}],
        }
    },
    "checklist": {
        "checklist": {
            "title": "Before you come",
            "tasks": [
                {"id": 1, "text": "Turn off the water", "completion_date": 5},
                {"id": 2, "text": "Clear the way"},
            ],
        }
    },
    "invoice": {
        "invoice": {
            "title": "Pump",
            "description": "A new one",
            "start_parameter": "p",
            "currency": "EUR",
            "total_amount": 9900,
        }
    },
    "paid_media": {
        "paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]},
        "caption": "Only for you",
    },
    "giveaway": {"giveaway": {**GIVEAWAY, "prize_description": "A coffee machine"}},
    "giveaway_winners": {
        "giveaway_winners": {
            "chat": CHAT,
            "giveaway_message_id": 3,
            "winners_selection_date": 1,
            "winner_count": 1,
            "winners": [],
        }
    },
    "story": {"story": STORY},
    "rich_message": {
        "rich_message": {
            "blocks": [
                {"type": "heading", "text": "Report", "size": 1},
                {"type": "paragraph", "text": ["All is ", {"type": "bold", "text": "well."}]},
                {
                    "type": "list",
                    "items": [
                        {"label": "1", "blocks": [{"type": "paragraph", "text": each}]}
                        for each in ("one", "two")
                    ],
                },
            ]
        }
    },
}


def message(name: str, **more: Any) -> Message:
    """Return a message of a kind, in a private chat."""
    chat = {"id": 5, "type": "private", "first_name": "Anna"}
    return Message.model_validate(
        {"message_id": 9, "date": 1, "chat": chat, **SAMPLES[name], **more}
    )

"""What a message with a file says: the same for people and for the bot."""

from typing import Any, Final

from sandbox.files import File, Files
from sandbox.text import Json

#: What a message says of a file of each kind, besides what it says of every file: the field,
#: and what it holds if the sender does not say. None is left out.
SAID: Final[dict[str, dict[str, Any]]] = {
    "live_photo": {"width": 320, "height": 240, "duration": 2},
    "video": {"width": 320, "height": 240, "duration": 0, "start_timestamp": None},
    "animation": {"width": 320, "height": 240, "duration": 0},
    "audio": {"duration": 0, "performer": None, "title": None},
    "document": {},
    "voice": {"duration": 0},
    "video_note": {"length": 240, "duration": 0},
    "sticker": {"type": "regular", "width": 512, "height": 512, "emoji": None},
}

#: Kinds whose files keep the name that they were uploaded under.
NAMED: Final = frozenset({"video", "animation", "audio", "document"})

#: Kinds whose messages do not say what their files are made of.
BARE: Final = frozenset({"video_note", "sticker"})


def made(files: Files, kind: str, content: bytes, name: str, facts: Json) -> Json:
    """Keep a file, and return the fields of a message that shows it.

    Raises:
        ApiError: Telegram would not take it as a file of this kind.

    """
    if kind == "photo":
        return {"photo": files.photo(content)}
    mime = "video/mp4" if kind == "live_photo" else None
    file = files.keep(kind, content, name, mime)
    said = {key: facts.get(key, usual) for key, usual in SAID[kind].items()}
    told: Json = {**file.facts, **{key: each for key, each in said.items() if each is not None}}
    if kind not in BARE:
        told["mime_type"] = file.mime
    if kind in NAMED and name:
        told["file_name"] = name
    return files.tell(file.id, _whole(kind, told, file, name, facts))


def _whole(kind: str, told: Json, file: File, name: str, facts: Json) -> Json:
    """Return all the fields that a kind fills; some fill two (TELEGRAM.md, 1.4)."""
    match kind:
        case "live_photo":
            still = {"photo": facts["photo"]}
            return {"live_photo": {**still, **told}, **still}
        case "animation":
            plain = {"file_name": name} if name else {}
            return {
                "animation": told,
                "document": {**file.facts, **plain, "mime_type": file.mime},
            }
        case "sticker":
            moves = {"is_animated": name.endswith(".tgs"), "is_video": name.endswith(".webm")}
            return {"sticker": {**told, **moves}}
        case _:
            return {kind: told}

"""Files that were sent, and the ids by which a bot sends them again."""

import mimetypes
import struct
from dataclasses import dataclass
from typing import Final

from sandbox.kinds import KINDS
from sandbox.refusals import bad
from sandbox.text import Json

DOWNLOAD: Final = 20 * 1024 * 1024  #: bytes; Bot API, getFile
PHOTO: Final = 10 * 1024 * 1024  #: bytes; Bot API, sendPhoto
THUMB: Final = 90  #: pixels of the longer side of the smallest size

#: How ids begin, and where files lie, by kind.
PREFIXES: Final = {
    "photo": ("AgACAgIAAxkBAAI", "photos"),
    "live_photo": ("BAACAgIAAxkBAAJ", "live_photos"),
    "video": ("BAACAgIAAxkBAAI", "videos"),
    "animation": ("CgACAgIAAxkBAAI", "animations"),
    "audio": ("CQACAgIAAxkBAAI", "music"),
    "document": ("BQACAgIAAxkBAAI", "documents"),
    "voice": ("AwACAgIAAxkBAAI", "voice"),
    "video_note": ("DQACAgIAAxkBAAI", "video_notes"),
    "sticker": ("CAACAgIAAxkBAAI", "stickers"),
}

#: What the files of a kind are, whatever they are called.
MIMES: Final = {"voice": "audio/ogg", "video_note": "video/mp4", "sticker": "image/webp"}


@dataclass(frozen=True)
class File:
    """One stored file, or one size of a picture."""

    id: str
    unique_id: str
    path: str
    content: bytes
    mime: str
    kind: str

    @property
    def facts(self) -> Json:
        """What a message says of every file."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


class Files:
    """All the files of one world, by id and by path; an id is good for its bot alone."""

    def __init__(self, bot: int) -> None:
        self._bot = bot
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self._told: dict[str, Json] = {}  #: by id: the fields of a message that holds the file

    def photo(self, content: bytes) -> list[Json]:
        """Keep a picture, and return its sizes, the largest last.

        Raises:
            ApiError: it is no picture, or it is larger than a photo may be.

        """
        if len(content) > PHOTO:
            raise bad("file is too big")
        mime, width, height = measured(content)
        scale = min(THUMB / max(width, height), 1)
        sizes: list[Json] = []
        for wide, high in (
            (round(width * scale) or 1, round(height * scale) or 1),
            (width, height),
        ):
            file = self.keep("photo", content, mime=mime)
            sizes.append({**file.facts, "width": wide, "height": high})
        for size in sizes:
            self.tell(size["file_id"], {"photo": sizes})
        return sizes

    def photo_again(self, file_id: str) -> list[Json]:
        """Return the sizes of a picture that was sent before.

        Raises:
            ApiError: see ``again``.

        """
        sizes: list[Json] = self.again("photo", file_id)["photo"]
        return sizes

    def keep(self, kind: str, content: bytes, name: str = "", mime: str | None = None) -> File:
        """Keep a file. What it is shows in its kind, its *mime* type or else in its *name*.

        Raises:
            ApiError: there is nothing in it.

        """
        if not content:
            raise bad("file must be non-empty")
        number, (prefix, folder) = len(self._by_id), PREFIXES[kind]
        mime = mime or MIMES.get(kind) or mimetypes.guess_type(name)[0]
        mime = mime or "application/octet-stream"
        ending = (mimetypes.guess_extension(mime) or ".bin").removeprefix(".")
        file = File(
            id=f"{prefix}{self._bot}-{number:08d}Sandbox{kind.title().replace('_', '')}",
            unique_id=f"AQAD{number:08d}",
            path=f"{folder}/file_{number}.{ending}",
            content=content,
            mime=mime,
            kind=kind,
        )
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        return file

    def tell(self, file_id: str, told: Json) -> Json:
        """Remember what a message with that file says of it, and return that."""
        self._told[file_id] = told
        return told

    def again(self, kind: str, file_id: str) -> Json:
        """Return what a message with a file says that was sent before as the same *kind*.

        Raises:
            ApiError: nobody has sent it to this bot, or it is of another kind.

        """
        if file_id.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        found = self._by_id.get(file_id)
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if found.kind != kind:
            raise bad(f"can't use file of type {KINDS[found.kind].file} as {KINDS[kind].file}")
        return self._told[file_id]

    def by_id(self, file_id: str) -> File | None:
        """Return the file with that id, if there is one."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> File | None:
        """Return the file at that path, if there is one."""
        return self._by_path.get(path)


def measured(content: bytes) -> tuple[str, int, int]:
    """Return kind, width and height of a picture, from its header.

    Raises:
        ApiError: it is no picture that Telegram takes as a photo.

    """
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        mime, (width, height) = "image/png", struct.unpack(">II", content[16:24])
    elif content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        mime, (width, height) = "image/gif", struct.unpack("<HH", content[6:10])
    elif content[:2] == b"\xff\xd8":
        mime, (width, height) = "image/jpeg", _jpeg(content)
    else:
        raise bad("IMAGE_PROCESS_FAILED")
    if not width or not height or width + height > 10_000:
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return mime, width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """Return width and height from the frame header of a JPEG."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise bad("IMAGE_PROCESS_FAILED")

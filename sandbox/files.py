"""Files: pictures that were sent, and the ids by which a bot sends them again."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from sandbox.refusals import bad
from sandbox.text import Json

DOWNLOAD: Final = 20 * 1024 * 1024  #: bytes; Bot API, getFile
PHOTO: Final = 10 * 1024 * 1024  #: bytes; Bot API, sendPhoto
THUMB: Final = 90  #: pixels of the longer side of the smallest size


@dataclass(frozen=True)
class File:
    """One stored file, or one size of a picture."""

    id: str
    unique_id: str
    path: str
    content: bytes
    mime: str


class Files:
    """All the files of one world, by id and by path; an id is good for its bot alone."""

    def __init__(self, bot: int) -> None:
        self._bot = bot
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self._photos: dict[str, list[Json]] = {}

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
            file = self._keep("photos", content, mime)
            sizes.append(
                {
                    "file_id": file.id,
                    "file_unique_id": file.unique_id,
                    "file_size": len(content),
                    "width": wide,
                    "height": high,
                }
            )
        for size in sizes:
            self._photos[size["file_id"]] = sizes
        return sizes

    def photo_again(self, file_id: str) -> list[Json]:
        """Return the sizes of a picture that was sent before.

        Raises:
            ApiError: nobody has sent it to this bot.

        """
        if file_id.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        sizes = self._photos.get(file_id)
        if sizes is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return sizes

    def by_id(self, file_id: str) -> File | None:
        """Return the file with that id, if there is one."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> File | None:
        """Return the file at that path, if there is one."""
        return self._by_path.get(path)

    def _keep(self, folder: str, content: bytes, mime: str) -> File:
        number = len(self._by_id)
        ending = mime.partition("/")[2].replace("jpeg", "jpg")
        file = File(
            id=f"AgACAgIAAxkBAAI{self._bot}-{number:08d}SandboxPhoto",
            unique_id=f"AQAD{number:08d}",
            path=f"{folder}/file_{number}.{ending}",
            content=content,
            mime=mime,
        )
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        return file


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


def sample() -> bytes:
    """Draw a picture for whoever has none at hand: a cup on a table, as a PNG."""
    width, height = 320, 240
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            cup = 110 < y < 190 and abs(x - 150) < 50 - (y - 110) // 8
            ring = 18**2 < (x - 205) ** 2 + (y - 145) ** 2 < 26**2
            steam = 50 < y < 100 and abs((x % 30) - 15 - (y // 10 % 2) * 3) < 2 and 120 < x < 180
            if cup or ring:
                rows += b"\xf4\xf1\xea"
            elif steam:
                rows += b"\xc8\xd4\xdc"
            elif y >= 190:
                rows += b"\x8a\x5a\x3b"
            else:
                rows += bytes((70 + y // 4, 110 + y // 4, 140))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum

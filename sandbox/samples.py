"""Files for whoever has none at hand: small, and what they say they are."""

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Final


def picture() -> bytes:
    """Draw a cup on a table, as a PNG."""
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


def sound() -> bytes:
    """Record a quarter of a second of silence, as a WAV."""
    rate, frames = 8_000, bytes(2 * 2_000)
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    data = struct.pack("<4sI", b"data", len(frames)) + frames
    return struct.pack("<4sI4s", b"RIFF", 4 + len(layout) + len(data), b"WAVE") + layout + data


def speech() -> bytes:
    """Say nothing in one page of Ogg Opus."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, 48_000, 0, 0)
    return _page(head, 0, 2) + _page(b"OpusTags" + bytes(8), 1, 0) + _page(b"\xf8\xff\xfe", 2, 4)


def film() -> bytes:
    """Make an MP4 without a single frame."""
    kind = struct.pack(">4sI4s4s", b"isom", 512, b"isom", b"mp41")
    return _box(b"ftyp", kind) + _box(b"moov", _box(b"mvhd", bytes(100))) + _box(b"mdat", b"")


def paper() -> bytes:
    """Write one empty page, as a PDF."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    body, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%bendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 4\n0000000000 65535 f \n"
    end = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head + table + end


def sticker() -> bytes:
    """Cut out a sticker of one pixel, as a WebP."""
    pixel = bytes.fromhex("2f00000010071011118888fe07")
    chunk = struct.pack("<4sI", b"VP8L", len(pixel)) + pixel + b"\0" * (len(pixel) % 2)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunk), b"WEBP") + chunk


#: A sample of each kind of file, and its name as its sender would have it.
SAMPLES: Final[Mapping[str, tuple[Callable[[], bytes], str]]] = {
    "photo": (picture, "cup.png"),
    "live_photo": (film, "cup.mp4"),
    "video": (film, "cup.mp4"),
    "animation": (film, "cup.gif.mp4"),
    "audio": (sound, "hum.wav"),
    "document": (paper, "report.pdf"),
    "voice": (speech, "voice.ogg"),
    "video_note": (film, "round.mp4"),
    "sticker": (sticker, "sticker.webp"),
}


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _page(packet: bytes, number: int, flags: int) -> bytes:
    """Wrap a packet into a page of an Ogg stream, with its checksum."""
    head = struct.pack("<4sBBqII", b"OggS", 0, flags, 960 * (number == 2), 1, number)
    tail = bytes((1, len(packet))) + packet
    return head + struct.pack("<I", _checksum(head + bytes(4) + tail)) + tail


def _checksum(page: bytes) -> int:
    """Return the checksum of an Ogg page (RFC 3533, 6)."""
    rest = 0
    for byte in page:
        rest ^= byte << 24
        for _ in range(8):
            rest = (rest << 1 ^ (0x04C11DB7 if rest & 0x80000000 else 0)) & 0xFFFFFFFF
    return rest

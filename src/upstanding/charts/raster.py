"""Pixels as a PNG with a palette, in a `data:` address."""

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def png_of(codes: NDArray[np.uint8], palette: Sequence[str]) -> bytes:
    """Return a PNG (W3C PNG 3, colour type 3) of codes (rows, columns) into a palette.

    The palette holds colours as "#RRGGBB"; the code after its last is transparent.
    """
    rows, columns = codes.shape
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in palette) + bytes(3)
    lines = np.zeros((rows, columns + 1), np.uint8)  # each begins with the code of no filter
    lines[:, 1:] = codes
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", b"\xff" * len(palette) + b"\x00"),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def address_of(png: bytes) -> str:
    """Return a PNG as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

"""What somebody uploads, before it is stored: its name made harmless, its type decided by its content.

Taken are four kinds of pictures and plain text (logs, CSV, JSON), and nothing else: what may hold programs (HTML, SVG,
PDF, documents, archives) is refused by what it begins with as well as by its name.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile

from apps.core.filenames import harmless

ROOT = Path(__file__).resolve().parents[3]
REDRAW = (sys.executable, "-m", "apps.postmortems.files")
PATIENCE = 30  # seconds for one picture
CHUNK = 64 * 1024

PICTURES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
TEXTS = {"txt": "text/plain", "log": "text/plain", "csv": "text/csv", "json": "application/json"}
ENDINGS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp"} | {
    name: name for name in TEXTS
}
TAKEN = "PNG, JPEG, GIF and WebP pictures, and text as .txt, .log, .csv or .json"
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
MARKUP = re.compile(
    rb"\s*<(?:!doctype|!--|\?xml|html|head|body|script|svg|iframe|object|embed|style|title|a|img)\b", re.I
)
OTHERS = (b"%PDF", b"{\\rtf", b"#!", b"MZ")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # logs hold colours (ESC) and page breaks


class Received(NamedTuple):
    """Ready to be stored: `content` at its beginning, `media_type` what it is."""

    name: str
    media_type: str
    content: File[bytes]
    size: int
    sha256: str


def receive(upload: UploadedFile[Any]) -> Received:
    """Raises ValidationError that says what is wrong and what is taken. A picture is redrawn, which takes up to a
    second: never call it while rows are locked."""
    name, size = harmless(upload.name or ""), upload.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // 1_000_000
        raise ValidationError(f"This file is larger than {limit} MB. Cut it, or link to where it is kept.")
    if not size:
        raise ValidationError("This file is empty.")
    kind = ENDINGS.get(name.rpartition(".")[2].lower(), "")
    if not kind:
        raise ValidationError(f"This kind of file is not taken. Taken are {TAKEN}.")
    content, media_type = _picture(upload, kind) if kind in PICTURES else (_text(upload), TEXTS[kind])
    return Received(name, media_type, content, content.size or 0, _sha256(content))


def kind_of(beginning: bytes) -> str:
    """png, jpeg, gif or webp by the signature, else empty."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    return next((kind for sign, kind in BEGINNINGS if beginning.startswith(sign)), "")


def _picture(upload: UploadedFile[Any], kind: str) -> tuple[ContentFile[bytes], str]:
    upload.seek(0)
    if kind_of(upload.read(16)) != kind:
        raise ValidationError("The name says picture, the content is something else.")
    upload.seek(0)
    return ContentFile(_redrawn(upload.read(), kind)), PICTURES[kind]


def _redrawn(data: bytes, kind: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with a word of our own
            [*REDRAW, kind], input=data, capture_output=True, timeout=PATIENCE, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode or not done.stdout:
        raise ValidationError("This picture cannot be read, or has more than 40 million pixels.")
    return done.stdout


def _text(upload: UploadedFile[Any]) -> UploadedFile[Any]:
    """The upload itself, when all of it is text in UTF-8 that begins like no markup and no program."""
    upload.seek(0)
    beginning = upload.read(1024).removeprefix(b"\xef\xbb\xbf")
    if kind_of(beginning) or MARKUP.match(beginning) or beginning.lstrip().startswith(OTHERS):
        raise ValidationError(f"The name says text, the content is something else. Taken are {TAKEN}.")
    upload.seek(0)
    if not _is_plain(upload):
        raise ValidationError("This is no text in UTF-8.")
    upload.seek(0)
    return upload


def _is_plain(upload: UploadedFile[Any]) -> bool:
    """Decoded piece by piece, so that a long log takes no more memory than a short one."""
    rest = b""
    for chunk in upload.chunks(CHUNK):
        if CONTROLS.search(chunk):
            return False
        piece = rest + chunk
        try:
            piece.decode()
            rest = b""
        except UnicodeDecodeError as error:
            rest = piece[error.start :]
            if len(rest) > 3 or error.reason != "unexpected end of data":
                return False
    return not rest


def _sha256(content: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks(CHUNK):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()

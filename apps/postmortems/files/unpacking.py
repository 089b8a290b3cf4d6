"""Files that somebody uploads to import, and what is in a .zip among them: names and bytes, never more than fits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from apps.core.filenames import harmless

PLAIN_WAYS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
FOREIGN = ("__MACOSX/", ".")  # what a Mac adds to every archive


def unpack(uploads: Iterable[UploadedFile[Any]]) -> list[tuple[str, bytes]]:
    """In the order they came. Raises ValidationError when there are too many, or too much of them once unpacked: what
    an archive says of its size is summed before anything is read, and no file is read beyond what it said."""
    found: list[tuple[str, bytes]] = []
    left = settings.IMPORT_MAX_BYTES
    for upload in uploads:
        with _readable(upload):
            for name, size, read in _within(upload):
                left -= size
                _check(len(found), left)
                found.append((harmless(name) or "unnamed", read()))
    return found


def _check(count: int, left: int) -> None:
    if count >= settings.IMPORT_MAX_FILES:
        raise ValidationError(f"At most {settings.IMPORT_MAX_FILES} files are imported at once. Send fewer.")
    if left < 0:
        most = settings.IMPORT_MAX_BYTES // 1_000_000
        raise ValidationError(f"Together these files are larger than {most} MB. Send fewer at once.")


@contextmanager
def _readable(upload: UploadedFile[Any]) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise ValidationError(f"{harmless(upload.name or '')} is not a .zip that can be read.") from error


def _within(upload: UploadedFile[Any]) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    """The file itself, or those of an archive. One inside another stays closed, and is refused as no document."""
    if not (upload.name or "").lower().endswith(".zip"):
        yield upload.name or "", upload.size or 0, upload.read
        return
    with zipfile.ZipFile(upload) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and not entry.filename.startswith(FOREIGN):
                yield entry.filename, entry.file_size, partial(_read, archive, entry)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1 or entry.compress_type not in PLAIN_WAYS:
        raise zipfile.BadZipFile
    with archive.open(entry) as file:
        return file.read(entry.file_size)

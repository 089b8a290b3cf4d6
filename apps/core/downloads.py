"""Sending a file that somebody uploaded, so that a browser never takes it for a page of ours."""

from collections.abc import Iterator

from django.db.models.fields.files import FieldFile
from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

ALONE = "default-src 'none'; sandbox"  # for whoever opens the file by its address
PIECE = 64 * 1024


def download(file: FieldFile, *, name: str, media_type: str, is_inline: bool) -> StreamingHttpResponse:
    """In pieces, so that a large one takes no more memory than a small one. What is not shown in place is text."""
    shown = media_type if is_inline else "text/plain; charset=utf-8"
    response = StreamingHttpResponse(_pieces(file), content_type=shown)
    try:
        response["Content-Length"] = str(file.size)
    except FileNotFoundError as error:
        raise Http404("The file is gone from the disk.") from error
    response["Content-Disposition"] = content_disposition_header(not is_inline, name) or "attachment"
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pieces(file: FieldFile) -> Iterator[bytes]:
    with file.storage.open(str(file.name), "rb") as content:
        yield from content.chunks(PIECE)

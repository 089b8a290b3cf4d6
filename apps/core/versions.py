"""The version of a row that somebody has read: a hidden field in forms, If-Match and ETag for programs."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest

from apps.core.digits import number_in
from apps.core.errors import VersionRequired
from apps.core.models import VersionedModel


def seen_version(request: HttpRequest) -> int | None:
    """The version that the page showed; a page that sends none is not refused."""
    return number_in(request.POST.get("version", ""))


def version_read(request: HttpRequest) -> int | None:
    """The version in If-Match; `*` means whatever is there. Raises VersionRequired when it is missing."""
    tag = request.headers.get("If-Match", "").strip()
    if not tag:
        raise VersionRequired
    return None if tag == "*" else _version_of(tag)


def _version_of(tag: str) -> int:
    version = number_in(tag.removeprefix("W/").strip('"'))
    return -1 if version is None else version


def version_header(row: models.Model) -> dict[str, str]:
    return {"ETag": f'"{row.version}"'} if isinstance(row, VersionedModel) else {}

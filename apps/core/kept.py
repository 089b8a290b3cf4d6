"""What somebody typed into a form and sent when they were no longer signed in: kept for them until they are.

Every form with long text carries a signed mark of the person it was shown to. A form that comes from nobody, with such
a mark, is stored for that person, and a cookie tells this browser's one. Who signs in is offered it only when they are
that person in that browser; neither an address nor a log ever says anything of it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.changes import delete_in_batches
from apps.core.models import KeptForm

MARK = "typed_by"
LASTS = timedelta(hours=12)
MARK_LASTS = timedelta(days=30)  # of a page that stays open
MOST = 5  # of one person
COOKIE = "__Host-typed" if settings.HTTPS else "typed"
SALT = "ballast.kept"
NEVER = {"csrfmiddlewaretoken", MARK}
SECRETS = ("password", "secret", "token")


def mark_of(pk: int) -> str:
    return signing.dumps(pk, salt=SALT)


def keep(request: HttpRequest, now: datetime) -> str:
    """Store what the form holds, files and secrets apart, for the person it was shown to. The cookie's value; empty
    for a form without a valid mark, and for parts of a page, whose scripts still hold the text."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return ""
    try:
        person = signing.loads(request.POST.get(MARK, ""), salt=SALT, max_age=MARK_LASTS)
    except signing.BadSignature:
        return ""
    value = secrets.token_urlsafe(32)
    fields = [
        [name, text]
        for name, texts in request.POST.lists()
        for text in texts
        if name not in NEVER and not any(word in name.lower() for word in SECRETS)
    ]
    KeptForm.objects.create(
        token=_hashed(value),
        person_id=person,
        address=request.get_full_path()[:1000],
        fields=fields,
        had_files=bool(request.FILES),
        kept_at=now,
    )
    old = KeptForm.objects.filter(person=person).order_by("-pk").values_list("pk", flat=True)[MOST:]
    KeptForm.objects.filter(pk__in=list(old)).delete()
    return value


def tell(response: HttpResponseBase, value: str) -> None:
    """The browser holds on to the key, and to nothing else."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=LASTS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def kept_for(request: HttpRequest, now: datetime) -> KeptForm | None:
    """What this person typed in this browser."""
    value = request.COOKIES.get(COOKIE, "")
    if not value:
        return None
    rows = KeptForm.objects.filter(token=_hashed(value), person=request.user.pk, kept_at__gt=now - LASTS)
    return rows.first()


def forget(row: KeptForm) -> None:
    row.delete()


def forget_old_forms(now: datetime) -> int:
    return delete_in_batches(KeptForm.objects.filter(kept_at__lt=now - LASTS))


def _hashed(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()

"""A postmortem to take along."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.postmortems.exports import KINDS, export_file
from apps.postmortems.views.finding import find


@require_GET
def postmortem_export(request: SignedInRequest, key: str, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    postmortem = find(request, key)
    try:
        file = export_file(postmortem, kind, by=request.user, now=timezone.now())
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect(postmortem)
    return HttpResponse(file.content, headers=file.headers)

"""For whoever neither is an admin nor leads a team there are no trackers to look after."""

import uuid as ids

from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.core.http import SignedInRequest
from apps.trackers.models import Connection
from apps.trackers.policies import can_connect


def keepers_only(request: SignedInRequest) -> None:
    if not can_connect(request.user):
        raise Http404


def find_connection(request: SignedInRequest, uuid: ids.UUID) -> Connection:
    keepers_only(request)
    rows = Connection.objects.visible_to(request.user).with_team().with_tallies()
    return get_object_or_404(rows, uuid=uuid)

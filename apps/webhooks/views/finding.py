"""For everybody but admins there are no webhooks."""

import uuid as ids

from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.core.http import SignedInRequest
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.policies import can_manage_webhooks


def admins_only(request: SignedInRequest) -> None:
    if not can_manage_webhooks(request.user):
        raise Http404


def find_endpoint(request: SignedInRequest, uuid: ids.UUID) -> Endpoint:
    return get_object_or_404(Endpoint.objects.visible_to(request.user).with_tallies(), uuid=uuid)


def find_delivery(request: SignedInRequest, uuid: ids.UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).with_endpoint(), uuid=uuid)

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request

from apps.audit.api.serializers import AuditEventSerializer
from apps.audit.filters import AuditFilter
from apps.audit.models import AuditEvent
from apps.audit.policies import can_read_trail
from apps.core.api import Lists, ResourceViewSet


class AuditEventViewSet(Lists, ResourceViewSet):
    """Who changed what, newest first. For admins and auditors; for others it does not exist."""

    serializer_class = AuditEventSerializer
    filterset_class = AuditFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_read_trail(self.person):
            raise Http404

    def queryset_of(self, user: Any) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.visible_to(user).with_actor()

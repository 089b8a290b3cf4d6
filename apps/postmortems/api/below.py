"""Rows that hang below one postmortem, for whoever reads it."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.core.api import ResourceViewSet
from apps.incidents.operations import note_reading
from apps.postmortems.models import Postmortem


class BelowPostmortem(ResourceViewSet):
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_document(self) -> Postmortem:
        rows = Postmortem.objects.for_reader(self.person)
        document = get_object_or_404(rows, key=self.kwargs["postmortem"].upper())
        note_reading(document.seen_incidents, by=self.person, now=timezone.now())  # type: ignore[attr-defined]
        return document

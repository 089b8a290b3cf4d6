from rest_framework import serializers

from apps.audit.models import AuditEvent


class AuditEventSerializer(serializers.Serializer[AuditEvent]):
    at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor.slug")
    door = serializers.CharField(help_text="web, api, job or command")
    verb = serializers.CharField(help_text="noun.done, for example incident.resolved")
    object_type = serializers.CharField()
    object = serializers.CharField(source="object_key")
    changes = serializers.DictField(help_text="{field: [before, after]}")
    request_id = serializers.CharField()
    address = serializers.CharField(allow_null=True)

from rest_framework import serializers

from apps.reminders.preview import Preview


class DigestSerializer(serializers.Serializer[Preview]):
    day = serializers.DateField(help_text="The caller's today.")
    subject = serializers.CharField(help_text="Empty, as the texts are, when nothing is due.")
    text = serializers.CharField()
    html = serializers.CharField()
    is_mailed = serializers.BooleanField(
        help_text="False: nothing is due, or the caller wants all of it in the portal alone."
    )
    said = serializers.CharField(help_text="Whether it goes out by itself.")

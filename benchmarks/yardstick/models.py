from django.db import models


class Service(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField()
    tier = models.IntegerField()
    team = models.CharField(max_length=80)


class Incident(models.Model):
    title = models.CharField(max_length=200)
    key = models.CharField(max_length=20)
    severity = models.IntegerField()
    status = models.CharField(max_length=20, db_index=True)
    kind = models.CharField(max_length=20)
    commander = models.CharField(max_length=80)
    declared_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    service = models.ForeignKey(Service, models.CASCADE)

    class Meta:
        ordering = ["-id"]

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "apps.incidents"
    default_auto_field = "django.db.models.BigAutoField"

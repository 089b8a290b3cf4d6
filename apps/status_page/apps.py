from django.apps import AppConfig


class StatusPageConfig(AppConfig):
    name = "apps.status_page"
    default_auto_field = "django.db.models.BigAutoField"

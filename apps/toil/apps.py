from django.apps import AppConfig


class ToilConfig(AppConfig):
    name = "apps.toil"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class ActionItemsConfig(AppConfig):
    name = "apps.action_items"
    default_auto_field = "django.db.models.BigAutoField"

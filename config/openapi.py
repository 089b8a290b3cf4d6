"""What drf-spectacular needs to describe the API."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "TITLE": "Ballast",
    "DESCRIPTION": "Services, incidents, postmortems, action items and toil of one organisation.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "ActionItemStatus": "apps.action_items.models.Status",
        "ActionItemKind": "apps.action_items.models.Kind",
        "PostmortemStatus": "apps.postmortems.models.PostmortemStatus",
        "ChatKind": "apps.chat.models.ChatKind",
        "IntakeDeliveryStatus": "apps.intake.models.DeliveryStatus",
        "IntakeOutcome": "apps.intake.models.Outcome",
        "IntegrationKind": "apps.intake.models.Kind",
        "IntegrationRule": "apps.intake.models.Rule",
        "ToilEntryStatus": "apps.toil.models.EntryStatus",
        "WorkKind": "apps.toil.models.WorkKind",
        "TeamRole": "apps.accounts.models.TeamRole",
        "IncidentStatus": "apps.incidents.models.IncidentStatus",
        "IncidentKind": "apps.incidents.models.IncidentKind",
        "IncidentLinkKind": "apps.incidents.models.LinkKind",
        "ImpactLevel": "apps.incidents.models.ImpactLevel",
        "EntryKind": "apps.incidents.models.EntryKind",
        "PublicState": "apps.incidents.models.PublicState",
        "FieldKind": "apps.incidents.models.FieldKind",
        "MilestoneKind": "apps.incidents.models.MilestoneKind",
        "DeliveryStatus": "apps.webhooks.models.DeliveryStatus",
        "MilestoneSource": "apps.incidents.models.MilestoneSource",
    },
    "WEBHOOKS": ["apps.webhooks.api.described.EVENT"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.schema.document_problems",
    ],
}

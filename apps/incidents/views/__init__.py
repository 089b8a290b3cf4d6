from apps.incidents.views.access import access_end, access_page
from apps.incidents.views.custom_fields import field_edit, field_list, field_new, field_values
from apps.incidents.views.impact import incident_recur, window_delete, window_edit, window_end, window_new
from apps.incidents.views.links import link_new, link_remove
from apps.incidents.views.merging import incident_merge, incident_split, incident_unmerge
from apps.incidents.views.moving import incident_acknowledge, incident_move, incident_transition
from apps.incidents.views.pages import incident_detail, incident_edit, incident_list, incident_new
from apps.incidents.views.parts import milestone_edit, role_end, role_give, role_take
from apps.incidents.views.severity_policy import severity_policy, severity_policy_edit, severity_proposal
from apps.incidents.views.timeline import entry_add, entry_edit, entry_show, entry_star, timeline_since
from apps.incidents.views.updates import public_end, update_edit, update_new

__all__ = [
    "access_end",
    "access_page",
    "entry_add",
    "entry_edit",
    "entry_show",
    "entry_star",
    "field_edit",
    "field_list",
    "field_new",
    "field_values",
    "incident_acknowledge",
    "incident_detail",
    "incident_edit",
    "incident_list",
    "incident_merge",
    "incident_move",
    "incident_new",
    "incident_recur",
    "incident_split",
    "incident_transition",
    "incident_unmerge",
    "link_new",
    "link_remove",
    "milestone_edit",
    "public_end",
    "role_end",
    "role_give",
    "role_take",
    "severity_policy",
    "severity_policy_edit",
    "severity_proposal",
    "timeline_since",
    "update_edit",
    "update_new",
    "window_delete",
    "window_edit",
    "window_end",
    "window_new",
]

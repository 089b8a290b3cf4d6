from apps.incidents.operations.access import grant_access, note_reading, revoke_access
from apps.incidents.operations.backfilling import PastEntry, PastIncident, PastMilestone, backfill_incidents
from apps.incidents.operations.closing import PUBLIC_END, missing_to_close
from apps.incidents.operations.custom_fields import add_field, edit_field
from apps.incidents.operations.declaring import declare_incident
from apps.incidents.operations.editing import edit_incident
from apps.incidents.operations.field_values import fields_of, missing_fields, set_fields
from apps.incidents.operations.handing_over import hand_over_all, hand_over_for, roles_to_hand_over
from apps.incidents.operations.impact import add_window, close_window, delete_window, edit_window
from apps.incidents.operations.linking import link_incidents, lock_both, unlink_incidents
from apps.incidents.operations.merging import merge_incidents, unmerge_incident
from apps.incidents.operations.milestones import acknowledge_incident, may_be_set, set_milestone
from apps.incidents.operations.moving import transition_incident
from apps.incidents.operations.public_end import waive_public_end
from apps.incidents.operations.recurring import declare_recurrence
from apps.incidents.operations.reminding import remind_late_updates
from apps.incidents.operations.roles import assign_role, end_role, hand_over
from apps.incidents.operations.severity_policy import edit_severity_policy
from apps.incidents.operations.splitting import split_incident
from apps.incidents.operations.timeline import add_entry, edit_entry, star_entry
from apps.incidents.operations.updates import edit_update, post_update

__all__ = [
    "PUBLIC_END",
    "PastEntry",
    "PastIncident",
    "PastMilestone",
    "acknowledge_incident",
    "add_entry",
    "add_field",
    "add_window",
    "assign_role",
    "backfill_incidents",
    "close_window",
    "declare_incident",
    "declare_recurrence",
    "delete_window",
    "edit_entry",
    "edit_field",
    "edit_incident",
    "edit_severity_policy",
    "edit_update",
    "edit_window",
    "end_role",
    "fields_of",
    "grant_access",
    "hand_over",
    "hand_over_all",
    "hand_over_for",
    "link_incidents",
    "lock_both",
    "may_be_set",
    "merge_incidents",
    "missing_fields",
    "missing_to_close",
    "note_reading",
    "post_update",
    "remind_late_updates",
    "revoke_access",
    "roles_to_hand_over",
    "set_fields",
    "set_milestone",
    "split_incident",
    "star_entry",
    "transition_incident",
    "unlink_incidents",
    "unmerge_incident",
    "waive_public_end",
]

from apps.incidents.operations.backfilling import PastEntry, PastIncident, PastMilestone, backfill_incidents
from apps.incidents.operations.closing import missing_to_close
from apps.incidents.operations.declaring import declare_incident
from apps.incidents.operations.editing import edit_incident
from apps.incidents.operations.linking import link_incidents, unlink_incidents
from apps.incidents.operations.milestones import acknowledge_incident, may_be_set, set_milestone
from apps.incidents.operations.moving import transition_incident
from apps.incidents.operations.roles import assign_role, end_role, hand_over
from apps.incidents.operations.timeline import add_entry, edit_entry, star_entry
from apps.incidents.operations.updates import edit_update, post_update

__all__ = [
    "PastEntry",
    "PastIncident",
    "PastMilestone",
    "acknowledge_incident",
    "add_entry",
    "assign_role",
    "backfill_incidents",
    "declare_incident",
    "edit_entry",
    "edit_incident",
    "edit_update",
    "end_role",
    "hand_over",
    "link_incidents",
    "may_be_set",
    "missing_to_close",
    "post_update",
    "set_milestone",
    "star_entry",
    "transition_incident",
    "unlink_incidents",
]

from apps.postmortems.views.actions import action_item_link, action_item_new
from apps.postmortems.views.documents import (
    postmortem_detail,
    postmortem_edit,
    postmortem_list,
    postmortem_new,
    postmortem_version,
)
from apps.postmortems.views.moves import postmortem_move, postmortem_review
from apps.postmortems.views.sections import section_detail, section_edit, section_history

__all__ = [
    "action_item_link",
    "action_item_new",
    "postmortem_detail",
    "postmortem_edit",
    "postmortem_list",
    "postmortem_move",
    "postmortem_new",
    "postmortem_review",
    "postmortem_version",
    "section_detail",
    "section_edit",
    "section_history",
]

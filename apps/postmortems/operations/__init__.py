"""The only code that writes postmortems."""

from apps.postmortems.operations.actions import add_action_item, link_action_item
from apps.postmortems.operations.drafting import draft_postmortem, edit_postmortem
from apps.postmortems.operations.factor_categories import edit_factor_categories
from apps.postmortems.operations.importing import ImportReport, import_postmortems
from apps.postmortems.operations.parts import add_part, edit_part, remove_part
from apps.postmortems.operations.publishing import publish_postmortem, return_to_draft, transition_postmortem
from apps.postmortems.operations.reviewing import decide_review, submit_for_review
from apps.postmortems.operations.sections import StaleSection, save_section

__all__ = [
    "ImportReport",
    "StaleSection",
    "add_action_item",
    "add_part",
    "decide_review",
    "draft_postmortem",
    "edit_factor_categories",
    "edit_part",
    "edit_postmortem",
    "import_postmortems",
    "link_action_item",
    "publish_postmortem",
    "remove_part",
    "return_to_draft",
    "save_section",
    "submit_for_review",
    "transition_postmortem",
]

"""The only code that writes postmortems."""

from apps.postmortems.operations.actions import add_action_item, incident_of, link_action_item
from apps.postmortems.operations.attaching import (
    add_attachment,
    edit_attachment,
    remove_attachment,
    sweep_files,
)
from apps.postmortems.operations.batches import import_batch, preview_import, sweep_imports
from apps.postmortems.operations.blocks import (
    add_block,
    detach_block,
    digest_of,
    fresh_text,
    refresh_block,
)
from apps.postmortems.operations.commenting import (
    add_comment,
    answer_comment,
    edit_comment,
    remove_comment,
    reopen_comment,
    resolve_comment,
    set_blocking,
    transition_comment,
)
from apps.postmortems.operations.drafting import draft_postmortem, edit_postmortem
from apps.postmortems.operations.excepting import except_gate, take_back_exception
from apps.postmortems.operations.exporting import note_export
from apps.postmortems.operations.factor_categories import edit_factor_categories
from apps.postmortems.operations.feed_keys import end_feed_key, make_feed_key
from apps.postmortems.operations.importing import ImportReport, Outcome, import_postmortems
from apps.postmortems.operations.indexing import index_postmortem, index_postmortems, rebuild_index
from apps.postmortems.operations.judging import judge_incidents
from apps.postmortems.operations.owing_policy import edit_postmortem_policy
from apps.postmortems.operations.parts import add_part, edit_part, remove_part
from apps.postmortems.operations.public_version import transition_public_version, write_public_version
from apps.postmortems.operations.publishing import publish_postmortem, return_to_draft, transition_postmortem
from apps.postmortems.operations.readers import acknowledge_reading, choose_readers, note_read, vote_useful
from apps.postmortems.operations.reviewers import choose_reviewers, pass_review
from apps.postmortems.operations.reviewing import decide_review, submit_for_review
from apps.postmortems.operations.sections import StaleSection, save_section
from apps.postmortems.operations.templates import add_template, edit_template
from apps.postmortems.operations.typing import drop_draft, keep_draft
from apps.postmortems.operations.waiving import give_obligation, request_postmortem, transition_obligation

__all__ = [
    "ImportReport",
    "Outcome",
    "StaleSection",
    "acknowledge_reading",
    "add_action_item",
    "add_attachment",
    "add_block",
    "add_comment",
    "add_part",
    "add_template",
    "answer_comment",
    "choose_readers",
    "choose_reviewers",
    "decide_review",
    "detach_block",
    "digest_of",
    "draft_postmortem",
    "drop_draft",
    "edit_attachment",
    "edit_comment",
    "edit_factor_categories",
    "edit_part",
    "edit_postmortem",
    "edit_postmortem_policy",
    "edit_template",
    "end_feed_key",
    "except_gate",
    "fresh_text",
    "give_obligation",
    "import_batch",
    "import_postmortems",
    "incident_of",
    "index_postmortem",
    "index_postmortems",
    "judge_incidents",
    "keep_draft",
    "link_action_item",
    "make_feed_key",
    "note_export",
    "note_read",
    "pass_review",
    "preview_import",
    "publish_postmortem",
    "rebuild_index",
    "refresh_block",
    "remove_attachment",
    "remove_comment",
    "remove_part",
    "reopen_comment",
    "request_postmortem",
    "resolve_comment",
    "return_to_draft",
    "save_section",
    "set_blocking",
    "submit_for_review",
    "sweep_files",
    "sweep_imports",
    "take_back_exception",
    "transition_comment",
    "transition_obligation",
    "transition_postmortem",
    "transition_public_version",
    "vote_useful",
    "write_public_version",
]

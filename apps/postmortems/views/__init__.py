from apps.postmortems.views.actions import action_item_link, action_item_new
from apps.postmortems.views.attachments import (
    attachment,
    attachment_edit,
    attachment_new,
    attachment_remove,
)
from apps.postmortems.views.blocks import block_add, block_detach, block_refresh
from apps.postmortems.views.categories import factor_categories, factor_categories_edit
from apps.postmortems.views.comments import (
    comment_answer,
    comment_edit,
    comment_new,
    comment_remove,
    comment_state,
)
from apps.postmortems.views.documents import (
    postmortem_detail,
    postmortem_edit,
    postmortem_list,
    postmortem_new,
)
from apps.postmortems.views.exports import postmortem_export
from apps.postmortems.views.feed import feed, feed_end, feed_key
from apps.postmortems.views.hints import hints, section_hints
from apps.postmortems.views.importing import import_new, import_shown
from apps.postmortems.views.moves import postmortem_move, postmortem_review
from apps.postmortems.views.owed import obligation_detail, obligation_list, obligation_move, obligation_new
from apps.postmortems.views.owing_policy import owing_policy, owing_policy_edit
from apps.postmortems.views.parts import part_edit, part_new, part_remove, trigger_edit
from apps.postmortems.views.public_version import (
    public_edit,
    public_export,
    public_hints,
    public_move,
    public_version,
)
from apps.postmortems.views.readers import (
    postmortem_acknowledge,
    postmortem_read,
    postmortem_useful,
    readers_edit,
)
from apps.postmortems.views.reviewing import gate_close, gate_except, reviewers_edit
from apps.postmortems.views.same_trigger import same_trigger
from apps.postmortems.views.search import postmortem_search
from apps.postmortems.views.sections import section_detail, section_edit, section_history
from apps.postmortems.views.templates import template_detail, template_edit, template_list, template_new
from apps.postmortems.views.typing import section_draft
from apps.postmortems.views.versions import postmortem_version, version_changes

__all__ = [
    "action_item_link",
    "action_item_new",
    "attachment",
    "attachment_edit",
    "attachment_new",
    "attachment_remove",
    "block_add",
    "block_detach",
    "block_refresh",
    "comment_answer",
    "comment_edit",
    "comment_new",
    "comment_remove",
    "comment_state",
    "factor_categories",
    "factor_categories_edit",
    "feed",
    "feed_end",
    "feed_key",
    "gate_close",
    "gate_except",
    "hints",
    "import_new",
    "import_shown",
    "obligation_detail",
    "obligation_list",
    "obligation_move",
    "obligation_new",
    "owing_policy",
    "owing_policy_edit",
    "part_edit",
    "part_new",
    "part_remove",
    "postmortem_acknowledge",
    "postmortem_detail",
    "postmortem_edit",
    "postmortem_export",
    "postmortem_list",
    "postmortem_move",
    "postmortem_new",
    "postmortem_read",
    "postmortem_review",
    "postmortem_search",
    "postmortem_useful",
    "postmortem_version",
    "public_edit",
    "public_export",
    "public_hints",
    "public_move",
    "public_version",
    "readers_edit",
    "reviewers_edit",
    "same_trigger",
    "section_detail",
    "section_draft",
    "section_edit",
    "section_hints",
    "section_history",
    "template_detail",
    "template_edit",
    "template_list",
    "template_new",
    "trigger_edit",
    "version_changes",
]

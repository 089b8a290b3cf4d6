from apps.toil.views.entries import entry_delete, entry_detail, entry_edit, entry_new, line_echo, overview
from apps.toil.views.teams import team_list, team_toil

__all__ = [
    "entry_delete",
    "entry_detail",
    "entry_edit",
    "entry_new",
    "line_echo",
    "overview",
    "team_list",
    "team_toil",
]

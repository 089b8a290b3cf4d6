from apps.toil.views.checkins import week_confirm, week_withdraw
from apps.toil.views.entries import entry_delete, entry_detail, entry_edit, entry_new, line_echo, overview
from apps.toil.views.imports import (
    import_labels,
    import_list,
    import_new,
    import_read,
    import_shown,
    import_start,
    import_undo,
)
from apps.toil.views.reductions import reduction_edit, reduction_list, reduction_new, reduction_remove
from apps.toil.views.sources import source_detail, source_edit, source_list, source_new
from apps.toil.views.teams import team_list, team_toil
from apps.toil.views.weeks import team_week

__all__ = [
    "entry_delete",
    "entry_detail",
    "entry_edit",
    "entry_new",
    "import_labels",
    "import_list",
    "import_new",
    "import_read",
    "import_shown",
    "import_start",
    "import_undo",
    "line_echo",
    "overview",
    "reduction_edit",
    "reduction_list",
    "reduction_new",
    "reduction_remove",
    "source_detail",
    "source_edit",
    "source_list",
    "source_new",
    "team_list",
    "team_toil",
    "team_week",
    "week_confirm",
    "week_withdraw",
]

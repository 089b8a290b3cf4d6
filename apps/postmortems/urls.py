from django.urls import path

from apps.postmortems import views

app_name = "postmortems"
urlpatterns = [
    path("", views.postmortem_list, name="list"),
    path("new/", views.postmortem_new, name="new"),
    path("templates/", views.template_list, name="templates"),
    path("templates/new/", views.template_new, name="template_new"),
    path("templates/<slug:slug>/", views.template_detail, name="template"),
    path("templates/<slug:slug>/edit/", views.template_edit, name="template_edit"),
    path("factor-categories/", views.factor_categories, name="factor_categories"),
    path("factor-categories/edit/", views.factor_categories_edit, name="factor_categories_edit"),
    path("same-trigger/<str:key>/", views.same_trigger, name="same_trigger"),
    path("search/", views.postmortem_search, name="search"),
    path("<slug:key>/", views.postmortem_detail, name="detail"),
    path("<slug:key>/hints/", views.hints, name="hints"),
    path("<slug:key>/edit/", views.postmortem_edit, name="edit"),
    path("<slug:key>/export/<slug:kind>/", views.postmortem_export, name="export"),
    path("<slug:key>/move/", views.postmortem_move, name="move"),
    path("<slug:key>/review/", views.postmortem_review, name="review"),
    path("<slug:key>/reviewers/", views.reviewers_edit, name="reviewers"),
    path("<slug:key>/gates/<slug:gate>/except/", views.gate_except, name="gate_except"),
    path("<slug:key>/versions/<int:version>/", views.postmortem_version, name="version"),
    path("<slug:key>/sections/<slug:slug>/", views.section_detail, name="section"),
    path("<slug:key>/sections/<slug:slug>/edit/", views.section_edit, name="section_edit"),
    path("<slug:key>/sections/<slug:slug>/draft/", views.section_draft, name="section_draft"),
    path("<slug:key>/sections/<slug:slug>/hints/", views.section_hints, name="section_hints"),
    path("<slug:key>/sections/<slug:slug>/history/", views.section_history, name="section_history"),
    path("<slug:key>/sections/<slug:slug>/comments/new/", views.comment_new, name="comment_new"),
    path("<slug:key>/comments/<uuid:uuid>/answer/", views.comment_answer, name="comment_answer"),
    path("<slug:key>/comments/<uuid:uuid>/edit/", views.comment_edit, name="comment_edit"),
    path("<slug:key>/comments/<uuid:uuid>/remove/", views.comment_remove, name="comment_remove"),
    path("<slug:key>/comments/<uuid:uuid>/state/", views.comment_state, name="comment_state"),
    path("<slug:key>/attachments/new/", views.attachment_new, name="attachment_new"),
    path("<slug:key>/attachments/<uuid:uuid>/", views.attachment, name="attachment"),
    path("<slug:key>/attachments/<uuid:uuid>/edit/", views.attachment_edit, name="attachment_edit"),
    path("<slug:key>/attachments/<uuid:uuid>/remove/", views.attachment_remove, name="attachment_remove"),
    path("<slug:key>/sections/<slug:slug>/blocks/new/", views.block_add, name="block_add"),
    path("<slug:key>/sections/<slug:slug>/blocks/<slug:kind>/", views.block_refresh, name="block_refresh"),
    path(
        "<slug:key>/sections/<slug:slug>/blocks/<slug:kind>/detach/", views.block_detach, name="block_detach"
    ),
    path("<slug:key>/action-items/new/", views.action_item_new, name="action_item_new"),
    path("<slug:key>/action-items/link/", views.action_item_link, name="action_item_link"),
    path("<slug:key>/trigger/", views.trigger_edit, name="trigger"),
    path("<slug:key>/factors/new/", views.part_new, {"parts": "factors"}, name="factor_new"),
    path("<slug:key>/factors/<uuid:uuid>/edit/", views.part_edit, {"parts": "factors"}, name="factor_edit"),
    path(
        "<slug:key>/factors/<uuid:uuid>/remove/",
        views.part_remove,
        {"parts": "factors"},
        name="factor_remove",
    ),
    path("<slug:key>/lessons/new/", views.part_new, {"parts": "lessons"}, name="lesson_new"),
    path("<slug:key>/lessons/<uuid:uuid>/edit/", views.part_edit, {"parts": "lessons"}, name="lesson_edit"),
    path(
        "<slug:key>/lessons/<uuid:uuid>/remove/",
        views.part_remove,
        {"parts": "lessons"},
        name="lesson_remove",
    ),
    path(
        "<slug:key>/impact-values/new/", views.part_new, {"parts": "impact-values"}, name="impact_value_new"
    ),
    path(
        "<slug:key>/impact-values/<uuid:uuid>/edit/",
        views.part_edit,
        {"parts": "impact-values"},
        name="impact_value_edit",
    ),
    path(
        "<slug:key>/impact-values/<uuid:uuid>/remove/",
        views.part_remove,
        {"parts": "impact-values"},
        name="impact_value_remove",
    ),
]

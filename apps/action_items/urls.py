from django.urls import path

from apps.action_items import views

app_name = "action_items"
urlpatterns = [
    path("", views.item_list, name="list"),
    path("new/", views.item_new, name="new"),
    path("bulk/", views.bulk_edit, name="bulk"),
    path("bulk/apply/", views.bulk_apply, name="bulk_apply"),
    path("bulk/<uuid:uuid>/", views.bulk_change, name="bulk_change"),
    path("bulk/<uuid:uuid>/undo/", views.bulk_undo, name="bulk_undo"),
    path("similar/", views.similar_incidents, name="similar"),
    path("hints/", views.item_hints, name="hints"),
    path("usual-date/", views.item_usual_date, name="usual_date"),
    path("policy/", views.item_policy, name="policy"),
    path("policy/edit/", views.item_policy_edit, name="policy_edit"),
    path("effects/", views.effect_list, name="effects"),
    path("recurrences/", views.recurrence_list, name="recurrences"),
    path("recurrences/new/<str:incident>/", views.recurrence_new, name="recurrence_new"),
    path("recurrences/<uuid:uuid>/", views.recurrence_detail, name="recurrence"),
    path("recurrences/<uuid:uuid>/undo/", views.recurrence_undo, name="recurrence_undo"),
    path("<str:key>/", views.item_detail, name="detail"),
    path("<str:key>/edit/", views.item_edit, name="edit"),
    path("<str:key>/done/", views.item_done, name="done"),
    path("<str:key>/move/<str:to>/", views.item_move, name="move"),
    path("<str:key>/effect/", views.item_effect, name="effect"),
    path("<str:key>/redate/", views.item_redate, name="redate"),
    path("<str:key>/snooze/", views.item_snooze, name="snooze"),
    path("<str:key>/assign/", views.item_assign, name="assign"),
]

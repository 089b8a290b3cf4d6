from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.action_items.filters import ActionItemFilter
from apps.action_items.grouping import GROUPINGS, in_groups
from apps.action_items.models import ActionItem
from apps.action_items.operations import add_action_item
from tests.factories import make_action_item, make_incident, make_service, make_team, make_user

pytestmark = pytest.mark.django_db
URL = "/action-items/"
HTMX = {"HX-Request": "true"}
TODAY = timezone.localdate


def form(**kw):
    return {"title": "Cap retries", "kind": "prevent", "priority": "1", "once": "abc", **kw}


def titles(answer):
    return [item.title for item in answer.context["rows"]]


def costs(client, address, **kw):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, **kw).status_code == 200
    return len(queries)


def test_strangers_are_sent_to_the_sign_in(web, promised):
    for address in (URL, f"{URL}new/", f"{URL}{promised.key}/", f"{URL}{promised.key}/move/done/"):
        assert web().get(address)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_list_of_ten_costs_what_a_list_of_one_costs(web, alice, bob, payments, checkout, headers):
    def make(number):
        for _ in range(number):
            make_action_item(owner=bob, team=payments, service=checkout, incident=make_incident())

    client = web(alice)
    make(1)
    one = costs(client, URL, headers=headers)
    make(9)
    dear = 15  # one counts the inbox, one what stands under headings, one reads saved views
    assert costs(client, URL, headers=headers) == one <= dear


def test_a_page_costs_the_same_with_a_long_history(web, bob, promised):
    client = web(bob)
    client.post(f"{URL}{promised.key}/move/in_progress/")
    few = costs(client, f"{URL}{promised.key}/")
    for to in ("open", "in_progress", "open", "in_progress"):
        client.post(f"{URL}{promised.key}/move/{to}/")
    assert costs(client, f"{URL}{promised.key}/") == few


def test_what_comes_next_stands_first_under_its_heading(web, alice):
    today = TODAY()
    make_action_item(title="settled", status="done")
    make_action_item(title="undated", status="proposed", due_on=None)
    make_action_item(title="later", due_on=today + timedelta(days=30))
    make_action_item(title="today", due_on=today)
    make_action_item(title="late", due_on=today - timedelta(days=3))
    answer = web(alice).get(URL)
    assert titles(answer) == ["late", "today", "later", "undated", "settled"]
    page = answer.content.decode()
    headings = ["Overdue", "Due this week", "Later", "No date yet", "Settled"]
    headings = [f'{heading}<span class="sub">1</span>' for heading in headings]
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "3 days overdue" in page


def test_the_filters_name_what_they_show(web, alice, bob, payments, checkout):
    today, gone = TODAY(), make_user("gone", is_active=False)
    make_action_item(title="mine", owner=alice, due_on=today - timedelta(days=1), priority=0)
    make_action_item(title="of bob", owner=bob, team=payments, kind="detect", status="blocked", due_on=today)
    make_action_item(title="nobody", status="proposed", service=checkout, due_on=None)
    make_action_item(title="of gone", owner=gone, incident=make_incident())
    make_action_item(title="done", owner=alice, status="done", due_on=today - timedelta(days=9))
    expected = {
        "owner=me": {"mine", "done"},
        "owner=me&status=committed": {"mine"},
        "owner=bob": {"of bob"},
        "owner=bob@ballast.example": {"of bob"},
        "owner=nobody": {"nobody", "of gone"},
        "team=mine": {"of bob"},
        "team=payments": {"of bob"},
        "service=checkout": {"nobody"},
        "incident=inc-1": {"of gone"},
        "status=blocked&status=done": {"of bob", "done"},
        "status=live": {"mine", "of bob", "nobody", "of gone"},
        "priority=P0": {"mine"},
        "kind=detect": {"of bob"},
        "due=overdue": {"mine"},
        "overdue=true": {"mine"},
        "overdue=false": {"of bob", "nobody", "of gone", "done"},
        "due=week": {"of bob"},
        "due=none": {"nobody"},
        "q=of": {"of bob", "of gone"},
        "q=act-3": {"nobody"},
    }
    client = web(alice)
    found = {query: set(titles(client.get(f"{URL}?{query}"))) for query in expected}
    assert found == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("due", ["soon", "far", "undated"]),
        ("-due", ["undated", "far", "soon"]),
        ("priority", ["far", "undated", "soon"]),
        ("-number", ["undated", "far", "soon"]),
    ],
)
def test_the_list_sorts_and_what_has_no_date_comes_last(web, alice, sort, expected):
    make_action_item(title="soon", due_on=date(2030, 1, 1), priority=3)
    make_action_item(title="far", due_on=date(2031, 1, 1), priority=0)
    make_action_item(title="undated", due_on=None, status="proposed", priority=1)
    assert titles(web(alice).get(f"{URL}?sort={sort}")) == expected


def test_a_filter_is_one_requests_own_and_only_what_is_asked_or_shown_is_made(rf, alice, bob):
    make_action_item(title="alice’s", owner=alice)
    make_action_item(title="bob’s", owner=bob)

    def asked(person, query, **form):
        request = rf.get("/", query)
        request.user = person
        return ActionItemFilter(request.GET, ActionItem.objects.all(), request=request, **form)

    both = [asked(person, {"owner": "me"}) for person in (alice, bob)]  # made before either is read
    assert [[item.title for item in each.qs] for each in both] == [["alice’s"], ["bob’s"]]
    assert {"owner", "team", "sort"} <= set(both[0].filters)
    assert "slips" not in both[0].filters
    assert "slips" in asked(alice, {"slips": "2"}).filters
    assert set(asked(alice, {"slips": "2"}, has_form=False).filters) == {"slips", "sort"}
    assert asked(alice, {"slips": "many"}, has_form=False).errors


def test_the_tabs_count_what_is_promised_and_show_where_one_is(web, alice, bob, payments):
    make_action_item(owner=alice, team=payments, due_on=TODAY() - timedelta(days=1))
    make_action_item(owner=bob, team=payments)
    make_action_item(status="proposed")
    answer = web(alice).get(f"{URL}?status=committed&owner=me")
    counts = {tab.label: (tab.count, tab.is_current) for tab in answer.context["tabs"]}
    assert counts == {
        "Mine": ("1", True),
        "My teams": ("2", False),
        "Overdue": ("1", False),
        "Unowned": ("1", False),
        "All": ("3", False),
    }
    assert "2 committed: 1 overdue" in answer.content.decode()


def test_who_has_no_team_has_no_tab_for_it(web, charlie):
    assert "My teams" not in [tab.label for tab in web(charlie).get(URL).context["tabs"]]


def test_empty_lists_say_what_they_are_for_and_how_to_get_out(web, alice, ada):
    assert "No action items yet" in web(alice).get(URL).content.decode()
    assert "Clear all filters" in web(alice).get(f"{URL}?q=zebra").content.decode()
    assert "Add action item" not in web(ada).get(URL).content.decode()


def test_the_csv_holds_exactly_the_filtered_rows(web, alice, promised, proposal):
    answer = web(alice).get(f"{URL}?status=committed&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].removeprefix("\ufeff").startswith("key,title,status,priority")
    assert lines[1].startswith(
        f"{promised.key},{promised.title},open,P2,prevent,bob@ballast.example,payments"
    )
    assert len(lines) == 2


def test_the_csv_costs_the_same_for_ten_rows(web, alice, bob):
    client = web(alice)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(f"{URL}?format=csv").streaming_content)
        return len(queries)

    make_action_item(owner=bob)
    one = cost()
    for _ in range(9):
        make_action_item(owner=bob, service=make_service(), team=make_team())
    assert cost() == one


def test_items_of_a_private_incident_show_nowhere_to_others(web, root, alice, secret, now):
    hidden = add_action_item(title="ZEBRA item", incident=secret, by=root, now=now)
    client = web(alice)
    for address in ("", "?q=ZEBRA", f"?incident={secret.key}", "?owner=nobody"):
        answer = client.get(URL + address)
        assert titles(answer) == []
        assert "ZEBRA item" not in answer.content.decode()
    assert {tab.count for tab in client.get(URL).context["tabs"]} == {"0"}
    assert b"ZEBRA" not in b"".join(client.get(f"{URL}?format=csv").streaming_content)
    for path in ("", "edit/", "redate/", "assign/", "move/wont_do/"):
        assert client.get(f"{URL}{hidden.key}/{path}").status_code == 404
    assert client.post(f"{URL}{hidden.key}/done/").status_code == 404
    assert titles(web(root).get(URL)) == ["ZEBRA item"]


def test_a_duplicate_does_not_tell_of_an_item_one_may_not_see(web, root, alice, promised, secret, now):
    hidden = add_action_item(title="ZEBRA item", incident=secret, by=root, now=now)
    ActionItem.objects.filter(pk=promised.pk).update(status="duplicate", duplicate_of=hidden)
    page = web(alice).get(promised.get_absolute_url()).content.decode()
    assert "ZEBRA" not in page
    assert hidden.key not in page


def test_the_form_writes_a_promise_and_a_double_click_writes_one(web, alice, bob, payments):
    data = form(owner="bob", team="payments", due_on="2030-01-07", done_when="It is refused", commit="on")
    client = web(alice)
    first, second = client.post(f"{URL}new/", data), client.post(f"{URL}new/", data)
    assert first["Location"] == second["Location"] == f"{URL}ACT-1/"
    item = ActionItem.objects.get()
    assert (item.owner, item.team, item.status, item.priority) == (bob, payments, "open", 1)


def test_the_form_shows_all_that_a_promise_lacks_and_keeps_what_was_typed(web, alice):
    answer = web(alice).post(f"{URL}new/", form(commit="on", description="Typed with care"))
    assert set(answer.context["form"].errors) == {"owner", "due_on", "done_when"}
    assert "Typed with care" in answer.content.decode()
    assert not ActionItem.objects.exists()


def test_the_form_starts_from_the_incident_and_the_date_of_the_policy(web, bob, payments):
    incident = make_incident(severity=1)
    initial = web(bob).get(f"{URL}new/?incident={incident.key}").context["form"].initial
    assert (initial["incident"], initial["owner"], initial["team"]) == (incident.key, "bob", "payments")
    assert initial["due_on"] >= TODAY() + timedelta(days=56)


def test_an_incident_one_may_not_see_is_as_unknown_as_one_that_is_not_there(web, alice, secret):
    texts = set()
    for key in (secret.key, "INC-999"):
        answer = web(alice).post(f"{URL}new/", form(incident=key))
        texts.add(str(answer.context["form"].errors["incident"]).replace(key, "KEY"))
        assert web(alice).get(f"{URL}new/?incident={key}").context["form"].initial["incident"] == ""
    assert len(texts) == 1


@pytest.mark.parametrize("day", ["1969-12-31", "2101-01-01", "soon"])
def test_dates_stay_within_reason(web, alice, day):
    assert "due_on" in web(alice).post(f"{URL}new/", form(due_on=day)).context["form"].errors


def test_an_edit_is_saved_and_somebody_elses_change_is_shown_instead_of_lost(web, bob, promised):
    client, address = web(bob), f"{URL}{promised.key}/edit/"
    data = form(title="Mine", done_when="Refused", owner="bob", version="1")
    assert client.post(address, data)["Location"] == promised.get_absolute_url()
    stale = client.post(address, {**data, "title": "Also mine", "once": "def"})
    page = stale.content.decode()
    assert "Somebody else saved this" in page
    assert "Also mine" in page
    assert "Stored now" in page
    promised.refresh_from_db()
    assert promised.title == "Mine"


def test_one_button_moves_and_a_second_press_is_told_so(web, bob, promised):
    client, address = web(bob), f"{URL}{promised.key}/move/in_progress/"
    assert client.post(address)["Location"] == promised.get_absolute_url()
    assert "cannot become in progress" in client.post(address).content.decode()
    assert client.get(address)["Location"] == promised.get_absolute_url()


def test_a_move_that_needs_words_has_a_form_that_keeps_them(web, bob, promised):
    client, address = web(bob), f"{URL}{promised.key}/move/wont_do/"
    assert "Why is it given up" in client.get(address).content.decode()
    short = client.post(address, {"reason": "Too short"})
    assert "reason" in short.context["form"].errors
    assert "Too short" in short.content.decode()
    assert client.post(address, {"reason": "The card vendor retires this interface"}).status_code == 302
    promised.refresh_from_db()
    assert promised.status == "wont_do"


def test_committing_offers_the_date_of_the_policy(web, alice, proposal):
    page = web(alice).get(f"{URL}{proposal.key}/move/open/")
    assert page.context["form"].initial["due_on"] >= TODAY() + timedelta(days=56)
    assert page.context["form"].initial["owner"] == "alice"


def test_no_get_moves_anything(web, bob, promised):
    client = web(bob)
    for path in ("move/done/", "move/open/", "redate/", "assign/", "edit/", ""):
        client.get(f"{URL}{promised.key}/{path}")
    assert client.get(f"{URL}{promised.key}/done/").status_code == 405
    promised.refresh_from_db()
    assert (promised.status, promised.version) == ("open", 1)


def test_an_unknown_state_is_404(web, bob, promised):
    assert web(bob).get(f"{URL}{promised.key}/move/nonsense/").status_code == 404


def test_done_in_a_row_answers_htmx_with_the_row_and_others_with_the_way_back(web, bob, promised, payments):
    answer = web(bob).post(f"{URL}{promised.key}/done/", headers=HTMX)
    page = answer.content.decode()
    assert page.strip().startswith("<tr")
    assert "Verified" in page
    assert f"{promised.key} is done." in page
    other = make_action_item(owner=bob)
    back = web(bob).post(f"{URL}{other.key}/done/", {"next": f"{URL}?owner=me"})
    assert back["Location"] == f"{URL}?owner=me"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "", "a word"])
def test_the_way_back_never_leaves_the_portal(web, bob, promised, elsewhere):
    answer = web(bob).post(f"{URL}{promised.key}/done/", {"next": elsewhere})
    assert answer["Location"] == promised.get_absolute_url()


def test_done_twice_says_so_and_changes_nothing(web, bob, promised):
    client = web(bob)
    client.post(f"{URL}{promised.key}/done/")
    answer = client.post(f"{URL}{promised.key}/done/", headers=HTMX)
    assert "cannot become done" in answer.content.decode()
    assert [move.to_status for move in promised.moves.all()] == ["done", "verified"]


def test_a_date_moves_with_a_reason_and_the_page_tells_the_story(web, bob, promised):
    client, address = web(bob), f"{URL}{promised.key}/redate/"
    assert "reason" in client.post(address, {"due_on": "2030-01-07", "version": "1"}).context["form"].errors
    client.post(address, {"due_on": "2030-01-07", "reason": "The vendor answers late", "version": "1"})
    page = client.get(promised.get_absolute_url()).content.decode()
    assert "slipped 1×" in page
    assert "The vendor answers late" in page


def test_an_item_is_handed_over(web, bob, alice, promised):
    client, address = web(bob), f"{URL}{promised.key}/assign/"
    assert "owner" in client.post(address, {"owner": "", "version": "1"}).context["form"].errors
    assert client.post(address, {"owner": "alice", "version": "1"}).status_code == 302
    promised.refresh_from_db()
    assert promised.owner == alice


@pytest.mark.parametrize("path", ["edit/", "redate/", "assign/", "move/done/", "done/"])
def test_who_may_not_act_is_refused_at_every_door(web, ada, charlie, promised, path):
    for person in (ada, charlie):
        answer = web(person).post(f"{URL}{promised.key}/{path}", {"version": "1"})
        assert answer.status_code == 403
    assert web(ada).post(f"{URL}new/", form()).status_code == 403


def test_the_auditor_reads_the_page_without_buttons(web, ada, promised):
    page = web(ada).get(promised.get_absolute_url()).content.decode()
    assert promised.title in page
    assert "Mark done" not in page
    assert "Next step" not in page


def test_markdown_is_shown_and_nothing_in_it_runs(web, bob, promised):
    ActionItem.objects.filter(pk=promised.pk).update(
        description="**bold** <script>alert(1)</script>", evidence_url="javascript:alert(1)"
    )
    page = web(bob).get(promised.get_absolute_url()).content.decode()
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_pages_of_a_list_under_headings_are_cut_from_the_same_order(alice, bob, payments):
    """Each sorts only what stands under its own headings."""
    here = {"team": payments, "incident": make_incident()}
    for n in range(6):
        make_action_item(owner=(alice, bob)[n % 2], priority=n % 3, **(here if n % 4 else {}))
    make_action_item(status="proposed", owner=None, source="toil")
    for grouping in filter(lambda one: one.order, GROUPINGS.values()):
        rows = ActionItem.objects.in_groups(TODAY()).annotate(**grouping.own)
        found = rows.order_by(*grouping.order, *grouping.key, "due_rank", "-pk")
        cut = in_groups(found, grouping)
        for size in (1, 2, 5, 20):
            pages = [cut[start : start + size] for start in range(0, 20, size)]
            assert [row for page in pages for row in page] == list(found)


GROUPED = {
    "": [("Overdue", 1), ("Due this week", 1), ("Later", 1), ("Settled", 1)],
    "status": [("Proposed", 1), ("Open", 1), ("Blocked", 1), ("Won’t do", 1)],
    "owner": [("Nobody yet", None), ("Alice", None), ("Bob", None)],  # no figures of one person
    "team": [("No team", 1), ("Payments", 3)],
    "priority": [("P0", 1), ("P2", 3)],
    "source": [("INC-1 Card payments time out", 2), ("On its own", 2)],
    "none": [],
}


def test_a_list_stands_under_the_headings_that_are_chosen_with_their_counts(web, alice, bob, payments):
    today, incident = TODAY(), make_incident()
    here = {"team": payments, "incident": incident}
    make_action_item(**here, source="incident", owner=bob, due_on=today - timedelta(days=1), priority=0)
    make_action_item(
        **here, source="postmortem", owner=alice, status="blocked", due_on=today + timedelta(days=40)
    )
    make_action_item(team=payments, status="proposed", due_on=today - timedelta(days=2))
    make_action_item(owner=bob, status="wont_do")
    client = web(alice)
    for group, expected in GROUPED.items():
        for sort in ("", "due"):
            answer = client.get(URL, {"group": group, "sort": sort})
            found = answer.context["groups"] if answer.context["is_grouped"] else []
            assert [(each.heading, each.count) for each in found] == expected, group
            assert sum(len(each.rows) for each in found) in {4, 0}
    assert not client.get(f"{URL}?sort=priority").context["is_grouped"]
    narrow = client.get(f"{URL}?group=status&source=manual&sort=-number")
    assert [each.heading for each in narrow.context["groups"]] == ["Proposed", "Won’t do"]

"""Templates and their versions: which is proposed, who edits, and what documents keep."""

from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.postmortems.models import Template
from apps.postmortems.models.shipped import SHIPPED_TEMPLATES
from apps.postmortems.operations import add_template, draft_postmortem, edit_template
from tests.factories import make_incident

pytestmark = pytest.mark.django_db
BRIEF = [{"slug": "summary", "title": "Summary", "kind": "text", "guidance": "", "is_required": True}]
BRIEF = [section | {"blocks": []} for section in BRIEF]


@dataclass(frozen=True)
class Case:
    severity: int
    kind: str
    template: str


@pytest.mark.parametrize(
    "case",
    [
        Case(1, "real", "full"),
        Case(2, "real", "full"),
        Case(3, "real", "lightweight"),
        Case(4, "drill", "lightweight"),
        Case(1, "near_miss", "near-miss"),
    ],
)
def test_a_template_is_proposed_by_severity_and_kind(case, alice, now):
    incident = make_incident(severity=case.severity, kind=case.kind)
    row = draft_postmortem([incident], now=now, by=alice)
    assert (row.template_slug, row.template_version) == (case.template, 1)
    expected = [section["slug"] for section in SHIPPED_TEMPLATES[case.template]["sections"]]
    assert [section.slug for section in row.sections.all()] == expected


def test_the_worst_of_several_incidents_decides_and_a_person_may_choose_another(alice, now):
    rows = [make_incident(severity=severity) for severity in (4, 2)]
    assert draft_postmortem(rows, now=now, by=alice).template_slug == "full"
    assert draft_postmortem(rows, template="near-miss", now=now, by=alice).template_slug == "near-miss"
    with pytest.raises(ValidationError, match="Choose one of: full, lightweight, near-miss"):
        draft_postmortem(rows, template="none", now=now, by=alice)


def test_guidance_asks_how_and_what_and_never_why_or_who():
    words = " ".join(
        section["guidance"].lower() for row in SHIPPED_TEMPLATES.values() for section in row["sections"]
    )
    asked = {word.strip(".,:;?“”") for word in words.split()}
    assert not asked & {"why", "who", "whose", "whom", "blame", "fault"} - {"whom"}
    assert {"what", "how"} <= asked


def test_an_edit_makes_a_version_and_documents_keep_theirs(outage, alice, root, now):
    before = draft_postmortem([outage], now=now, by=alice)
    row = edit_template("full", {"sections": BRIEF}, seen=1, now=now, by=root)
    assert (row.version, row.name) == (2, "Full")
    after = draft_postmortem([outage], now=now, by=alice)
    assert (before.sections.count(), after.sections.count(), after.template_version) == (13, 1, 2)
    assert [each.version for each in Template.objects.versions_of("full")] == [2, 1]
    event = AuditEvent.objects.get(verb="template.edited")
    assert (event.object_key, event.changes["sections"][1]) == ("template full", BRIEF)


def test_nothing_changed_is_no_version_and_an_old_page_is_refused(root, now):
    assert edit_template("full", {"name": "Full"}, now=now, by=root).version == 1
    edit_template("full", {"name": "Whole"}, seen=1, now=now, by=root)
    with pytest.raises(StaleVersion):
        edit_template("full", {"name": "Other"}, seen=1, now=now, by=root)


@pytest.mark.parametrize(
    "section",
    [
        {"title": " "},
        {"kind": "novel"},
        {"blocks": ["weather"]},
        {"guidance": "x" * 501},
        {"slug": "not a slug"},
    ],
)
def test_a_section_that_cannot_be_is_refused(root, now, section):
    with pytest.raises(ValidationError):
        edit_template("full", {"sections": [BRIEF[0] | section]}, now=now, by=root)


def test_no_list_and_no_block_stands_twice(root, now):
    twice = [
        BRIEF[0] | {"slug": slug, "kind": "factors", "blocks": ["timeline"]} for slug in ("first", "second")
    ]
    with pytest.raises(ValidationError, match="Twice the same kind of rows: factors"):
        edit_template("full", {"sections": twice}, now=now, by=root)


def test_only_admins_write_templates(alice, ada, now):
    for person in (alice, ada):
        with pytest.raises(PermissionDenied):
            edit_template("full", {"name": "Mine"}, now=now, by=person)
        with pytest.raises(PermissionDenied):
            add_template(slug="mine", name="Mine", sections=BRIEF, now=now, by=person)


def test_a_template_of_ones_own_is_added_and_no_longer_offered(outage, alice, root, now):
    add_template(slug="brief", name="Brief", sections=BRIEF, now=now, by=root)
    with pytest.raises(Conflict):
        add_template(slug="brief", name="Brief", sections=BRIEF, now=now, by=root)
    with pytest.raises(ValidationError, match="meaning in addresses"):
        add_template(slug="new", name="New", sections=BRIEF, now=now, by=root)
    draft_postmortem([outage], template="brief", now=now, by=alice)
    edit_template("brief", {"is_offered": False}, now=now, by=root)
    with pytest.raises(ValidationError):
        draft_postmortem([outage], template="brief", now=now, by=alice)


def test_the_form_moves_renames_adds_and_removes_sections(web, root):
    url, data = "/postmortems/templates/near-miss/edit/", {"name": "Near miss", "is_offered": "on"}
    for n, section in enumerate(Template.objects.newest("near-miss").sections):
        data |= {f"title_{n}": section["title"], f"kind_{n}": section["kind"], f"place_{n}": n + 1}
    data |= {"title_1": "", "title_0": "In short", "place_0": 9, "title_5": "Terms", "kind_5": "text"}
    answer = web(root).post(url, data | {"version": 1, "place_5": 10})
    assert answer.status_code == 302, answer.content.decode()
    sections = Template.objects.newest("near-miss").sections
    assert [each["slug"] for each in sections] == ["what-if", "lessons", "timeline", "summary", "terms"]
    assert sections[3]["title"] == "In short"
    page = web(root).get("/postmortems/templates/near-miss/?version=1").content.decode()
    assert "Trigger and contributing factors" in page


def test_programs_read_change_and_add_templates(api, root, alice, outage):
    client, url = api(root), "/api/v1/postmortem-templates/"
    assert [row["slug"] for row in client.get(url).json()] == ["full", "lightweight", "near-miss"]
    one = client.get(f"{url}full/")
    assert one["ETag"] == '"1"'
    assert client.patch(f"{url}full/", {"name": "Whole"}).status_code == 428
    changed = client.patch(f"{url}full/", {"name": "Whole"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    body = {"slug": "brief", "name": "Brief", "sections": [{"slug": "summary", "title": "Summary"}]}
    assert client.post(url, body).status_code == 201
    assert client.get(f"{url}none/").status_code == 404
    made = api(alice).post("/api/v1/postmortems/", {"incidents": ["INC-1"], "template": "brief"}).json()
    assert (made["template_slug"], [each["slug"] for each in made["sections"]]) == ("brief", ["summary"])

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from apps.audit.models import AuditEvent
from apps.incidents.operations import edit_incident
from apps.postmortems.files.receiving import receive
from apps.postmortems.models import Factor, ImpactValue, Postmortem
from apps.postmortems.operations import (
    add_action_item,
    add_attachment,
    add_part,
    draft_postmortem,
    edit_postmortem,
    return_to_draft,
)
from apps.postmortems.pdf.blocks import blocks_of
from apps.postmortems.pdf.document import document_of
from apps.postmortems.pdf.printing import make_pdf
from apps.postmortems.portable.files import write_json
from apps.postmortems.portable.form import portable
from apps.postmortems.portable.markdown import write_markdown
from tests.factories import make_incident
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
LONG = """### What broke

A **lease** lapsed in `db2`, see [the graph](https://graphs.example/x) and [not this](javascript:alert(1)).
Zoë, Дмитрий and Δημήτρης agreed. #import "x": y; $1 + 1$ \\#strong[no] <b>no</b>

1. first
2. second
   - nested *word*

> quoted

| time | what |
|------|------|
| 02:11 | file sent |
| 02:31 | bank calls |

```py
print("as it is")
```

---
"""


@pytest.fixture
def full(draft, alice, now):
    write(draft, "summary", LONG, by=alice)
    write(
        draft,
        "background",
        "\n\n".join(f"Paragraph {n} with words to fill a page." * 4 for n in range(60)),
        by=alice,
    )
    add_part(draft, Factor, {"category": "network", "text": "A fibre was cut"}, now=now, by=alice)
    add_part(
        draft,
        ImpactValue,
        {"measure": "users", "certainty": "measured", "value": 1860, "unit": "merchants", "method": "Logs"},
        now=now,
        by=alice,
    )
    add_action_item(draft, title="Fence the standby", owner=alice, now=now, by=alice)
    return draft


def row_for(user, row):
    return Postmortem.objects.for_reader(user).get(pk=row.pk)


def test_the_pdf_is_a_document_with_head_sections_tables_links_and_numbered_pages(full, alice, now):
    pdf = make_pdf(document_of(row_for(alice, full), alice, now=now))
    reader = PdfReader(io.BytesIO(pdf))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    whole = " ".join(pages)
    assert len(pages) > 3
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert full.key in pages[1]  # the head of every further page
    assert reader.metadata.title == full.title
    for text in (
        "Settlement files sent twice",
        "SEV2",
        "Checkout",
        "4 Nov 2026 02:11 UTC",
        "What broke",
        "Zoë, Дмитрий and Δημήτρης agreed.",
        '#import "x": y; $1 + 1$ #strong[no] <b>no</b>',
        "nested word",
        "02:31 bank calls",
        'print("as it is")',
        "1,860 merchants",
        "A fibre was cut",
        "Fence the standby",
    ):
        assert text in whole, text
    links = [note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", [])]
    assert links == ["https://graphs.example/x"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- ",
        "> ",
        "| a |\n|---|",
        "[" * 500,
        "#",
        "```",
        "1. \n2. ",
        "![x](y)",
        "\u202e\ufffe",
        "a\\\nb",
        "* * *\n- - -",
    ],
)
def test_no_text_breaks_the_typesetter(draft, alice, now, text):
    """Each alone in a document: what the blocks of one do not show, those of the next would hide."""
    document = document_of(row_for(alice, draft), alice, now=now)
    document["sections"] = [{"title": text, "blocks": blocks_of(text)}]
    assert make_pdf(document).startswith(b"%PDF")


def test_the_pdf_shows_the_pictures_of_its_text_that_its_reader_may_see_and_the_words_of_others(
    full, alice, root, now
):
    elsewhere = draft_postmortem(
        [make_incident(title="A key was seen", is_private=True, by=root)], owner=root, now=now, by=root
    )
    shown, hidden, lost = (
        add_attachment(row, received=receive(picture()), caption=words, now=now, by=by)
        for row, words, by in (
            (full, "Files an hour", alice),
            (elsewhere, "The key", root),
            (full, "Gone", alice),
        )
    )
    lost.file.delete(save=False)
    text = "\n\n".join(["Before", *(each.in_markdown for each in (shown, hidden, lost, shown)), "After"])
    write(full, "summary", text, by=alice)
    document = document_of(row_for(alice, full), alice, now=now)
    assert [name.partition(".")[0] for name in document["pictures"]] == [str(shown.uuid)]
    reader = PdfReader(io.BytesIO(make_pdf(document)))
    page = reader.pages[0]
    assert [image.image.size for image in page.images] == [(1200, 400)]  # kept once, shown twice
    counted = [page.extract_text().count(words) for words in ("Files an hour", "The key", "Gone", "After")]
    assert counted == [2, 1, 1, 1]


def picture():
    content = io.BytesIO()
    Image.new("RGB", (1200, 400), "#1f4e9e").save(content, "PNG")
    return SimpleUploadedFile("graph.png", content.getvalue(), "image/png")


def test_readers_take_along_what_was_published_while_the_next_version_is_written(
    published, web, alice, charlie, now
):
    return_to_draft(published, now=now, by=alice)
    write(published, "summary", "Not read by anybody yet.", by=alice)
    texts = [
        web(person).get(f"/postmortems/{published.key}/export/json/").content.decode()
        for person in (charlie, alice)
    ]
    assert ["Not read by anybody yet." in text for text in texts] == [False, True]
    document = document_of(row_for(charlie, published), charlie, is_final=True, now=now)
    assert {"label": "Published, version 1", "tone": "ok"} in document["chips"]
    assert "Published" in [fact["label"] for fact in document["facts"]]


def test_a_document_leaves_as_a_file_through_page_and_api(full, web, api, alice):
    form = portable(row_for(alice, full))
    expected = {"markdown": write_markdown(form), "json": write_json(form)}
    for kind, text in expected.items():
        for answer in (
            web(alice).get(f"/postmortems/{full.key}/export/{kind}/"),
            api(alice).get(f"/api/v1/postmortems/{full.key}/export/{kind}/"),
        ):
            assert answer.content.decode() == text
            assert f'filename="{full.key}-settlement-files-sent-twice.' in answer["Content-Disposition"]
    answer = api(alice).get(f"/api/v1/postmortems/{full.key}/export/pdf/")
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    assert f"/postmortems/{full.key}/export/pdf/" in web(alice).get(full.get_absolute_url()).content.decode()
    for door in (
        web(alice).get(f"/postmortems/{full.key}/export/exe/"),
        api(alice).get(f"/api/v1/postmortems/{full.key}/export/exe/"),
    ):
        assert door.status_code == 404
    assert api(alice).get("/api/v1/postmortems/schema/").json()["properties"]["format"] == {
        "const": "ballast-postmortem"
    }


def test_a_private_document_leaves_a_mark_when_it_leaves_and_tells_its_owner_nothing_of_the_incident(
    full, web, alice, ada, charlie, now
):
    incident = full.incidents.get()
    edit_postmortem(full, changes={"owner": charlie}, now=now, by=alice)
    web(alice).get(f"/postmortems/{full.key}/export/json/")
    assert not AuditEvent.objects.filter(verb="postmortem.exported").exists()
    edit_incident(incident, changes={"is_private": True}, by=alice, now=now)
    assert web(ada).get(f"/postmortems/{full.key}/export/json/").status_code == 404
    sent = json.loads(web(charlie).get(f"/postmortems/{full.key}/export/json/").content)
    assert (sent["incidents"], sent["services"]) == ([], [])
    event = AuditEvent.objects.get(verb="postmortem.exported")
    assert (event.actor, event.scope) == (charlie, incident.audit_scope)
    document = document_of(row_for(charlie, full), charlie, now=datetime.now(UTC))
    assert incident.key not in json.dumps([document["facts"], document["chips"]])

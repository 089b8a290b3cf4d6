"""Importing in the web and by API: previewed, held for one person, taken in once."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import Team
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import Incident
from apps.notifications.models import OutboxMail
from apps.postmortems.models import ImportBatch, ImportFile, Postmortem
from apps.postmortems.operations import import_batch, import_postmortems, preview_import, sweep_imports
from apps.services.models import Service
from tests.factories import make_user
from tests.postmortems.test_importing import GOOD

pytestmark = pytest.mark.django_db
NEW, API = "/postmortems/import/", "/api/v1/postmortems/import/"
OTHER = GOOD.replace("11111111", "22222222").replace("Files sent twice", "Files sent late")


def upload(name, text=GOOD):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def zipped(*files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return held.getvalue()


def previewed(by, *files):
    files = files or [("a.md", GOOD)]
    return preview_import([(name, text.encode()) for name, text in files], now=timezone.now(), by=by)


def counts():
    return [model.objects.count() for model in (Postmortem, Incident, Service, Team)]


def results(batch):
    return {file.name: (file.result or {}).get("became") for file in batch.files.all()}


def test_root_previews_many_files_and_imports_what_was_previewed(web, root):
    client = web(root)
    import_postmortems([("old.md", GOOD.encode())], now=timezone.now(), by=root)
    before = counts()
    mixed = zipped(
        ("deep/late.md", OTHER),
        ("__MACOSX/late.md", "rubbish"),
        ("twin.md", OTHER),
        ("shot.png", "no text"),
        ("inner.zip", zipped(("x.md", GOOD))),
    )
    sent = {
        "files": [
            upload("same.md"),
            upload("changed.md", GOOD.replace("lapsed", "ran out")),
            upload("bad.md", "---\ntitle: a\ncompany: b\nx: [1\n---\n"),
            upload("more.zip", mixed),
        ]
    }
    shown = client.post(NEW, sent, follow=True)
    page = shown.content.decode()
    assert counts() == before
    assert "New: 1, Here already: 2, Changed since: 1, Refused: 3." in page
    assert "Line 5: is not YAML" in page
    assert page.count("is neither Markdown (.md) nor JSON (.json)") == 2
    assert "is the same document as late.md" in page
    assert "Files sent late" in page
    assert "Acme Bank" in page
    batch = ImportBatch.objects.get()
    assert [file.name for file in batch.files.exclude(content="")] == [
        "late.md"
    ]  # no more is held than is needed
    done = client.post(batch.get_absolute_url(), follow=True).content.decode()
    late = Postmortem.objects.get(external_id__startswith="22222222")
    assert late.owner == root
    assert f'href="{late.get_absolute_url()}"' in done
    assert "Line 5: is not YAML" in done
    assert (Postmortem.objects.count(), Service.objects.count()) == (2, before[2])
    assert AuditEvent.objects.filter(verb="postmortem.imported").count() == 2
    assert not OutboxMail.objects.exists()


def test_pressed_twice_or_after_it_broke_off_each_file_goes_in_once(root):
    batch = previewed(root, ("a.md", GOOD), ("b.md", OTHER))
    first = batch.files.first()
    ImportFile.objects.filter(pk=batch.files.last().pk).update(
        result={"became": "refused"}
    )  # it stopped half-way
    import_batch(batch, now=timezone.now(), by=root)
    import_batch(batch, now=timezone.now(), by=root)
    assert results(batch) == {"a.md": "new", "b.md": "refused"}
    assert Postmortem.objects.count() == 1
    first.refresh_from_db()
    assert first.content == ""


def test_what_somebody_else_imported_meanwhile_is_here_already(root):
    batch = previewed(root)
    import_postmortems([("a.md", GOOD.encode())], now=timezone.now(), by=root)
    assert results(import_batch(batch, now=timezone.now(), by=root)) == {"a.md": "same"}


def test_a_file_that_would_land_elsewhere_now_is_left_out_and_the_others_go_in(root, payments):
    batch = previewed(root, ("a.md", GOOD), ("b.md", OTHER.replace("Acme Bank", "Payments")))
    Team.objects.filter(pk=payments.pk).update(name="Settlement")
    before = Service.objects.count()
    done = import_batch(batch, now=timezone.now(), by=root)
    assert results(done) == {"a.md": "new", "b.md": "left"}
    assert not Service.objects.filter(owner_team=payments).exists()
    assert Service.objects.count() == before + 2
    assert "upload it once more" in done.files.last().result["reason"]


def test_files_that_write_their_team_differently_land_in_one(root):
    second = OTHER.replace("Acme Bank", "ACME bank").replace("product: Ledger", "product: ledger")
    done = import_batch(previewed(root, ("a.md", GOOD), ("b.md", second)), now=timezone.now(), by=root)
    assert results(done) == {"a.md": "new", "b.md": "new"}
    assert done.files.last().said["landings"][1]["team"] == "Acme Bank"
    assert Service.objects.count() == 2


def test_a_preview_waits_an_hour_and_a_new_one_takes_its_place(web, root):
    old = previewed(root)
    batch = previewed(root)
    assert list(ImportBatch.objects.all()) == [batch]
    assert web(root).get(old.get_absolute_url()).status_code == 404
    later = timezone.now() + timedelta(minutes=61)
    with pytest.raises(Conflict, match="older than an hour"):
        import_batch(batch, now=later, by=root)
    ImportBatch.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert "older than an hour" in web(root).post(batch.get_absolute_url()).content.decode()
    assert not Postmortem.objects.exists()
    assert sweep_imports(later) == 1
    assert not ImportFile.objects.exists()


def test_nobody_else_sees_or_presses_what_root_uploaded(web, root, alice):
    batch = previewed(root)
    for person in (make_user("dora", org_role="admin"), alice):
        assert web(person).get(batch.get_absolute_url()).status_code == 404
        assert web(person).post(batch.get_absolute_url()).status_code == 404
    assert web(alice).get(NEW).status_code == 403
    assert "Import</a>" not in web(alice).get("/postmortems/").content.decode()


BOMB = zipped(("a.md", "0" * 10_000_001))


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("a.zip", b"PK no archive")], "a.zip is not a .zip that can be read"),
        ([("bomb.zip", BOMB)], "larger than 10 MB"),
        ([("a.md", GOOD)] * 201, "At most 200 files"),
        ([("a.zip", zipped(*((f"{n}.md", "") for n in range(201))))], "At most 200 files"),
        ([], "required"),
    ],
)
def test_what_is_too_much_is_refused_with_the_limit_and_nothing_is_held(files, reason, web, api, root):
    sent = {"files": [upload(name, text) for name, text in files]}
    assert reason in web(root).post(NEW, sent).content.decode()
    for each in sent["files"]:
        each.seek(0)
    answer = api(root).post(API, sent | {"dry_run": True}, format="multipart")
    assert answer.status_code == 400
    assert not ImportBatch.objects.exists()


def test_a_lying_or_locked_archive_is_refused(web, root):
    lying = bytearray(zipped(("a.md", "0" * 1000)))
    start = lying.rindex(b"PK\x01\x02")
    lying[start + 24 : start + 28] = (10).to_bytes(4, "little")  # says ten bytes
    locked = bytearray(zipped(("a.md", GOOD)))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    for content in (lying, locked):
        page = web(root).post(NEW, {"files": upload("a.zip", bytes(content))}, follow=True).content.decode()
        assert "not a .zip that can be read" in page


def test_ten_thousand_files_are_refused_politely(web, root):
    sent = {"files": [upload("a.md", "x")] * 501}
    answer = web(root).post(NEW, sent)
    assert answer.status_code == 400
    assert "More than 500 files came at once" in answer.content.decode()
    huge = web(root).post(NEW, {"files": upload("a.md", b"x" * 12_600_000)})
    assert huge.status_code == 413
    assert "12.5 MB" in huge.content.decode()


def test_a_program_imports_with_and_without_a_dry_run(api, root, alice):
    client = api(root)

    def send(**more):
        files = [upload("a.md"), upload("bad.md", "nothing")]
        return client.post(API, {"files": files, **more}, format="multipart")

    dry = send(dry_run=True).json()
    assert not Postmortem.objects.exists()
    assert [file["became"] for file in dry["files"]] == ["new", "refused"]
    assert dry["files"][0]["landings"][0] == {
        "service": "File sender (EU, US)",
        "team": "Acme Bank",
        "is_new": True,
        "is_new_team": True,
    }
    wet = send().json()
    assert wet["files"][0]["key"] == Postmortem.objects.get().key
    assert [file["became"] for file in send().json()["files"]] == ["same", "refused"]
    assert send(nonsense=1).status_code == 400
    assert api(alice).post(API, {"files": upload("a.md")}, format="multipart").status_code == 403

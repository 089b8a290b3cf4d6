"""Files of a postmortem: what is taken, what comes out, who reads it, and that nothing stays behind."""

import io
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, PngImagePlugin

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.postmortems.files.receiving import harmless, receive
from apps.postmortems.models import Attachment
from apps.postmortems.operations import (
    add_attachment,
    edit_attachment,
    publish_postmortem,
    remove_attachment,
    return_to_draft,
    submit_for_review,
    sweep_files,
)
from tests.postmortems.conftest import approve_by_all, promise, write

pytestmark = pytest.mark.django_db
LOG = b"02:09 214 files sent\n\x1b[31m02:31 a bank writes\x1b[0m\n"
PLACE, TITLE = 0x8825, 0x010E  # EXIF: where and what


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(name, content=LOG):
    return SimpleUploadedFile(name, content)


def picture(kind="PNG", size=(8, 8), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def attach(postmortem, by, now, name="queue.log", content=LOG, **words):
    return add_attachment(postmortem, received=receive(upload(name, content)), now=now, by=by, **words)


def files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_redrawn_and_what_was_glued_to_it_is_gone(kind):
    received = receive(upload(f"graph.{kind.lower()}", picture(kind) + b"<script>alert(1)</script>"))
    stored = received.content.read()
    assert received.media_type == f"image/{kind.lower()}"
    assert b"script" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, image.size) == (kind, (8, 8))


def test_place_camera_and_comments_do_not_come_through():
    exif = Image.Exif()
    exif[TITLE] = "ZEBRA"
    exif.get_ifd(PLACE)[1] = "N"
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "ZEBRA")
    for name, content in (
        ("a.jpg", picture("JPEG", exif=exif, comment=b"ZEBRA")),
        ("a.png", picture("PNG", pnginfo=told, exif=exif)),
        ("a.webp", picture("WEBP", exif=exif)),
    ):
        assert b"ZEBRA" in content
        stored = receive(upload(name, content)).content.read()
        assert b"ZEBRA" not in stored
        with Image.open(io.BytesIO(stored)) as image:
            assert not image.getexif()


def test_a_moving_picture_keeps_moving():
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("navy", "white")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    with Image.open(receive(upload("a.gif", out.getvalue())).content) as image:
        assert image.n_frames == 2


REFUSED = {
    "nothing in it": ("a.log", b""),
    "a page": ("a.html", b"<p>Hello"),
    "a page that says text": ("a.txt", b" \n<!DOCTYPE html><script>alert(1)</script>"),
    "a drawing": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a drawing that says text": ("a.log", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>"),
    "a document": ("a.pdf", b"%PDF-1.7"),
    "a document that says text": ("a.csv", b"%PDF-1.7\n/JavaScript (app.alert)"),
    "a program": ("a.exe", b"MZ"),
    "an archive that says text": ("a.log", b"PK\x03\x04\x00\x00"),
    "no ending": ("passwd", b"root"),
    "a page that says picture": ("a.png", b"<html><script>alert(1)</script></html>"),
    "another picture than it says": ("a.png", b"GIF89a" + b"\x00" * 20),
    "a picture that says text": ("a.txt", b"GIF89a;alert(1)"),
    "a broken picture": ("a.png", picture()[:40]),
    "a picture of too many pixels": ("a.gif", picture("GIF", size=(8_000, 6_000), mode="L")),
    "no letters": ("a.log", b"\x00\x01\x02"),
    "letters of another code": ("a.log", "Grüße".encode("latin-1")),
    "half a letter at the end": ("a.log", "Grü".encode()[:-1]),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_empty_active_broken_or_not_what_it_says_is_refused(name, content):
    with pytest.raises(ValidationError):
        receive(upload(name, content))


def test_long_logs_in_any_letters_are_taken_whole(settings):
    text = ("02:09 Grüße an 李伟 😀\n" * 9_000).encode()
    assert receive(upload("a.log", text)).size == len(text)
    settings.ATTACHMENT_MAX_BYTES = len(text) - 1
    with pytest.raises(ValidationError):
        receive(upload("a.log", text))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/queue.log", "queue.log"),
        (r"C:\logs\queue.log", "queue.log"),
        ("a\r\nX-Evil: 1.log", "a X-Evil: 1.log"),
        ("invoice\u202egpj.log", "invoice gpj.log"),
        ("x" * 300 + ".log", "x" * 116 + ".log"),
        (" . queue . log ", "queue. log"),
        ("Grüße 李伟.log", "Grüße 李伟.log"),
    ],
)
def test_a_name_is_made_harmless(name, kept):
    assert harmless(name) == kept


def test_a_file_lies_under_a_name_nobody_guesses_and_its_facts_are_on_record(draft, alice, now, settings):
    row = attach(draft, alice, now, caption=" Files \n sent ", source_url="https://example.com/graph")
    assert re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{32}", row.file.name)
    assert files(settings)[0].stat().st_mode & 0o077 == 0
    assert (row.caption, row.size) == ("Files sent", len(LOG))
    event = AuditEvent.objects.get(verb="postmortem.attachment_added")
    assert event.changes["sha256"] == [None, row.sha256]


def test_writers_attach_while_the_text_is_not_frozen(draft, charlie, published, alice, now):
    with pytest.raises(PermissionDenied):
        attach(draft, charlie, now)
    with pytest.raises(Conflict):
        attach(published, alice, now)


def test_files_of_a_postmortem_have_a_quota(draft, alice, now, settings):
    settings.ATTACHMENT_QUOTA_BYTES = 2 * len(LOG)
    for _ in range(2):
        attach(draft, alice, now)
    with pytest.raises(ValidationError):
        attach(draft, alice, now)


def test_what_an_approval_was_about_does_not_grow_unseen(approved, alice, now):
    attach(approved, alice, now)
    approved.refresh_from_db()
    assert approved.status == "draft"


def test_a_published_picture_is_removed_by_admins_alone(filled, alice, root, now):
    row = attach(filled, alice, now)
    write(filled, "summary", row.in_markdown, by=alice)
    filled.refresh_from_db()
    submit_for_review(filled, now=now, by=alice)
    approve_by_all(filled)
    promise(filled, by=alice)
    publish_postmortem(filled, now=now, by=alice)
    return_to_draft(filled, now=now, by=alice)
    with pytest.raises(Conflict):
        remove_attachment(row, now=now, by=alice)
    remove_attachment(row, now=now, by=root)
    assert not Attachment.objects.exists()


def test_what_no_row_names_is_swept_away_once_it_is_old(draft, alice, now, settings):
    kept, removed = attach(draft, alice, now), attach(draft, alice, now)
    remove_attachment(removed, now=now, by=alice)
    with transaction.atomic():
        attach(draft, alice, now)
        transaction.set_rollback(True)  # the request went wrong after the file was written
    assert len(files(settings)) == 3
    assert sweep_files(datetime.now(UTC)) == 0  # a request may be at work on them
    old = time.time() - 7200
    for path in files(settings):
        os.utime(path, (old, old))
    assert sweep_files(datetime.now(UTC) + timedelta(minutes=1)) == 2
    assert [path.name for path in files(settings)] == [kept.file.name.rpartition("/")[2]]


def test_captions_are_edited_the_file_is_not(draft, alice, now):
    row = attach(draft, alice, now)
    assert edit_attachment(row, changes={"caption": "Sent", "name": "b.log"}, now=now, by=alice).version == 2
    row.refresh_from_db()
    assert (row.caption, row.name) == ("Sent", "queue.log")


def test_readers_get_it_as_a_file_that_no_browser_takes_for_a_page(draft, alice, charlie, now, web):
    row = attach(draft, alice, now, name='q"ü.log')
    answer = web(charlie).get(row.get_absolute_url())
    assert b"".join(answer.streaming_content) == LOG
    told = answer.headers
    assert told["Content-Type"] == "text/plain; charset=utf-8"
    assert told["Content-Disposition"].startswith("attachment; filename*=utf-8''q%22%C3%BC.log")
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in told["Cache-Control"]
    shown = web(charlie).get(attach(draft, alice, now, name="a.png", content=picture()).get_absolute_url())
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Type"] == "image/png"


def test_strangers_and_readers_of_removed_or_hidden_documents_get_nothing(
    draft, outage, alice, charlie, now, web
):
    row, address = attach(draft, alice, now), None
    address = row.get_absolute_url()
    assert web().get(address).status_code == 302
    outage.is_private = True
    outage.save()
    assert web(charlie).get(address).status_code == 404
    remove_attachment(row, now=now, by=alice)
    assert web(alice).get(address).status_code == 404


def test_a_file_that_left_the_disk_is_not_found(draft, alice, now, web, settings):
    row = attach(draft, alice, now)
    files(settings)[0].unlink()
    assert web(alice).get(row.get_absolute_url()).status_code == 404


def test_the_form_attaches_shows_and_removes_without_scripts(draft, alice, web):
    at = draft.get_absolute_url()
    sent = {"file": upload("a.png", picture()), "caption": "Files sent", "once": "b" * 32}
    assert web(alice).post(f"{at}attachments/new/", sent).headers["Location"] == f"{at}#attachments"
    row = Attachment.objects.get()
    write(
        draft,
        "impact",
        f"See ![Files sent]({row.get_absolute_url()}) and ![no](https://example.com/x.png).",
        by=alice,
    )
    page = web(alice).get(at).content.decode()
    assert f'<img src="{row.get_absolute_url()}" alt="Files sent" loading="lazy">' in page
    assert 'img src="https' not in page
    refused = web(alice).post(f"{at}attachments/new/", {"file": upload("a.svg"), "caption": "kept"})
    assert "This kind of file is not taken" in refused.content.decode()
    assert 'value="kept"' in refused.content.decode()
    web(alice).post(f"{at}attachments/{row.uuid}/remove/")
    assert not Attachment.objects.exists()


def test_programs_upload_list_read_describe_and_remove(draft, alice, charlie, api):
    at = f"/api/v1/postmortems/{draft.key}/attachments/"
    sent = {"file": upload("queue.log"), "caption": "The queue"}
    made = api(alice).post(at, sent, format="multipart", headers={"idempotency-key": "a"})
    again = api(alice).post(
        at, sent | {"file": upload("queue.log")}, format="multipart", headers={"idempotency-key": "a"}
    )
    assert (made.status_code, again.status_code, Attachment.objects.count()) == (201, 201, 1)
    one = f"{at}{made.json()['id']}/"
    assert api(charlie).get(f"{at}?media_type=text/plain").json()["results"][0]["name"] == "queue.log"
    assert b"".join(api(charlie).get(f"{one}content/").streaming_content) == LOG
    assert api(charlie).post(at, {"file": upload("a.svg")}, format="multipart").status_code == 403
    refused = api(alice).post(at, {"file": upload("a.svg")}, format="multipart")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["file"])
    assert api(alice).patch(one, {"caption": "Its queue"}, headers={"if-match": '"1"'}).json()["version"] == 2
    assert api(alice).delete(one).status_code == 428
    assert api(alice).delete(one, headers={"if-match": '"2"'}).status_code == 204


def test_a_request_may_be_larger_where_files_are_attached_and_nowhere_else(draft, alice, web):
    at, more = draft.get_absolute_url(), {"text": "x" * 2_600_000}
    big = upload("a.log", b"a line\n" * 500_000)
    assert web(alice).post(f"{at}attachments/new/", {"file": big}).status_code == 302
    assert web(alice).post(f"{at}sections/summary/hints/", more).status_code == 413
    huge = upload("a.log", b"a line\n" * 2_000_000)
    assert web(alice).post(f"{at}attachments/new/", {"file": huge}).status_code == 413

"""Mails as files, and the pages of the embedded run that show them."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from tests.notifications.test_delivery import owe, status

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = "/dev/mail/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


def test_without_a_mail_server_a_mail_becomes_one_whole_file(folder, alice):
    row = owe(alice, payload={"subject": "Hello Alice"})
    assert deliver_due(NOW) == {"sent": 1}
    [path] = folder.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (path.suffix, mail["Subject"], mail["Message-ID"]) == (".eml", "Hello Alice", row.message_id)
    assert status(row) == "sent"


def test_a_folder_that_cannot_be_made_keeps_the_mails_owed(folder, alice):
    folder.write_text("a file where a folder should be")
    row = owe(alice)
    assert deliver_due(NOW) == {}
    assert (status(row), row.attempt) == ("queued", 0)
    assert "folder" in row.error


def letter(alice, folder, **payload):
    owe(alice, payload={"subject": "Hello Alice", **payload})
    deliver_due(NOW)
    return f"{URL}{next(folder.iterdir()).stem}/"


def test_ones_own_letters_are_listed_and_shown(web, folder, alice):
    url = letter(alice, folder)
    assert "Hello Alice" in web(alice).get(URL).content.decode()
    page = web(alice).get(url)
    assert "A line." in page.content.decode()
    assert "X-Auto-Response-Suppress" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_nobody_reads_the_letters_of_others_but_an_admin(web, folder, alice, bob, ada, root):
    url = letter(alice, folder)
    for person in (bob, ada):
        assert "Hello Alice" not in web(person).get(URL).content.decode()
        assert web(person).get(url).status_code == 404
        assert web(person).get(f"{url}html/").status_code == 404
    assert web(root).get(url).status_code == 200
    assert web().get(url).status_code == 302


def test_the_html_of_a_letter_is_locked_in_a_sandbox(web, folder, alice):
    answer = web(alice).get(f"{letter(alice, folder)}html/")
    policy = answer["Content-Security-Policy"]
    assert "<p>A line.</p>" in answer.content.decode()
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["nothing", "20260312T090000000000-00000000", "..%2fsecret_key", "%2e%2e"])
def test_a_name_that_is_no_letter_is_not_found(web, alice, name):
    assert web(alice).get(f"{URL}{name}/").status_code == 404


def test_the_first_time_the_page_says_when_mails_come(web, alice):
    assert "No mails yet" in web(alice).get(URL).content.decode()
    assert not OutboxMail.objects.exists()

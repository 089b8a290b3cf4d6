"""Every move from every state through both doors, and two people who move at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connections

from apps.action_items.models import NEXT_STATUS, ActionItem, Status
from tests.factories import make_action_item, make_user

WHY = "The card vendor retires this interface in May"


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status.values)
def test_every_illegal_move_is_409_in_both_doors_and_names_the_legal_ones(status, web, api, root):
    item, legal = make_action_item(status=status), NEXT_STATUS[status]
    program, browser = api(root), web(root)
    for to in [each for each in Status.values if each not in legal]:
        answer = program.post(f"/api/v1/action-items/{item.key}/transitions/", {"to": to, "reason": WHY})
        assert (answer.status_code, answer.json()["allowed"]) == (409, list(legal)), to
        sent = {"reason": WHY, "evidence_url": "https://git.example/7", "duplicate_of": item.key}
        page = browser.post(f"/action-items/{item.key}/move/{to}/", sent)
        assert page.status_code == 409, to
        said = "; ".join(page.context["form"].non_field_errors())
        assert all(str(Status(one).label) in said for one in legal), said
        assert WHY in page.content.decode() or "reason" not in page.context["form"].fields
    item.refresh_from_db()
    assert (item.status, item.version, item.moves.count()) == (status, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_once_one_wins_and_the_other_is_told_what_is_possible_now(api):
    root = make_user("root", org_role="admin")
    item, clients, barrier = (
        make_action_item(owner=root),
        [api(root) for _ in range(4)],
        Barrier(4, timeout=30),
    )
    wanted = ["done", "wont_do", "done", "wont_do"]

    def send(number):
        close_old_connections()
        barrier.wait()
        try:
            body = {"to": wanted[number], "reason": WHY}
            return clients[number].post(f"/api/v1/action-items/{item.key}/transitions/", body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    stored = ActionItem.objects.get(pk=item.pk)
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["allowed"] == list(NEXT_STATUS[stored.status])
    assert stored.moves.filter(is_automatic=False).count() == 1

"""Every address of the portal, every verb, and who may use it there. A route that is missing here fails the suite.

Verbs that are not named must do nothing: they are refused, or answer like GET without writing.
The rows that the addresses lead to are in `world.py`, what is sent to them in `bodies.py`.
"""

EVERYBODY = {"anon", "charlie", "bob", "alice", "ada", "root"}
OPEN = EVERYBODY
SIGNED_IN = EVERYBODY - {"anon"}
WRITERS = {"charlie", "bob", "alice", "root"}
TEAM = {"bob", "alice", "root"}  # members of the team that owns the row, and admins
LEADS = {"alice", "root"}  # leads of the team, and admins
ADMINS = {"root"}
AUDITORS_AND_ADMINS = {"ada", "root"}
BOB_AND_LEADS = {"bob", "alice", "root"}  # bob's hours and leave
BOB_AND_HIS_LEAD = {"bob", "alice"}  # bob's toil: nobody else reads single entries
BOB_AND_ADMINS = {"bob", "root"}
ALICE = {"alice"}
NOT_ITS_OWNER = {"charlie", "bob", "root"}  # nobody approves their own postmortem

READ = {"GET": SIGNED_IN}


def form(who: set[str]) -> dict[str, set[str]]:
    return {"GET": who, "POST": who}


WEB = {
    "/": READ,
    "/search/": READ,
    "/accounts/login/": {"GET": OPEN, "POST": OPEN},
    "/accounts/logout/": {"POST": OPEN},
    "/accounts/signup/": {"GET": OPEN},
    "/accounts/inactive/": {"GET": OPEN},
    "/accounts/password/change/": form(SIGNED_IN),
    "/accounts/password/reset/": form(OPEN),
    "/accounts/password/reset/done/": {"GET": OPEN},
    "/accounts/password/reset/key/done/": {"GET": OPEN},
    "/accounts/password/reset/key/<slug>/<key>/": {"GET": set(), "POST": set()},  # no key, no page
    "/profile/": form(SIGNED_IN),
    "/tokens/": READ,
    "/tokens/new/": form(SIGNED_IN),
    "/tokens/<prefix>/revoke/": form(ALICE),
    "/people/": READ,
    "/people/new/": form(ADMINS),
    "/people/<slug>/": READ,
    "/people/<slug>/edit/": form(ADMINS),
    "/people/<slug>/invite/": {"POST": ADMINS},
    "/people/<slug>/deactivate/": {"POST": ADMINS},
    "/people/<slug>/reactivate/": {"POST": ADMINS},
    "/people/<slug>/schedule/": form(BOB_AND_LEADS),
    "/people/<slug>/absences/": form(BOB_AND_LEADS),
    "/people/<slug>/absences/<uuid>/remove/": {"POST": BOB_AND_LEADS},
    "/teams/": READ,
    "/teams/new/": form(ADMINS),
    "/teams/<slug>/": READ,
    "/teams/<slug>/edit/": form(LEADS),
    "/teams/<slug>/members/new/": form(LEADS),
    "/teams/<slug>/members/<uuid>/change/": form(LEADS),
    "/teams/<slug>/members/<uuid>/end/": form(LEADS),
    "/services/": READ,
    "/services/new/": form(TEAM),
    "/services/<slug>/": READ,
    "/services/<slug>/edit/": form(TEAM),
    "/incidents/": READ,
    "/incidents/new/": form(WRITERS),
    "/incidents/<key>/": READ,
    "/incidents/<key>/edit/": form(TEAM),
    "/incidents/<key>/move/": form(TEAM),
    "/incidents/<key>/transitions/": {"POST": TEAM},
    "/incidents/<key>/acknowledge/": {"POST": TEAM},
    "/incidents/<key>/timeline/": {"POST": WRITERS},
    "/incidents/<key>/timeline/since/": READ,
    "/incidents/<key>/timeline/<uuid>/": READ,
    "/incidents/<key>/timeline/<uuid>/edit/": form(TEAM),
    "/incidents/<key>/timeline/<uuid>/star/": {"POST": WRITERS},
    "/incidents/<key>/updates/new/": form(WRITERS),
    "/incidents/<key>/updates/<uuid>/edit/": form(TEAM),
    "/incidents/<key>/roles/<role>/": form(TEAM),
    "/incidents/<key>/roles/<role>/take/": {"POST": WRITERS},
    "/incidents/<key>/roles/<role>/end/": {"POST": TEAM},
    "/incidents/<key>/milestones/<kind>/": form(TEAM),
    "/incidents/<key>/recur/": form(WRITERS),
    "/incidents/<key>/impact/new/": form(TEAM),
    "/incidents/<key>/impact/<uuid>/edit/": form(TEAM),
    "/incidents/<key>/impact/<uuid>/end/": {"POST": TEAM},
    "/incidents/<key>/impact/<uuid>/delete/": {"POST": TEAM},
    "/incidents/<key>/links/new/": form(TEAM),
    "/incidents/<key>/links/<uuid>/remove/": {"POST": TEAM},
    "/postmortems/": READ,
    "/postmortems/new/": form(WRITERS),
    "/postmortems/<key>/": READ,
    "/postmortems/<key>/edit/": form(TEAM),
    "/postmortems/<key>/move/": {"POST": TEAM},
    "/postmortems/<key>/review/": {"POST": NOT_ITS_OWNER},
    "/postmortems/<key>/versions/<version>/": READ,
    "/postmortems/<key>/sections/<slug>/": READ,
    "/postmortems/<key>/sections/<slug>/edit/": form(TEAM),
    "/postmortems/<key>/sections/<slug>/history/": READ,
    "/postmortems/<key>/action-items/new/": form(TEAM),
    "/postmortems/<key>/action-items/link/": form(TEAM),
    "/action-items/": READ,
    "/action-items/new/": form(WRITERS),
    "/action-items/similar/": READ,
    "/action-items/<key>/": READ,
    "/action-items/<key>/edit/": form(TEAM),
    "/action-items/<key>/done/": {"POST": TEAM},
    "/action-items/<key>/move/<to>/": form(TEAM),
    "/action-items/<key>/redate/": form(TEAM),
    "/action-items/<key>/assign/": form(TEAM),
    "/toil/": READ,
    "/toil/new/": form(WRITERS),
    "/toil/read-line/": READ,
    "/toil/teams/": READ,
    "/toil/teams/<slug>/": READ,
    "/toil/entries/<uuid>/": {"GET": BOB_AND_HIS_LEAD},
    "/toil/entries/<uuid>/edit/": form(BOB_AND_HIS_LEAD),
    "/toil/entries/<uuid>/delete/": {"POST": BOB_AND_HIS_LEAD},
    "/audit/": {"GET": AUDITORS_AND_ADMINS},
    "/notifications/": READ,
    "/notifications/<kind>/now/": {"POST": WRITERS},  # an auditor owes nothing, and queues nothing
    "/healthz": {"GET": OPEN},
    "/markdown-preview/": {"POST": SIGNED_IN},
    "/dev/mail/": READ,  # only in the embedded run
    "/dev/mail/<name>/": {"GET": BOB_AND_ADMINS},
    "/dev/mail/<name>/html/": {"GET": BOB_AND_ADMINS},
}

API = {
    "/api/schema/": READ,
    "/api/docs/": READ,
    "/api/v1/action-items/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/action-items/<key>/": {"GET": SIGNED_IN, "PATCH": TEAM},
    "/api/v1/action-items/<key>/redate/": {"POST": TEAM},
    "/api/v1/action-items/<key>/transitions/": {"POST": TEAM},
    "/api/v1/audit-events/": {"GET": AUDITORS_AND_ADMINS},
    "/api/v1/incidents/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/incidents/<key>/": {"GET": SIGNED_IN, "PATCH": TEAM},
    "/api/v1/incidents/<key>/similar/": READ,
    "/api/v1/incidents/<key>/timeline/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/incidents/<key>/timeline/<entry>/": {"PATCH": TEAM},
    "/api/v1/incidents/<key>/updates/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/incidents/<key>/updates/<entry>/": {"PATCH": TEAM},
    "/api/v1/incidents/<key>/milestones/": READ,
    "/api/v1/incidents/<key>/milestones/<kind>/": {"PUT": TEAM},
    "/api/v1/incidents/<key>/impact-windows/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/incidents/<key>/impact-windows/<window>/": {"PATCH": TEAM, "DELETE": TEAM},
    "/api/v1/incidents/<key>/links/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/incidents/<key>/links/<link>/": {"DELETE": TEAM},
    "/api/v1/incidents/<key>/roles/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/incidents/<key>/transitions/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/postmortems/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/postmortems/<key>/": {"GET": SIGNED_IN, "PATCH": TEAM},
    "/api/v1/postmortems/<key>/action-items/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/postmortems/<key>/reviews/": {"GET": SIGNED_IN, "POST": NOT_ITS_OWNER},
    "/api/v1/postmortems/<key>/sections/": READ,
    "/api/v1/postmortems/<key>/sections/<slug>/": {"GET": SIGNED_IN, "PUT": TEAM},
    "/api/v1/postmortems/<key>/transitions/": {"POST": TEAM},
    "/api/v1/postmortems/<key>/versions/": READ,
    "/api/v1/postmortems/<key>/versions/<number>/": READ,
    "/api/v1/services/": {"GET": SIGNED_IN, "POST": TEAM},
    "/api/v1/services/<slug>/": {"GET": SIGNED_IN, "PATCH": TEAM},
    "/api/v1/teams/": {"GET": SIGNED_IN, "POST": ADMINS},
    "/api/v1/teams/<slug>/": {"GET": SIGNED_IN, "PATCH": LEADS},
    "/api/v1/teams/<team>/memberships/": {"GET": SIGNED_IN, "POST": LEADS},
    "/api/v1/teams/<team>/memberships/<uuid>/": {"GET": SIGNED_IN, "PATCH": LEADS},
    "/api/v1/teams/<team>/memberships/<uuid>/end/": {"POST": LEADS},
    "/api/v1/teams/<slug>/toil/": READ,
    "/api/v1/toil/teams/": READ,
    "/api/v1/toil-entries/": {"GET": SIGNED_IN, "POST": WRITERS},
    "/api/v1/toil-entries/<uuid>/": dict.fromkeys(["GET", "PATCH", "DELETE"], BOB_AND_HIS_LEAD),
    "/api/v1/users/": {"GET": SIGNED_IN, "POST": ADMINS},
    "/api/v1/users/me/": {"GET": SIGNED_IN, "PATCH": SIGNED_IN},
    "/api/v1/users/<slug>/": {"GET": SIGNED_IN, "PATCH": ADMINS},
    "/api/v1/users/<slug>/transitions/": {"POST": ADMINS},
    "/api/v1/users/<user>/schedules/": form(BOB_AND_LEADS),
    "/api/v1/users/<user>/absences/": form(BOB_AND_LEADS),
    "/api/v1/users/<user>/absences/<uuid>/": {"GET": BOB_AND_LEADS, "DELETE": BOB_AND_LEADS},
}

ROUTES = WEB | API

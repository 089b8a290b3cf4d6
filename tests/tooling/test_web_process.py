import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# each of them 1 to 30 MB, held by every web process for good
FOR_OTHERS = {
    *("celery.worker", "django.db.migrations.executor", "holidays", "numpy", "scipy", "typst"),
    *("snowballstemmer", "drf_spectacular.openapi", "drf_spectacular_sidecar", "django.test", "unittest"),
}


def test_a_web_process_that_knows_every_page_holds_nothing_that_only_others_need(tmp_path):
    """What is imported on the way to the last page, by whomever: contracts see our own imports only."""
    program = (
        "import sys, config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(*sys.modules, sep='\\n')"
    )
    env = {**os.environ, "DATA_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    loaded = set(answer.stdout.splitlines())
    assert {"apps.postmortems.views", "apps.incidents.api.views", "config.api_urls"} <= loaded
    assert not loaded & FOR_OTHERS


def test_a_web_process_that_breaks_says_why_and_ends_with_an_error(tmp_path):
    """Whoever watches restarts what failed, and leaves alone what ended well."""
    program = (
        "import sys; from apps.core.management.commands import serve;"
        "serve.get_wsgi_application = lambda: 1 / 0;"
        "sys.exit(serve.share(None, processes=2, threads=1))"
    )
    env = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert (answer.returncode, "ZeroDivisionError" in answer.stderr) == (1, True)

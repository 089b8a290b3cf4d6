from tools import suite

RESULTS = """<testsuites><testsuite>
<testcase classname="a" name="works"/>
<testcase classname="a" name="breaks"><failure message="no"/></testcase>
<testcase classname="a" name="only_on_postgres"><skipped message="needs PostgreSQL"/></testcase>
</testsuite></testsuites>"""


def test_results_are_counted(tmp_path):
    file = tmp_path / "results.xml"
    file.write_text(RESULTS)
    run = suite.read_results("SQLite", 1, file)
    assert (run.passed, run.failed, run.skipped) == (1, 1, {"a.only_on_postgres": "needs PostgreSQL"})


def test_a_run_that_broke_before_its_tests_is_a_failure(tmp_path):
    assert suite.read_results("SQLite", 4, tmp_path / "missing.xml").failed == 1


def test_a_test_that_no_run_ran_is_said_and_one_that_some_run_ran_is_not(capsys):
    skipped = {"a.never": "no Chromium", "a.once": "needs PostgreSQL"}
    runs = [
        suite.Run("SQLite", 0, 5, 0, skipped),
        suite.Run("PostgreSQL", 0, 6, 0, {"a.never": "no Chromium"}),
    ]
    assert suite.report(runs, []) == 0
    said = capsys.readouterr().out
    assert "skipped in every run: a.never (no Chromium)" in said
    assert "a.once" not in said
    assert said.endswith("11 passed, 0 failed, 3 skipped\n")


def test_what_is_missing_fails_only_where_everything_must_be_there(monkeypatch):
    run = suite.Run("SQLite", 0, 5)
    monkeypatch.delenv("CI", raising=False)
    assert suite.report([run], ["no Chromium"]) == 0
    monkeypatch.setenv("CI", "true")
    assert suite.report([run], ["no Chromium"]) == 1

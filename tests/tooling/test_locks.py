from tools import locks


def test_locks_name_no_host_and_pin_what_the_project_asks_for():
    assert locks.problems() == ""


def test_a_lock_that_names_an_index_is_refused(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("--index-url https://index.example/simple\ndjango==5.2.8 \\\n    --hash=sha256:00\n")
    assert locks.foreign_lines(lock) == ["requirements.lock:1: --index-url https://index.example/simple"]


def test_a_pin_outside_its_range_is_named(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("django==6.0 \\\n    --hash=sha256:00\n")
    assert locks.unmet(["Django>=5.2.8,<5.3", "redis>=6.4"], lock) == ["Django>=5.2.8,<5.3", "redis>=6.4"]

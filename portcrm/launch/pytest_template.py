"""The migrated cluster that test runs start from: made once for one set of migrations, copied ever after.

Running every migration takes far longer than copying what they made; a changed migration makes a new one.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2

from portcrm.launch.places import Places
from portcrm.launch.postgres import Cluster
from portcrm.launch.processes import Account, stop
from portcrm.launch.speech import Trouble

NAME = "portcrm_template"
PREFIX = "test-template-"


def make_cluster(cluster: Cluster, places: Places, log: Path) -> None:
    """Fill the cluster's data folder: a copy of the kept one, which is made first where there is none."""
    kept = places.state / f"{PREFIX}{fingerprint(places.root)}"
    if kept.exists():
        _copy(kept, cluster.data, cluster.account)
        return
    cluster.create()
    process = cluster.start(log)
    try:
        _migrate(cluster, places)
    finally:
        stop(process, first=signal.SIGINT, patience=60)
    _keep(cluster.data, kept)


def fingerprint(root: Path) -> str:
    """Of everything that shapes a migrated database: the apps' migrations, what they load, the packages' versions."""
    digest = hashlib.sha256()
    for path in sorted(_shaping_files(root)):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _shaping_files(root: Path) -> list[Path]:
    """Migrations, and what they load: `reference/` folders and files named `shipped…`."""
    apps = [root / name for name in ("portcrm", "customers", "cargo", "feedback", "marketing", "bench")]
    patterns = ("**/migrations/*.py", "**/reference/*.*", "**/shipped*.py")
    shaping = {path for app in apps for pattern in patterns for path in app.glob(pattern)}
    return [*shaping, root / "portcrm" / "launch" / "requirements.lock"]


def _migrate(cluster: Cluster, places: Places) -> None:
    connection = psycopg2.connect(cluster.url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PORTCRM_", "PYTEST_"))},
        "SECRET_KEY": "only-for-tests",
        "DATABASE_URL": cluster.url(NAME),
        "PORTCRM_STATE": str(places.state),
    }
    command = [sys.executable, str(places.root / "manage.py"), "migrate", "--no-input", "-v", "0"]
    done = subprocess.run(command, env=environ, check=False, capture_output=True, text=True, cwd=places.root)
    if done.returncode:
        raise Trouble("测试数据库的迁移失败。", "The migrations of the test database failed.", detail=done.stderr[-4000:])


def _keep(data: Path, kept: Path) -> None:
    """Appears under its name only when whole; another run may have been quicker."""
    for old in kept.parent.glob(f"{PREFIX}*"):
        shutil.rmtree(old, ignore_errors=True)
    half_made = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copytree(data, half_made, symlinks=True)
    try:
        half_made.rename(kept)
    except OSError:
        shutil.rmtree(half_made, ignore_errors=True)


def _copy(kept: Path, data: Path, account: Account | None) -> None:
    shutil.copytree(kept, data, symlinks=True)
    data.chmod(0o700)
    if account is not None:
        for folder, folders, files in os.walk(data):
            for name in (".", *folders, *files):
                account.owns(Path(folder, name))

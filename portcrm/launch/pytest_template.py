"""A migrated cluster kept for the tests: migrating from nothing takes many times longer than copying what came of it.

It is kept under the fingerprint of everything the migrations consist of, so it is never older than they are. Each test run
copies the cluster, and Django makes its test database from the migrated one (TEMPLATE), still running `migrate` over it.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places
from portcrm.launch.postgres import Cluster
from portcrm.launch.processes import stop
from portcrm.launch.surroundings import client_surroundings

NAME = "portcrm_template"
VARIABLE = "PORTCRM_TEST_TEMPLATE"  # settings.py hands it to Django
MIGRATIONS = ("*/migrations/*.py", "portcrm/*/migrations/*.py")
WHAT_THEY_LOAD = ("*/migrations/frozen/*.*", "*/reference/*.*", "portcrm/*/reference/*.*")
DATA = (".csv", ".json")


def prepare_cluster(cluster: Cluster, places: Places, environ: dict[str, str]) -> str:
    """Make the cluster, from the kept one where that is fresh; give back the name of its migrated database, or "" without one.

    Migrations that fail are not reported here: the tests run into them and tell it better.
    """
    kept = places.state / "migrated" / fingerprint(places.root)
    with FileLock(places.locks / "migrated"):
        if kept.exists():
            _copy(kept, cluster.data)
            return NAME
        cluster.create()
        if not _migrate(cluster, places, environ):
            return ""
        shutil.rmtree(kept.parent, ignore_errors=True)
        kept.parent.mkdir()
        half_made = kept.with_suffix(".new")
        _copy(cluster.data, half_made)
        half_made.rename(kept)
    return NAME


def fingerprint(root: Path) -> str:
    """Of the migrations, of the project's modules they import, of what those load, of the lock."""
    migrations = [path for pattern in MIGRATIONS for path in root.glob(pattern)]
    loaded = [path for pattern in WHAT_THEY_LOAD for path in root.glob(pattern)]
    lock = root / "portcrm" / "launch" / "requirements.lock"
    digest = hashlib.sha256()
    for path in sorted({*migrations, *imported(root, migrations), *loaded, lock}):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def imported(root: Path, migrations: Iterable[Path]) -> set[Path]:
    """The project's files that the migrations import, and the data files in the same folders."""
    names = {name for migration in migrations for name in _imported_names(migration)}
    stems = [root.joinpath(*name.split(".")) for name in names]
    modules = {path for stem in stems for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.exists()}
    return modules | {data for module in modules for data in module.parent.iterdir() if data.suffix in DATA}


def _imported_names(module: Path) -> set[str]:
    """Dotted names, `from a import b` as both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _migrate(cluster: Cluster, places: Places, environ: dict[str, str]) -> bool:
    process = cluster.start(cluster.data.parent / "migrating.log")
    try:
        url = cluster.url(NAME)
        client = os.environ | client_surroundings(cluster.url("postgres"), os.environ["PATH"])
        made = subprocess.run([cluster.binaries / "createdb", NAME], env=client, check=False).returncode == 0
        command = [sys.executable, str(places.root / "manage.py"), "migrate", "--no-input", "--verbosity", "0"]
        return made and _runs(command, {**os.environ, **environ, "DATABASE_URL": url, "PYTHONPATH": str(places.root)})
    finally:
        stop(process, patience=60)


def _runs(command: list[str], environ: dict[str, str]) -> bool:
    return subprocess.run(command, env=environ, check=False, capture_output=True).returncode == 0


def _copy(source: Path, target: Path) -> None:
    """With owner and modes, as the server's user needs them."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)

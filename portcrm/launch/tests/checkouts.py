"""Small checkouts for tests: the launcher over a Django project that answers one word."""

import shutil
import sys
from pathlib import Path

from portcrm.launch.places import ROOT, Places

SETTINGS = """
import os
SECRET_KEY = os.environ["SECRET_KEY"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django_celery_beat"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                         "USER": os.environ["PGUSER"], "HOST": os.environ["PGHOST"]}}
DJANGO_CELERY_BEAT_TZ_AWARE = USE_TZ = True
TIME_ZONE = "UTC"
"""
CELERY = """
import os
from celery import Celery
os.environ["DJANGO_SETTINGS_MODULE"] = "portcrm.settings"
app = Celery("portcrm", broker=os.environ["REDIS_URL"])
app.conf.beat_scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"port"]
"""


def make_checkout(root: Path) -> Path:
    """The launcher over a Django project that answers one word; environment and front-end files are this checkout's."""
    root.mkdir()
    shutil.copytree(ROOT / "portcrm" / "launch", root / "portcrm" / "launch", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    for name in ("run", "manage.py", "package.json", "package-lock.json", "portcrm/__init__.py"):
        shutil.copy(ROOT / name, root / name)
    for name, text in {"settings": SETTINGS, "celery": CELERY, "wsgi": WSGI}.items():
        (root / "portcrm" / f"{name}.py").write_text(text)
    places, ours = Places(root), Places(ROOT)
    places.make()
    places.python.parent.mkdir(parents=True)
    places.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    places.python.chmod(0o755)
    shutil.copy(Path(sys.prefix) / "portcrm.json", places.venv)
    (places.state / "pycache").symlink_to(ours.state / "pycache", target_is_directory=True)
    places.vendor.symlink_to(ours.vendor, target_is_directory=True)
    shutil.copy(ours.state / "vendor.hash", places.state / "vendor.hash")
    return root

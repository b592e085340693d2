"""What a deployment collects: every name that a style sheet or a template may ask for gets its hash."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

from portcrm.launch import frontend
from portcrm.launch.places import ROOT


def test_static_files_can_be_collected_under_hashed_names(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    listed = json.loads((ROOT / "portcrm" / "launch" / frontend.LIST).read_text(encoding="utf-8"))
    wanted = [f"vendor/{name}" for name in (*listed["files"], "icons.svg")]

    call_command("collectstatic", interactive=False, verbosity=0)

    names = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert [name for name in wanted if name not in names or not (tmp_path / names[name]).exists()] == []

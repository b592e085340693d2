"""Every icon that is named anywhere is in the sprite, so none is a blank."""

import json
import re
from dataclasses import fields
from pathlib import Path

from django.conf import settings

from portcrm.pages.registry import registry
from portcrm.pages.templatetags.frame import TONE_SHAPES

LISTED = set(json.loads(Path(settings.BASE_DIR, "portcrm/launch/frontend_files.json").read_text(encoding="utf-8"))["icons"])
LISTED |= {name.replace("/", "-") for name in LISTED}  # the sprite's own spelling


def test_icons_of_templates_are_in_the_sprite():
    named = {}
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"{% icon [\"']([^\"']+)[\"']", text) + re.findall(r"{% badge \S+ \"\w+\" \"([\w/-]+)\"", text):
            named.setdefault(name, path.name)

    assert {name: where for name, where in named.items() if name not in LISTED} == {}


def test_icons_of_code_and_of_registered_entries_are_in_the_sprite():
    registered = {entry.icon for each in fields(registry) for entry in getattr(registry, each.name) if getattr(entry, "icon", "")}
    in_code = set()
    for app in ("portcrm", "customers", "cargo", "feedback", "marketing"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            in_code |= set(re.findall(r"icon=\"([\w/-]+)\"", path.read_text(encoding="utf-8")))

    assert (registered | in_code | set(TONE_SHAPES.values())) - LISTED == set()

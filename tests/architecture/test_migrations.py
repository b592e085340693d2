"""Migrations say in their name what they do, and nothing waits to be made."""

import re

import pytest
from django.core.management import call_command

from tests.architecture.source import APPS, ROOT

NAME = re.compile(r"^\d{4}_[a-z0-9_]+$")


def test_migrations_have_names_that_tell():
    names = [path for app in APPS for path in (ROOT / app).rglob("migrations/[0-9]*.py")]

    assert [
        str(path.relative_to(ROOT))
        for path in names
        if not NAME.match(path.stem) or "_auto_" in path.stem or path.stem.endswith("_and_more")
    ] == []


@pytest.mark.django_db
def test_no_change_of_a_model_waits_for_its_migration(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)

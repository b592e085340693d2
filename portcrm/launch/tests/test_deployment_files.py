"""The files of docs/deployment hand over what the product needs, under names it reads."""

import re

import pytest

from portcrm.launch.places import ROOT

FOLDER = ROOT / "docs" / "deployment"
OF_COMPOSE = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}  # read by the image of PostgreSQL
NEEDED = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "PORTCRM_SITE_URL", "PORTCRM_INSTANCE_ID"}


@pytest.mark.parametrize(("name", "pattern"), [("portcrm.env.example", r"^([A-Z_]+)="), ("compose.yaml", r"^ +([A-Z_]+): ")])
def test_a_deployment_hands_over_what_is_needed_and_nothing_unknown(name: str, pattern: str) -> None:
    settings = (ROOT / "portcrm" / "settings.py").read_text(encoding="utf-8")
    known = set(re.findall(r"\"([A-Z][A-Z_]+)\"", settings))

    given = set(re.findall(pattern, (FOLDER / name).read_text(encoding="utf-8"), re.MULTILINE)) - OF_COMPOSE

    assert NEEDED - given == set()
    assert given - known == set()


def test_every_container_is_told_which_installation_it_is() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    services = re.split(r"^  (?=\w+:$)", text.partition("\nservices:\n")[2].partition("\nvolumes:\n")[0], flags=re.MULTILINE)[1:]
    ours = [service for service in services if "manage.py" in service or "celery" in service or "gunicorn" in service]

    assert len(ours) == 5
    assert [service for service in ours if "<<: *portcrm" not in service or "environment:" in service] == []
    assert text.index("PORTCRM_INSTANCE_ID: ${PORTCRM_INSTANCE_ID:?") < text.index("\nservices:\n")

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portcrm.environment import READ_ELSEWHERE, Environment

ROOT = Path(__file__).resolve().parents[2]


def test_values_are_read_as_what_they_are():
    env = Environment({"N": "12", "Y": "Yes", "L": "a, b,,c", "Z": "Europe/Oslo", "R": "5/min", "U": "https://crm.invalid/"})

    assert env.int("N", default=1) == 12
    assert env.bool("Y") is True
    assert env.list("L") == ["a", "b", "c"]
    assert env.time_zone("Z", default="Asia/Shanghai") == "Europe/Oslo"
    assert env.rate("R", default="1/min") == "5/min"
    assert env.web_address("U", default="http://x") == "https://crm.invalid"
    assert env.str("MISSING", default="there") == "there"
    assert Environment({"D": "traits=30"}).numbers("D", {"basics": 90, "traits": 180}) == {"basics": 90, "traits": 30}
    assert Environment({"S": "7, 90,7"}).steps("S", (30,)) == (90, 7)
    assert Environment({}).steps("S", (7, 30)) == (30, 7)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.int("NAME", default=1), "twelve"),
        (lambda env: env.int("NAME", default=5, at_least=1), "0"),
        (lambda env: env.numbers("NAME", {"basics": 90}), "basic=80"),
        (lambda env: env.numbers("NAME", {"basics": 90}), "basics=soon"),
        (lambda env: env.steps("NAME", (90, 30)), "90,soon"),
        (lambda env: env.bool("NAME"), "ture"),
        (lambda env: env.time_zone("NAME", default="UTC"), "Asia/Shangai"),
        (lambda env: env.rate("NAME", default="1/min"), "often"),
        (lambda env: env.web_address("NAME", default="http://x"), "crm.invalid"),
        (lambda env: env.choice("NAME", default="a", among=("a", "b")), "c"),
        (lambda env: env.db_url("NAME"), "sqlite:///x"),
        (lambda env: env.email_url("NAME"), "mailto:me"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(read, value):
    with pytest.raises(ImproperlyConfigured, match=f"NAME='{value}' cannot be used"):
        read(Environment({"NAME": value}))


def test_a_refusal_does_not_print_a_password():
    with pytest.raises(ImproperlyConfigured) as refusal:
        Environment({"DATABASE_URL": "mysql://me:geheim@host/db"}).db_url("DATABASE_URL")

    assert "geheim" not in str(refusal.value)
    assert "mysql://host/db" in str(refusal.value)


def test_an_unknown_name_of_ours_is_refused_and_the_known_ones_are_told():
    env = Environment({"PORTCRM_DEMO": "1", "PORTCRM_DEM0": "1", "OTHER": "x"})
    env.bool("PORTCRM_DEMO")

    with pytest.raises(ImproperlyConfigured, match=r"Unknown setting PORTCRM_DEM0\. Known are .*PORTCRM_DEMO"):
        env.refuse_unknown()


def test_every_name_of_ours_that_code_reads_is_known():
    read = re.compile(r"[\"'](PORTCRM_[A-Z_]+)[\"']")
    files = [path for path in ROOT.rglob("*.py") if ".portcrm" not in path.parts and "tests" not in path.parts]
    named = {name for path in [*files, ROOT / "run", ROOT / "test"] for name in read.findall(path.read_text(encoding="utf-8"))}
    asked = set(read.findall((ROOT / "portcrm" / "settings.py").read_text(encoding="utf-8")))

    assert sorted(named - asked - READ_ELSEWHERE) == []


def test_behind_https_cookies_are_secure_and_browsers_stay_there():
    told = "import portcrm.settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"

    for address, expected in (("https://crm.port.invalid", "True True True"), ("http://127.0.0.1:8000", "False False False")):
        done = subprocess.run(
            [sys.executable, "-c", told], env={**os.environ, "PORTCRM_SITE_URL": address}, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORTCRM_COLOUR", "blue", "Unknown setting PORTCRM_COLOUR"),
        ("MAX_UPLOAD_BYTES", "25MB", "MAX_UPLOAD_BYTES='25MB' cannot be used: write a whole number"),
    ],
)
def test_the_start_stops_with_the_message_and_not_later(name, value, told):
    done = subprocess.run(
        [sys.executable, "-c", "import portcrm.settings"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert told in done.stderr

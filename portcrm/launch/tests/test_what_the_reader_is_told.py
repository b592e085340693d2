"""A taken port, a missing service, the log-ins: said in both languages, with what to do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from portcrm.launch import checks, ports
from portcrm.launch.logins import banner
from portcrm.launch.speech import Trouble, table, width


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Keyboard:
    """Standard input with or without somebody at it."""

    def __init__(self, *, attended: bool) -> None:
        self.attended = attended

    def isatty(self) -> bool:
        return self.attended


def test_a_taken_port_is_said_and_the_next_free_one_is_used(
    taken: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(attended=False))

    chosen = ports.choose("127.0.0.1", taken)

    assert taken < chosen <= taken + ports.TRIES
    assert capsys.readouterr().out == f"端口 {taken} 已被占用,改用 {chosen}。 · Port {taken} is taken; using {chosen}.\n"


def test_the_reader_may_decline_another_port(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(attended=True))
    monkeypatch.setattr("builtins.input", lambda question: "n")

    with pytest.raises(Trouble, match=rf"Port {taken} is taken\. Choose another with \./run --port\."):
        ports.choose("127.0.0.1", taken)


def test_a_free_port_is_taken_without_a_word(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    free = ports.next_free("127.0.0.1", taken)

    assert ports.choose("127.0.0.1", free) == free
    assert capsys.readouterr().out == ""


def test_a_database_that_does_not_answer_is_named_without_its_password(taken: int) -> None:
    free = ports.next_free("127.0.0.1", taken)

    with pytest.raises(Trouble) as refusal:
        checks.check_database(f"postgres://crm:secret@127.0.0.1:{free}/portcrm")

    assert refusal.value.zh.startswith(f"数据库没有应答:DATABASE_URL=postgres://crm:***@127.0.0.1:{free}/portcrm。")
    assert refusal.value.en.endswith("createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 portcrm")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}/0", "nonsense://x"])
def test_a_broker_that_does_not_answer_is_named(taken: int, url: str) -> None:
    given = url.format(port=ports.next_free("127.0.0.1", taken))

    with pytest.raises(Trouble) as refusal:
        checks.check_broker(given)

    assert refusal.value.en == f"The broker does not answer: REDIS_URL={given}. Check address and password and that Redis runs."


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ((14, "UTF8", "C.UTF-8", True), "This is PostgreSQL 14; at least 15 is needed."),
        ((15, "UTF8", "C", True), "The database has encoding UTF8 and locale C: Chinese names could not be searched."),
        ((15, "SQL_ASCII", "C.UTF-8", True), "The database has encoding SQL_ASCII and locale C.UTF-8"),
        ((15, "UTF8", "C.UTF-8", False), "The database has no pg_trgm."),
    ],
)
def test_a_database_that_cannot_serve_is_refused(found: tuple[int, str, str, bool], sentence: str) -> None:
    with pytest.raises(Trouble) as refusal:
        checks.refuse_unfit_database(*found)

    assert refusal.value.en.startswith(sentence)


def test_a_mail_server_that_is_away_is_said_and_the_start_goes_on(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    free = ports.next_free("127.0.0.1", taken)

    checks.check_mail(f"smtp://crm:secret@127.0.0.1:{free}")

    told = capsys.readouterr().out
    assert f"EMAIL_URL=smtp://crm:***@127.0.0.1:{free}" in told
    assert told.endswith("Mails stay in the outbox and are tried again.\n")
    assert "secret" not in told


def test_an_email_address_without_a_server_is_refused() -> None:
    with pytest.raises(Trouble, match="names no server"):
        checks.check_mail("smtp://")


def test_columns_line_up_although_chinese_characters_are_twice_as_wide() -> None:
    lines = table([("角色", "Role", "x"), ("marketing", "m", "x")]).splitlines()

    assert [width(line.rpartition("x")[0]) for line in lines] == [17, 17]


def test_the_banner_shows_the_address_and_each_demo_log_in(tmp_path: Path) -> None:
    people = [{"role": "Manager", "role_zh": "经理", "email": "manager@portcrm.invalid", "password": "demo password"}]
    (tmp_path / "logins.json").write_text(json.dumps(people), encoding="utf-8")

    with_people = banner("http://127.0.0.1:8000", tmp_path / "logins.json")
    without = banner("http://127.0.0.1:8000", tmp_path / "absent.json")

    assert [" ".join(line.split()) for line in with_people.splitlines()[1:-1]] == [
        "PortCRM http://127.0.0.1:8000",
        "角色 Role 登录邮箱 · Log-in 密码 · Password",
        "经理 Manager manager@portcrm.invalid demo password",
        "Ctrl-C 停止 · Ctrl-C stops everything",
    ]
    assert len(without.splitlines()) == 4

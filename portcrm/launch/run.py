"""`./run` inside the environment: services, database, web, worker and beat; or one command of manage.py."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portcrm.launch import catalogues, checks, frontend, keeper, ports
from portcrm.launch.database import beside, ensure_database
from portcrm.launch.filelock import FileLock
from portcrm.launch.group import Group, Part
from portcrm.launch.keeper import DATABASE
from portcrm.launch.logins import banner
from portcrm.launch.places import Places
from portcrm.launch.processes import die_with_parent, wait_until
from portcrm.launch.speech import Trouble, complain, say, speak_any_terminal
from portcrm.launch.surroundings import LOOPBACK, surroundings

QUEUES = "mail,jobs,default"
ROOT_WARNING = "ignore:You're running the worker with superuser"  # a container's only user is often root
UNPREPARED = {"check", "help", "makemigrations", "migrate", "showmigrations", "sqlmigrate", "version"}


@dataclass(frozen=True)
class Services:
    """Where database and broker are, and the shares held in the embedded ones."""

    database_url: str
    redis_url: str
    embedded_database: bool
    new_database: bool
    held: tuple[keeper.Held, ...]

    def objection(self) -> Trouble | None:
        for share in self.held:
            if not share.is_alive():
                return Trouble(f"内置服务 {share.kind} 已停止。", f"The embedded server {share.kind} has stopped.")
        return None


def main(arguments: list[str]) -> int:
    speak_any_terminal()
    places = Places()
    places.make()
    try:
        if arguments and not arguments[0].startswith("-"):
            return run_command(places, arguments)
        return run_product(places, parse(arguments))
    except Trouble as trouble:
        complain(trouble)
        return 1
    except KeyboardInterrupt:
        return 130


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run",
        description="启动 PortCRM;./run COMMAND … 在同一环境中执行 manage.py COMMAND … · "
        "Start PortCRM; ./run COMMAND … runs manage.py COMMAND … in the same environment.",
    )
    parser.add_argument("--host", default=os.environ.get("PORTCRM_HOST", LOOPBACK[0]), help="监听地址 · address to listen on")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", ports.DEFAULT), help="端口 · port (8000)")
    parser.add_argument("--demo", action="store_true", help="在 DATABASE_URL 中写入演示数据 · load demo data into DATABASE_URL as well")
    parser.add_argument("--database", default="", help="同一服务器中的另一个数据库 · another database of the same server")
    parser.add_argument("--dev", action="store_true", help="源码改动后自动重启 · reload when a source file changes")
    return parser.parse_args(arguments)


def run_product(places: Places, options: argparse.Namespace) -> int:
    """Start everything, print address and log-ins, stop everything on Ctrl-C."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    alone = FileLock(places.locks / "product")
    if not alone.acquire(wait=False):
        raise Trouble("PortCRM 已在此目录中运行。", "PortCRM already runs from this folder.")
    port = ports.choose(options.host, options.port)
    prepare_files(places)
    with services(places, database=options.database) as found:
        demo = options.demo or (found.embedded_database and options.database in ("", DATABASE))
        environ = environment_of(places, found, demo=demo, host=options.host, port=port)
        if options.dev:
            environ["DEBUG"] = "1"
        log_ins = "PORTCRM_DEMO" in environ
        prepare_database(places, environ, "--demo" if demo else "--log-ins-only" if log_ins else "")
        parts = product_parts(options.host, port, dev=options.dev)
        group = Group(parts, environ=environ, folder=places.root, logs=places.logs, watch=found.objection)
        code = group.run(lambda: _announce_when_up(environ, places, port, log_ins=log_ins))
    say("已停止。", "Stopped.")
    return code


def run_command(places: Places, arguments: list[str]) -> int:
    """manage.py COMMAND …, on the servers of a running ./run or on its own; `files` prepares files and needs no server."""
    prepare_files(places)
    if arguments[0] == "files":
        return 0
    with services(places) as found:
        environ = environment_of(places, found, demo=found.embedded_database)
        if arguments[0] == "messages":
            return catalogues.update_messages(places.root, environ)
        if found.new_database and arguments[0] not in UNPREPARED:
            prepare_database(places, environ)
        command = [sys.executable, str(places.root / "manage.py"), *arguments]
        with _leaving_interrupts_to_the_child():
            return subprocess.run(command, env=environ, check=False, preexec_fn=die_with_parent(signal.SIGTERM)).returncode


def prepare_files(places: Places) -> None:
    with FileLock(places.locks / "files"):
        frontend.ensure(places)
        catalogues.compile_stale(places.root)


@contextmanager
def services(places: Places, *, database: str = "") -> Iterator[Services]:
    """Those the environment names, checked; for each of the others an embedded one. `database` names another on the server."""
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if database_url and database:
        database_url = beside(database_url, database)
    for url, check in ((database_url, checks.check_database), (redis_url, checks.check_broker)):
        if url:
            check(url)
    if os.environ.get("EMAIL_URL"):
        checks.check_mail(os.environ["EMAIL_URL"])
    with ExitStack() as shares:
        held = []
        for kind, url in (("postgres", database_url), ("broker", redis_url)):
            if not url:
                held.append(keeper.hold(kind, places))
                shares.callback(held[-1].release)
        urls = {share.kind: share.url for share in held}
        if not database_url:
            _say_where_data_lie(places)
            urls["postgres"] = beside(urls["postgres"], database or DATABASE)
        yield Services(
            database_url=database_url or urls["postgres"],
            redis_url=redis_url or urls["broker"],
            embedded_database=not database_url,
            new_database=not database_url and ensure_database(urls["postgres"], places),
            held=tuple(held),
        )


def _say_where_data_lie(places: Places) -> None:
    """Only where they are not in the checkout, because its folder is closed to the database's user."""
    if not (places.state / "postgres").exists():
        say(f"数据库文件位于 {places.short()}。", f"The database's files lie in {places.short()}.")


def environment_of(places: Places, found: Services, *, demo: bool, host: str = LOOPBACK[0], port: int = ports.DEFAULT) -> dict[str, str]:
    return surroundings(
        places,
        database_url=found.database_url,
        redis_url=found.redis_url,
        embedded_database=found.embedded_database,
        demo=demo,
        host=host,
        port=port,
    )


def prepare_database(places: Places, environ: dict[str, str], option: str = "") -> None:
    command = [sys.executable, "-m", "portcrm.launch.prepare", *([option] if option else [])]
    done = subprocess.run(command, cwd=places.root, env=environ, check=False, preexec_fn=die_with_parent(signal.SIGTERM))
    if done.returncode:
        raise Trouble("数据库准备未完成,原因见上。", "The database could not be prepared; the reason stands above.")


def product_parts(host: str, port: int, *, dev: bool) -> tuple[Part, ...]:
    """Web, one worker for the three queues, exactly one beat."""
    python = Path(sys.executable)
    gunicorn: list[str | Path] = [python, "-m", "gunicorn", "portcrm.wsgi:application", "--bind", f"{host}:{port}", "--no-control-socket"]
    gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "warning"]
    runserver: list[str | Path] = [python, "manage.py", "runserver", f"{host}:{port}"]
    celery: list[str | Path] = [python, "-W", ROOT_WARNING, "-m", "celery", "--quiet", "--app", "portcrm.celery:app"]
    worker = [*celery, "worker", "--queues", QUEUES, "--concurrency", "2", "--loglevel", "warning"]
    beat = [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]
    return (
        Part("web", runserver if dev else gunicorn),
        Part("worker", [*worker, "--without-gossip", "--without-mingle"]),
        Part("beat", beat),
    )


def _announce_when_up(environ: dict[str, str], places: Places, port: int, *, log_ins: bool) -> None:
    """In a thread: the group's loop must not wait for the web process."""

    def announce() -> None:
        if wait_until(lambda: _answers(port), seconds=120):
            print(banner(environ["PORTCRM_SITE_URL"], places.state / "demo-logins.json" if log_ins else None), flush=True)

    threading.Thread(target=announce, daemon=True).start()


def _answers(port: int) -> bool:
    """Any answer will do: what it says is not the launcher's business."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).close()  # noqa: S310 - always http
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def _leaving_interrupts_to_the_child() -> Iterator[None]:
    """Ctrl-C in a shell belongs to the shell."""
    earlier = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

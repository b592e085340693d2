"""pytest plugin: browser tests in the installed Chromium, and no silent skips in CI."""

import os
import shutil
from typing import Any

import pytest

from portcrm.launch.pytest_servers import NO_SAMPLES

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
NO_BROWSER = "Chromium is not installed"
REFUSED_IN_CI = (NO_BROWSER, NO_SAMPLES)


def installed_chromium() -> str | None:
    return next((found for found in map(shutil.which, NAMES) if found), None)


class InstalledChromium:
    """Registered after pytest-playwright, whose fixture of this name would win over one of an earlier plugin."""

    @pytest.fixture(scope="session")
    def browser_type_launch_args(self, browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
        """The system's Chromium; root needs --no-sandbox."""
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        return {**browser_type_launch_args, "executable_path": installed_chromium(), "args": [*FLAGS, *root]}

    @pytest.fixture(scope="session")
    def browser(self, django_db_setup: None, browser: Any) -> Any:
        """Closed before the test database is dropped: a page left open keeps its connection to the server, and that one its session."""
        return browser


@pytest.fixture(autouse=True)
def _browser_beside_django(request: pytest.FixtureRequest) -> None:
    """Playwright runs an event loop in the test's thread, where Django would otherwise refuse to query.

    The loop stays until the session ends, and so does the permission: the test database is dropped beside it.
    """
    if request.node.get_closest_marker("browser"):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last, for the event loop stays; skipped by name where there is no Chromium."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if installed_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


class RefusedSkips:
    """In CI a test skipped for want of a browser or of sample files makes the run fail."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and any(reason in str(report.longrepr) for reason in REFUSED_IN_CI):
            self.names.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.names and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.names:
            terminalreporter.section("skipped, which CI does not allow")
            for name in self.names:
                terminalreporter.line(name)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(InstalledChromium())
    if os.environ.get("CI") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RefusedSkips())

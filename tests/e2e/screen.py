"""A browser page that is signed in and remembers everything the console complained about."""

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, Request, Response

DESK, PHONE = 1440, 360
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
EXPECTED = ("status of 404", "status of 409", "status of 422", "status of 403")  # answers of ours, which Chromium reports too


class Screen:
    """Opens our pages as a person, at a size, in a language and a theme; `complaints` holds console errors and failed files."""

    def __init__(self, page: Page, address: str, *, scripts: bool = True):
        self.page, self.address, self.scripts = page, address, scripts
        self.complaints: list[str] = []
        self._asked: set[Request] = set()
        page.on("request", lambda request: self._asked.add(request))
        page.on("requestfinished", lambda request: self._asked.discard(request))
        page.on("requestfailed", lambda request: self._asked.discard(request))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._watch)

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(expected in text for expected in EXPECTED):
            self.complaints.append(text)

    def _watch(self, response: Response) -> None:
        if not response.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"another host: {response.url}")
        if "/static/" in response.url and response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def sign_in(self, user, *, language: str = "zh-hans", theme: str = "light") -> None:
        client = Client()
        client.force_login(user)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language, "theme": theme}
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])

    def open(self, path: str, *, width: int = 1440, height: int = 900) -> Page:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page asks for nothing more, also not after drawing what came; "networkidle" waits half a second longer."""
        quiet = 0 if self.scripts else 2  # without them a loaded page is all there is, and nothing would tell of a frame
        while quiet < 2:
            self.page.evaluate(TWO_FRAMES)
            quiet = 0 if self._asked else quiet + 1

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults(page: Page) -> list[str]:
    """What an automatic checker of accessibility finds on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]

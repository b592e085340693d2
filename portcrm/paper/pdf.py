"""HTML to PDF. Only workers load this: the library and its fonts cost a web process too much.

WeasyPrint needs Pango on the system. Where that is missing everything else goes on, and a form is printed from the browser.
"""

from pathlib import Path

from django.contrib.staticfiles import finders

try:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher
except OSError:  # what its loader raises where the system has no Pango
    CSS = HTML = None
    URLFetcher = object

STYLES = "css/paper.css"


class NoPango(Exception):
    """This machine cannot make PDF files."""


class NothingFetched(URLFetcher):
    """A form is whole in itself: what stands in a file may not make the worker ask other machines."""

    def fetch(self, url, headers=None):
        raise ValueError(f"a printed form fetches nothing: {url}")


def make_pdf(html: str) -> bytes:
    """The PDF of a form, fonts embedded; NoPango where the system's library is missing."""
    if HTML is None:
        raise NoPango
    fetcher = NothingFetched()
    styles = CSS(string=Path(finders.find(STYLES)).read_text(encoding="utf-8"), url_fetcher=fetcher)
    return HTML(string=html, url_fetcher=fetcher, base_url=None).write_pdf(stylesheets=[styles], pdf_variant="pdf/ua-1")

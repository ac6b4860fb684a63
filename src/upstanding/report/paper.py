"""A report on paper: PDF by WeasyPrint, which is an extra and needs Pango from the system."""

from pathlib import Path

from upstanding.engine.files import telling
from upstanding.errors import UpstandingError


class NoPaperError(UpstandingError):
    """WeasyPrint, or the Pango that it draws with, is not there."""


def write_pdf(html: str, path: Path) -> None:
    """Write a page as tagged PDF; what it would fetch from elsewhere is refused.

    Raises:
        NoPaperError: if WeasyPrint or Pango is missing.

    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise NoPaperError(
            "--pdf needs WeasyPrint (pip install 'upstanding[pdf]') and Pango from the system; "
            f"the HTML page prints as well ({error})"
        ) from error
    with telling("write this file", path):
        HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf(
            path, pdf_variant="pdf/ua-1"
        )

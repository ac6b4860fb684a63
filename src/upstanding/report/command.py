"""What `upstanding report` does."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from upstanding.report.impact import gathered
from upstanding.report.page import folder_of, report_of, write
from upstanding.report.paper import write_pdf
from upstanding.run import Run


def report(runs: Sequence[Path], out: Path, *, pdf: bool, call: Sequence[str]) -> list[Path]:
    """Write the report of run directories; the first is that of the scheme as proposed.

    Returns:
        What was written: the page, the PDF if asked for, then the files beside it.

    Raises:
        InputError: if the runs are not of the same lives.
        NoPaperError: if a PDF cannot be made here; the page is written all the same.

    """
    impact = gathered([Run.open(folder) for folder in runs])
    made = report_of(impact, beside=folder_of(out).name, call=shlex.join(["upstanding", *call]))
    written = write(made, out)
    if pdf:
        paper = out.with_suffix(".pdf")
        write_pdf(made.html, paper)
        written.insert(1, paper)
    return written

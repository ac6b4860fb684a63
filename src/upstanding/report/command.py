"""What `upstanding report` does."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from upstanding.progress import counting
from upstanding.report.beside import beside
from upstanding.report.impact import gathered
from upstanding.report.page import folder_of, report_of, write
from upstanding.report.paper import write_pdf
from upstanding.run import Run


def report(
    runs: Sequence[Path],
    out: Path,
    *,
    pdf: bool,
    seeds: int,
    sets: int,
    given: bool,
    quiet: bool,
    call: Sequence[str],
) -> list[Path]:
    """Write the report of run directories; the first is that of the scheme as proposed.

    What is lacking is run beside it, in a directory that is gone afterwards, unless `given` says
    that nothing is.

    Returns:
        What was written: the page, the PDF if asked for, then the files beside it.

    Raises:
        InputError: if the runs are not of the same lives.
        NoPaperError: if a PDF cannot be made here; the page is written all the same.

    """
    impact = gathered([Run.open(folder) for folder in runs])
    again = shlex.join(["upstanding", *call])
    with TemporaryDirectory() as folder, counting("report", 1, quiet=quiet) as watch:
        if not given:
            impact = beside(impact, Path(folder), seeds=seeds, sets=sets, watch=watch)
        made = report_of(impact, beside=folder_of(out).name, call=again)
    written = write(made, out)
    if pdf:
        paper = out.with_suffix(".pdf")
        write_pdf(made.html, paper)
        written.insert(1, paper)
    return written

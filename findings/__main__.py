"""Carry out the study and write its page: `python -m findings`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from findings.page import lines_of
from findings.study import Study

PAGE = Path(__file__).parents[1] / "docs" / "first-finding.md"

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        study = Study(
            Path(folder),
            watch=lambda done, of: print(f"{done} of {of} runs", file=sys.stderr),
        )
        PAGE.write_text("\n".join(lines_of(study)) + "\n", "utf-8")
    print(f"The page is {PAGE}")

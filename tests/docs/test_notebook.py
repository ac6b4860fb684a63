"""The example notebook: it runs from top to bottom, and is committed as it ran."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "twins.ipynb"


def outputs(book: nbformat.NotebookNode) -> list[str]:
    """Return what each cell shows, as plain text."""
    return [
        output["data"]["text/plain"]
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_the_notebook_runs_and_shows_what_is_committed() -> None:
    committed = nbformat.read(NOTEBOOK, as_version=4)
    fresh = nbformat.from_dict(committed)
    NotebookClient(fresh, timeout=300, kernel_name="python3").execute()
    assert outputs(fresh) == outputs(nbformat.read(NOTEBOOK, as_version=4))
    shown = [output for cell in fresh.cells for output in cell.get("outputs", [])]
    html = "".join(output.get("data", {}).get("text/html", "") for output in shown)
    assert "the essay's picture" in html
    assert html.count("<svg ") >= 2
    assert "same luck" in html

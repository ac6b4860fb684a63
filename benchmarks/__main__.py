"""All cases: `python -m benchmarks [--large]`. Prints a table; figures to quote are the ratios."""

import json
import subprocess
import sys
from pathlib import Path

EVERYTHING = str(Path(__file__).parents[1] / "tests" / "everything.toml")
BOTH = (("common", "common"), ("essay", "china"))
CASES = [
    (scheme, citizens, weeks, ledger, "china")
    for citizens, weeks in ((100_000, 52), (1_000_000, 26))
    for scheme in ("court-list", EVERYTHING)
    for ledger in ("all", "off")
]
CASES += [(scheme, 1_000_000, 26, "off", society) for scheme, society in BOTH]
LARGE = [(scheme, 10_000_000, 14, "off", society) for scheme, society in BOTH]


def main() -> None:
    """Run every case and print a row for each."""
    print(
        f"{'scheme':12}{'citizens':>12}{'ledger':>8}{'M cit-weeks/s':>15}{'M cand/s':>10}"
        f"{'roofline':>10}{'ratio':>8}{'hot B':>8}{'B/citizen':>11}{'predicted':>11}"
    )
    for case in CASES + (LARGE if "--large" in sys.argv else []):
        command = [sys.executable, "-m", "benchmarks.case", *map(str, case)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        row = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{row['scheme']:12}{row['citizens']:12,}{row['ledger']:>8}"
            f"{row['citizen-weeks a second'] / 1e6:15.2f}{row['candidates a second'] / 1e6:10.2f}"
            f"{row['roofline'] / 1e6:10.1f}{row['ratio']:8.2f}"
            f"{row['hot bytes']:8,}{row['bytes a citizen']:11,}{row['predicted']:11,}",
            flush=True,
        )


if __name__ == "__main__":
    main()

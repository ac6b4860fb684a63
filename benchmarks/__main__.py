"""All cases: `python -m benchmarks [--large]`. Prints a table; figures to quote are the ratios.

`python -m benchmarks starsim --python PATH` holds the common workload against Starsim.
"""

import json
import subprocess
import sys

from benchmarks import beside_starsim

COURT_LIST, ESSAY, COMMON = ("court-list", "china"), ("essay", "china"), ("common", "common")
SIZES = ((100_000, 52), (1_000_000, 26))
LARGE = ((10_000_000, 14),)


def main() -> None:
    """Run every case in a process of its own and print a row for each."""
    print(
        f"{'scheme':12}{'citizens':>12}{'ledger':>8}{'M cit-weeks/s':>15}{'M cand/s':>10}"
        f"{'roofline':>10}{'ratio':>8}{'hot B':>8}{'B/citizen':>11}{'predicted':>11}"
    )
    cases = [
        (*case, citizens, weeks, ledger)
        for citizens, weeks in (*SIZES, *(LARGE if "--large" in sys.argv else ()))
        for case in (COURT_LIST, ESSAY, COMMON)
        for ledger in ("off", "all")
    ]
    for case in cases:
        command = [sys.executable, "-m", "benchmarks.case", *map(str, case)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        row = json.loads(done.stdout.splitlines()[-1])
        if "needs" in row:
            print(
                f"{case[0]:12}{case[2]:12,}{case[4]:>8}  does not fit: {row['needs']}", flush=True
            )
            continue
        print(
            f"{row['scheme']:12}{row['citizens']:12,}{row['ledger']:>8}"
            f"{row['citizen-weeks a second'] / 1e6:15.2f}{row['candidates a second'] / 1e6:10.2f}"
            f"{row['roofline'] / 1e6:10.1f}{row['ratio']:8.2f}"
            f"{row['hot bytes']:8,}{row['bytes a citizen']:11,}{row['predicted']:11,}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:3] == ["starsim", "--python"]:
        beside_starsim.main(sys.argv[3])
    else:
        main()

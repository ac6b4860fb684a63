"""One case in a process of its own.

`python -m benchmarks.case SCHEME SOCIETY CITIZENS WEEKS LEDGER`

Prints one JSON object. Speed is that of the weeks after the first, so neither compiling nor making
people counts. Memory is what the run adds to what the process held before it, at its peak: as
measured, and as foretold from types and shapes; `hot` is state alone, by its types. A case that
would not fit into free memory, the ledger's rows included, is not run, and says what it needs.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.roofline import citizen_weeks_a_second
from upstanding import simulate
from upstanding.engine import memory
from upstanding.engine.memory import Expected


def main() -> None:
    """Run the case that the command line names."""
    scheme, society, ledger = sys.argv[1], sys.argv[2], sys.argv[5]
    citizens, weeks = map(int, sys.argv[3:5])
    threads = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        simulate(
            scheme,
            society=society,
            citizens=8_192,
            weeks=2,
            ledger=ledger,
            out=Path(folder) / "warm",
            threads=threads,
        )
        held = memory.resident() or 0
        times: list[float] = []
        foretold: list[Expected] = []

        def announce(expected: Expected) -> None:
            foretold.append(expected)
            free = memory.free()
            if free is not None and expected.growth + expected.rows > free:
                print(json.dumps({"needs": str(expected)}))
                sys.exit()

        run = simulate(
            scheme,
            society=society,
            citizens=citizens,
            weeks=weeks,
            ledger=ledger,
            threads=threads,
            out=Path(folder) / "run",
            announce=announce,
            watch=lambda _weeks, _rows: times.append(time.perf_counter()),
        )
        peak = memory.most_resident() or 0
        candidates = run.long.filter(run.long["measure"] == "candidates")["value"].sum()
    roofline = citizen_weeks_a_second(citizens, threads, candidates / (citizens * weeks))
    seconds = times[-1] - times[0]
    speed = citizens * (weeks - 1) / seconds
    (expected,) = foretold
    result = {
        "scheme": Path(scheme).stem,
        "citizens": citizens,
        "weeks": weeks,
        "ledger": ledger,
        "citizen-weeks a second": round(speed),
        "candidates a second": round(candidates / weeks * (weeks - 1) / seconds),
        "roofline": round(roofline),
        "ratio": round(roofline / speed, 2),
        "hot bytes": round(expected.hot / citizens, 1),
        "bytes a citizen": round((peak - held) / citizens, 1),
        "predicted": round((expected.growth + expected.rows) / citizens, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""One case in a process of its own: `python -m benchmarks.case SCHEME CITIZENS WEEKS LEDGER`.

Prints one JSON object. Speed is that of the weeks after the first, so neither compiling nor making
people counts; memory is the peak of the process beyond what it held before the run.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.roofline import citizen_weeks_a_second
from upstanding import simulate


def main() -> None:
    """Run the case that the command line names."""
    scheme, citizens, weeks, ledger = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4]
    threads = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        simulate(scheme, citizens=8_192, weeks=2, out=Path(folder) / "warm", threads=threads)
        roofline = citizen_weeks_a_second(citizens, threads)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        times: list[float] = []
        run = simulate(
            scheme,
            citizens=citizens,
            weeks=weeks,
            ledger=ledger,
            threads=threads,
            out=Path(folder) / "run",
            watch=lambda _weeks, _rows: times.append(time.perf_counter()),
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        candidates = run.long.filter(run.long["measure"] == "candidates")["value"].sum()
    seconds = times[-1] - times[0]
    speed = citizens * (weeks - 1) / seconds
    result = {
        "scheme": Path(scheme).stem,
        "citizens": citizens,
        "weeks": weeks,
        "ledger": ledger,
        "citizen-weeks a second": round(speed),
        "candidates a second": round(candidates / weeks * (weeks - 1) / seconds),
        "roofline": round(roofline),
        "ratio": round(roofline / speed, 2),
        "bytes a citizen": round(max(peak - held, 0) * 1024 / citizens),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

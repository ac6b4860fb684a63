"""No kernel's compiled code holds a floating-point operation.

Compiled code can be looked at only where it was compiled, so a process of its own compiles every
kernel anew, by simulating, and looks. What it compiles it leaves for the tests that follow.
"""

import subprocess
import sys
from pathlib import Path

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
LOOK = r"""
import re, sys, tempfile
from pathlib import Path
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher
from upstanding.engine.manifest import Plan
from upstanding.engine.simulate import carry_out
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

FunctionCache.load_overload = lambda *_: None
FLOATING = re.compile(r"(?<![%.\w])(?:double|float|half)\b")  # A type; %half is a name.
# Everybody is scored at once and every adverse record audited, so that offices sit.
soon = {"scored.enrol": {"urban": [0, 0], "rural": [0, 0]}, "remedy.audit": 1}
plans = [
    Plan(Scheme.load(sys.argv[1]).with_values(soon), Society.load("china"), 600, 4, 7),
    Plan(Scheme.load("common"), Society.load("common"), 600, 52, 7, ledger="off"),
]
with tempfile.TemporaryDirectory() as folder:
    for number, plan in enumerate(plans):
        carry_out(plan, Path(folder) / str(number), threads=1, block=512)
kernels = {
    value
    for name, module in list(sys.modules.items()) if name.startswith("upstanding.")
    for value in vars(module).values() if isinstance(value, Dispatcher)
}
looked = 0
for kernel in kernels:
    assert kernel.signatures, f"{kernel} was not compiled"
    for signature in kernel.signatures:
        code = kernel.inspect_llvm(signature)
        looked += 1
        assert "define" in code, kernel
        for line in code.splitlines():
            if FLOATING.search(line):
                print(f"{kernel.py_func.__module__}.{kernel.py_func.__name__}: {line.strip()}")
print("kernels looked at:", looked)
"""


def test_no_kernel_holds_a_floating_point_operation() -> None:
    child = subprocess.run(
        [sys.executable, "-c", LOOK, str(EVERYTHING)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    *found, last = child.stdout.splitlines()
    print(last)
    assert not found
    assert int(last.split(":")[1]) >= 40

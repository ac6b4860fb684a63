"""The exact rules that kernels, reference and files obey: draws, numbers, time."""

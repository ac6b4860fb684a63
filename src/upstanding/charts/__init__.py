"""Figures: functions of plain frames and values that return a `Figure`."""

from upstanding.charts.figure import Figure

__all__ = ["Figure"]

"""Schemes, societies and patches as files: reading with positions, checking, patching."""

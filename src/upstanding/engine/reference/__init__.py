"""The reference: a whole run in plain Python, one person and one event at a time.

Read this first; a new mechanism is checked against it. Tests hold it and the kernels together to
the bit. Both take the dice, the compiled tables, the traits, the galleries and the first ties from
the same place, and share no stage of the week. Equations, addresses and rounding are those of the
docstrings in `mechanisms`; what one person has and waits for is in `people`.

A week has two halves. First everybody *lives* it as everybody stood at its opening (`living`):
candidate acts are drawn, some are carried out, sensors see some of those, obligations are
performed, closed services are attempted, ties pull and then turn (`company`). Then each record
reaches whomever it names, and everybody *closes* the week (`closing`): records become points and
entries onto lists, some of which are shown in public (`publicity`), and what holds next week is
settled, last what reaches kin (`kin`). What a week brought is counted in `counting`, and everybody
ranked.
"""

from upstanding.engine.reference.run import Outcome, run

__all__ = ["Outcome", "run"]

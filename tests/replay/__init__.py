"""Replay: a run's standing worked out again from its ledger alone, by code of its own.

It reads a run directory and nothing else: from the ledger, the scheme, the society and the calendar it
recomputes everybody's weekly points, scores, tiers, strikes and lists, and every measure that the ledger
determines, and compares them exactly with `citizens.parquet` and `measures.parquet`. It shares no
mechanism, kernel, table or draw with the engine. Row by row it checks that

- rows are in canonical order, and `seq` runs from 0 in each week of each citizen;
- a row holds what its kind asks for and nothing else: clause, points, category, mechanism, delay, truth;
- a record comes whole, with all rules that count it and no other, for people who have a score;
- each origin exists, and each row follows from it in time: record to entry, strikes to entry, tier to
  entry and exit, performance to exit, entry to term, restriction to denial;
- the rows of each kind are as many as the manifest says.

Draws are not repeated, so a replay takes from the ledger that an act was done and seen, that a record
was taken for a list, that an obligation was performed, that a stay ended for other reasons, that a
service was attempted. These fields are therefore not pinned, or only in part:

- `day` of points, record, performance and denial rows: only the order of rows and the agreement of the
  rows of one record speak of it;
- `sensor` of points and record rows, where another sensor of the same delay sees the act and the same
  rules count it: only the weekly number of records by sensor bounds it;
- `actor` of a record that names somebody else: she leaves no other trace (she must live where the sensor
  reaches, in the subject's district if the gallery is the district's, and stand in order);
- `subject` of such a record, where nothing of it lasts: once a yearly reset has passed, only tiers and
  the sum of all scores speak of it; `subject` of a record for a list that the run ends before;
- `subject` of a performance that cancels no entry and ends no stay (of an obligation never recorded);
- `lag` of a start row, the age of a stay whose list has no term: only which restriction is oldest and
  the longest age of 520 weeks speak of it;
- `origin` of a performance exit, among performances of one week and citizen; and which of several stays
  on a list it ends, since a performance row does not say of which obligation it is. What exists is a
  matching of exits and stays that agrees with every denial and term, and of cancelled entries with
  performances.
"""

from replay.whole import Replayed, replay, replay_directory
from replay.reading import ReplayError, Run, read_run

__all__ = ["ReplayError", "Replayed", "Run", "read_run", "replay", "replay_directory"]

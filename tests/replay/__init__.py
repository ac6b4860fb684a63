"""Replay: a run's standing worked out again from its ledger alone, by code of its own.

It reads a run directory and nothing else. From the ledger, the scheme, the society and the
calendar it recomputes everybody's weekly points, scores, tiers, strikes and lists, and every
measure that the ledger determines, and compares them exactly with `citizens.parquet` and
`measures.parquet`. It shares no mechanism, kernel, table or draw with the engine. Row by row it
checks that

- rows are in canonical order, and `seq` runs from 0 in each week of each citizen;
- a row holds what its kind asks for and nothing else: clause, points, category, mechanism, delay;
- a record comes whole, with all rules that count it and no other, if its subject has a score; and
  with each list that takes every record of the act;
- each origin exists, and each row follows from it in time: record to entry, strikes to entry,
  tier to entry and exit, performance to exit, entry to term, restriction to denial;
- the rows of each kind are as many as the manifest says.

Draws are not repeated. So a replay believes the ledger that an act was done and seen, that a
record was taken for a list of less than all, that an obligation was performed, that a stay ended
for other reasons, that a service was attempted. These fields it can check in part only
(`is_pinned` in `alterations` says when):

- `day` of points, record, performance and denial rows: it must agree with the order of rows and
  with the other rows of the record;
- `sensor` of points and record rows, where another sensor of the same delay sees the act and the
  same rules count it: a sensor cannot have made more records than its measure says;
- `actor` of a record that names somebody else, who leaves no other trace: she must live where the
  sensor reaches, in the subject's district if the gallery is the district's, and stand in order;
- `subject` of points that name somebody else and are cleared by a later reset: only the tiers and
  the sum of all scores speak of them;
- `subject` and `week` of a record row that leads to no entry, since the run ends or the
  obligation is performed before it is due, and has no points beside it;
- `subject` of a performance that cancels no entry and ends no stay;
- `lag` of a start row, the age of a stay, where its list has no term: it matters only to which
  restriction is the oldest;
- which of several stays on one list an exit ends: a performance row does not say of which
  obligation it is, and any stay without a term may end for other reasons. There must be a way to
  pair exits and stays that agrees with every term and denial, and cancelled entries with
  performances.
"""

from replay.reading import ReplayError, Run, read_run
from replay.whole import Replayed, replay, replay_directory

__all__ = ["ReplayError", "Replayed", "Run", "read_run", "replay", "replay_directory"]

"""Replay: a run's standing worked out again from its ledger alone, by code of its own.

It reads a run directory and nothing else. From the ledger, the scheme, the society and the
calendar it recomputes everybody's weekly points, scores, ranks, tiers, strikes and lists, and every
measure that the ledger determines, by group as well, and compares them exactly with
`citizens.parquet` and `measures.parquet`. It shares no mechanism, kernel, table or draw with the
engine. Row by row it checks that

- rows are in canonical order, and `seq` runs from 0 in each week of each citizen;
- a row holds what its kind asks for and nothing else: clause, points, category, mechanism, delay;
- a record comes whole, with all rules that count it and no other, if its subject has a score; and
  with each list that takes every record of the act;
- each origin exists, and each row follows from it in time: record to entry, strikes to entry,
  tier to entry and exit, entry or record to performance, performance to exit, entry to term,
  restriction to denial;
- a row of association is one of a week, of somebody with a score, and changes her term, which is a
  multiple of the scheme's step and one that ties within her reach can make (below);
- a reversal follows from a row of an adverse record, gives back what is left of its points, and
  comes with those of all other rows of the record; whoever was on a list by it leaves at that
  close, or never enters; so does she of whose strikes too few remain, or whose corrected tier is
  not the list's;
- what is kept out of the file is adverse, and by an official of the household or the scheme; a
  record that is made up tells of the act and the sensor that the scheme names, in the district; one
  in a stolen name has no actor, and posts within the time that the breach allows;
- the rows of each kind are as many as the manifest says.

Draws are not repeated. So a replay believes the ledger that an act was done and seen, that a
record was taken for a list of less than all, that an obligation was performed and which, that a
stay ended for other reasons, that a service was attempted. It believes when those who were not of
age at time zero come of age, to within a year. These fields it can check in part only (`is_pinned`
in `alterations` says when):

- `day` of points, record, performance and denial rows: it must agree with the order of rows and
  with the other rows of the record;
- `sensor` of points and record rows, where another sensor of the same delay sees the act and the
  same rules count it: a sensor cannot have made more records than its measure says;
- `actor` of a record that names somebody else, who leaves no other trace: she must live where the
  sensor reaches, in the subject's district if the gallery is the district's, and stand in order;
- `subject` of points that name somebody else and are cleared by a later reset: only the tiers and
  the sum of all scores speak of them;
- `subject` and `week` of a record row that no entry or performance names and that has no points
  beside it;
- `subject` of a performance without origin;
- `subject` of a row of association that a later one of hers replaces: by the term of somebody else
  of the same traits the sums of terms, by group, may stay what they were;
- `origin` of a performance, and of an exit for other reasons: another obligation or stay of the
  same kind may be meant where it is open as well, and no later row says otherwise;
- `origin` of a reversal, where another record of the same act would give back as much;
- of a publication that shows a record which left no row, all that it says of it but its delay and
  whether the record is of her own act;
- of a record kept out, all but its week, delay and clause: nothing else speaks of it;
- `lag` of a start row, the age of a stay, where its list has no term: it matters only to which
  restriction is the oldest.

An act may lead onto several lists, of which a performance names the first. The others' stays are
of the same record, which is certain unless a list may pass over what another takes and no points
tell records apart. Then a stay is paired with a performance by act, actor, week and day; where
several fit, which of them ended is left open.

*Association.* Whom a citizen knows is a function of society and seed that takes draws, and so do
the turns of ties. What she is pulled to cannot be told without them, but lies within bounds:

- x, by which ties pull, is total + term to within the rounding to a step, and so in an interval for
  everybody. Under `mean-of-ties` a term is K times the distance to a mean, which lies between the
  least and the greatest x of last week in the widest layer's domain; or what being without a living
  tie leaves: 0, or with `anchor = "none"` what was carried forward, held within the score's range.
- Ties that are counted give a multiple of the hundredths of one, rounded to the step: of no more
  low scores of last week (under `bayes`, and others) than layers have slots and domains people.
- A ring, or everybody tied to everybody, takes no draws. Where nothing cuts those ties, intervals
  are points: every term, and that it was written, follows exactly (`Replayed.terms` counts such).

So under layers these are believed: a term that is nearer to the mean than the extremes are, that
somebody has no living tie, how many living ties of low standing she has, and which ties turned when
(`ties-made` and `ties-cut` are told only where none may turn). That a row was left out, or one too
many written, is always noticed, by the sums of terms by group.

*Publicity.* What is shown of a row follows from the row. Of a record that left no row it is
believed that it was made, of whom and when; so is which ties saw it, and were cut for it.

*Remedy.* Who was told, who appealed, what an office examined and upheld, and how long cases waited
leave no row: these measures are believed, and that a case was decided. Under a suspensive remedy a
stay by a record binds or does not, as an appeal is pending or is not: so it may be passed over as
the cause of a denial, and how many are barred is believed.

*The company and the pool.* A company's score and what a pool holds leave no row: their measures are
believed, but for this, that no more records of the company's sensors were posted than passed.

*Groups.* Of measures by group, acts do not follow; they sum to the acts of the week. A citizen's
age in weeks is known to within a year, exactly if she comes of age after others of her district
have a score. So by age, what lies between two bands is believed, within what the people who may be
in either come to; in the weeks that are whole years before the end, nobody does. The bands always
sum to what everybody comes to.
"""

from replay.reading import ReplayError, Run, read_run
from replay.whole import Replayed, replay, replay_directory

__all__ = ["ReplayError", "Replayed", "Run", "read_run", "replay", "replay_directory"]

"""How many offices a region has, and how long they take: the integers behind the queues."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from upstanding.engine.tables import names_of
from upstanding.mechanisms.remedy import (
    PARTS,
    STAMPS,
    Remedy,
    SchemeTables,
    compile_tables,
    courts_of,
)
from upstanding.scheme import Scheme
from upstanding.society import Society

_MEAN = 1 << 8


def rules(per_100k: Decimal, weeks: Decimal) -> SchemeTables:
    figures = {"servers-per-100k": per_100k, "service-weeks": weeks, "source": "invented 0..1"}
    return SchemeTables(remedy=Remedy.model_validate(figures))


@given(
    per_100k=st.decimals(Decimal("0.5"), 10_000, places=2),
    weeks=st.decimals(Decimal("0.1"), 50, places=2),
    citizens=st.integers(600, 20_000),
    size=st.integers(500, 5_000),
)
def test_capacity_is_what_the_scheme_says(
    per_100k: Decimal, weeks: Decimal, citizens: int, size: int
) -> None:
    courts = courts_of(rules(per_100k, weeks), citizens, size)
    assert len(courts.servers) == -(-citizens // size)
    for region, (servers, mean) in enumerate(zip(courts.servers, courts.mean, strict=True)):
        people = min(size, citizens - region * size)
        wanted = float(per_100k) * people / 100_000
        assert servers == max(1, round(wanted))
        capacity = servers / (mean / STAMPS / _MEAN)
        # A hearing takes 65,536 weeks in the mean at most: no run is a sixteenth as long.
        due = max(wanted / float(weeks), servers / 65_536)
        assert abs(capacity / due - 1) < 0.0201
        if courts.rescaled[region]:
            assert abs(servers / wanted - 1) > 0.0199
            assert abs(capacity / due - 1) < 0.001


def test_a_run_smaller_than_a_region_has_one_queue() -> None:
    courts = courts_of(rules(Decimal(100), Decimal(1)), 3_000, 1 << 20)
    assert courts.servers.tolist() == [3]
    assert not courts.rescaled.any()


def test_the_time_of_a_hearing_has_mean_and_variance_of_an_exponential() -> None:
    scheme = SchemeTables(remedy=rules(Decimal(1), Decimal(1)).remedy)
    society = Society.load("uniform").file
    names = names_of(Scheme.load("baseline").file, society)
    tables = compile_tables(scheme, society, names, on=True)
    part, unit = tables.exponential / (1 << 24), tables.doubling / (1 << 24)
    assert part.shape == (PARTS,)
    moments = [
        sum(((zeros * unit + part) ** power).mean() / 2 ** (zeros + 1) for zeros in range(40))
        for power in (1, 2, 3)
    ]
    for found, expected in zip(moments, (1, 2, 6), strict=True):
        assert abs(found / expected - 1) < 1e-6

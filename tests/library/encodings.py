"""Two schemes set down a second time, from the evidence alone and in a form of their own.

Written from sections 1.1, 1.4, 1.5, 2.1, 8.1, 11 and 13 of the evidence, not from the shipped
files. What the evidence gives as a figure or a rule is here; what a file has to assume is not.
A line of a table reads as the evidence prints it.
"""

from decimal import Decimal

# --- The court list, 2018 ---

COURT_LIST = {
    "who": "judgment-left-unpaid",
    "exits a year": {"performance": Decimal("0.17"), "other": Decimal("0.05")},
    "new a year per 1,000 adults": Decimal("1.95"),
    "stock per 1,000 adults": Decimal("5.6"),
    "working days from performance to removal": 3,
    "a number": False,
    "published": ("on the court's website", "name and ID number"),
}

# Nine kinds of spending and what the model calls them; none where it has no such service.
RESTRICTED = """
1 air                                      2010 flight
1 soft sleeper, ship second class          2010 -
2 star hotels                              2010 star-hotel
2 clubs, golf courses                      2010 -
3 buying property                          2010 property
4 renting high-grade offices, hotels       2010 -
5 non-essential vehicles                   2010 -
6 tourism and holidays                     2010 -
7 children in high-fee private schools     2010 child:private-school
8 high-premium insurance                   2010 insurance
9 G-train seats                            2015 high-speed-rail
"""
# The seventh reaches a child, not the person listed.
CHILD = "child:"
LISTED_SINCE, EVERYBODY_LISTED_RESTRICTED_SINCE = 2013, 2015
COURT_PROVENANCE = "documented law"


def restricted() -> dict[str, int]:
    """Return what being listed closes to the listed person, and since which year."""
    lines = (line.rsplit(maxsplit=2) for line in RESTRICTED.strip().splitlines())
    return {
        service: int(year)
        for _, year, service in lines
        if service != "-" and not service.startswith(CHILD)
    }


def reaching_children() -> set[str]:
    """Return what being listed closes to the children of the listed person."""
    last = (line.rsplit(maxsplit=1)[1] for line in RESTRICTED.strip().splitlines())
    return {service.removeprefix(CHILD) for service in last if service.startswith(CHILD)}


# --- Rongcheng ---

RONGCHENG = {
    "opening balance": 1000,
    "from age": 18,
    "consent": True,
    "restrictions from a low class": 0,
}

CLASSES = """
AAA >=1050
AA  1030-1049
A   960-1029
B   850-959
C   600-849
D   <=599
"""

# Points as printed, and the act of the society that an item is about; none where there is none.
ITEMS = """
-20  unperformed duty in lending, guarantee, lease, insurance          -
-50  sued for non-performance and found in breach                      broken-contract
-10  bank-loan arrears, overdraft or late card payment (each cycle)    late-card-payment
-20  private loan broken                                               -
-40  investigated for illegal fund-raising or lending                  -
-20  broken guarantee for another                                      -
-30  sued for unpaid debt and held responsible                         loan-default
-30  pyramid selling or commercial fraud                               -
-30  making counterfeit goods                                          counterfeit-goods
-20  late fees for public services                                     late-bill
-50  arrears established by court or arbitration                       judgment-left-unpaid
-50  illegal taps, heating release, pipeline pumps                     -
-60  stealing water, gas, power, heat                                  -
-100 damaging public installations                                     -
-5   traffic ticket                                                    red-light
+30  heroic act                                                        heroic-act
"""
BY_GRAVITY = {"other commercial dishonesty": (-50, -5)}
CREDITED = {"volunteering", "donation", "heroic-act"}
"""Conduct that is credited; but for the heroic act its points were not seen."""
STRAIGHT_TO_C = "drunk-driving"
RONGCHENG_PROVENANCE = "documented pilot"


def classes() -> dict[str, tuple[int | None, int | None]]:
    """Return the first score of each class, and the first above it."""
    bands: dict[str, tuple[int | None, int | None]] = {}
    for name, printed in map(str.split, CLASSES.strip().splitlines()):
        if printed.startswith(">="):
            bands[name.lower()] = int(printed[2:]), None
        elif printed.startswith("<="):
            bands[name.lower()] = None, int(printed[2:]) + 1
        else:
            low, high = printed.split("-")
            bands[name.lower()] = int(low), int(high) + 1
    return bands


def items() -> dict[str, int]:
    """Return the points of each act of the society that the printed table is about."""
    lines = (line.split(maxsplit=1) for line in ITEMS.strip().splitlines())
    told = ((int(points), rest.rsplit(maxsplit=1)[1]) for points, rest in lines)
    return {act: points for points, act in told if act != "-"}


def points_straight_to_c() -> int:
    """Return the points that take somebody from the opening balance to the best of class C."""
    return classes()["c"][1] - 1 - 1000  # type: ignore[operator]

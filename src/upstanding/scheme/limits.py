"""Limits: bounds on what the rest of a scheme may do, which safeguards set.

A limit overrules what a scheme says elsewhere, whatever the names there are. What is compiled is
the scheme as it then is (`scheme.limited`). Rules, lists and sensors keep their names, so that a
scheme and its limited twin share every draw.

    protected-conduct       acts that exercise a right give no points and lead onto no list
    others-conduct          so do contacts with somebody of low standing
    only-harmful-acts       sensors see acts that harm somebody, and those that a list is for
    close-only-same-domain  a list closes, to her and to kin, services of its domain alone; a tier,
                            whose reason is everything, closes nothing
    own-purpose-only        nothing passes between company and state
    officials-as-others     nothing of officials is left out, nor is any auditor in league with them
    human-check             at least this share of wrong matches is rejected by a person
    longest-stay-weeks      no stay on a list is longer
    only-true-records       nobody is named for an act that is not hers: no safeguard, which nobody
                            could order, but an ablation
"""

from typing import Annotated, Literal

from pydantic import Field

from upstanding.documents.table import Share, Sourced, Switch, Table


class Limits(Sourced):
    """Bounds on the rest of a scheme; each holds only where it is named."""

    protected_conduct: Literal["no points"] | None = None
    """No rule and no list concerns an act that exercises a right."""
    others_conduct: Literal["no points"] | None = None
    """No rule and no list concerns the company of somebody of low standing."""
    only_harmful_acts: Switch = False
    """Sensors see acts that harm somebody, and those that a list is entered by."""
    close_only_same_domain: Switch = False
    """A list closes services of its own domain alone, and a tier none."""
    own_purpose_only: Switch = False
    """Nothing passes between company and state, in either direction."""
    officials_as_others: Switch = False
    """No record of an official is left out, and no auditor is in league."""
    human_check: Share | None = None
    """At least this share of wrong matches is rejected by a person."""
    longest_stay_weeks: Annotated[int, Field(strict=True, ge=1, le=5200)] | None = None
    """No stay on a list is longer."""
    only_true_records: Switch = False
    """Nobody is named for an act that is not hers."""


class SchemeTables(Table):
    """What limits add to a scheme file."""

    limits: Limits | None = None

"""Rules as data: the format of a scheme, the scheme as a value, and whether it fits a society."""

from upstanding.scheme.clauses import Clause
from upstanding.scheme.fit import fits, require_fit
from upstanding.scheme.scheme import Scheme, scheme_schema

__all__ = ["Clause", "Scheme", "fits", "require_fit", "scheme_schema"]

"""How large a share of the rows or values of a delivery may be other than the contract
says: where most are, the delivery is not the register."""

from __future__ import annotations

from labour_monitor.quality.metrics import Figures, Share
from labour_monitor.quality.thresholds import Thresholds


def percent(part: int, whole: int) -> float:
    """Of nothing, so many pct. as if it were one."""
    return 100 * part / max(whole, 1)


def widened(allowed: float, few: int, whole: int) -> float:
    """A bound in pct. that lets a difference of `few` through, however small the
    whole."""
    return max(allowed, 100 * few / max(whole, 1))


def allowed_pct(share: Share, n_rows: int, thresholds: Thresholds) -> float:
    """The largest share that is no sign of a fault of the whole, in pct.

    However few they are, not all of them may be so. Only where a column is filled in
    no more rows than may be slips (`bad_rows`), the delivery is no small one, and the
    values do not look like those of a column that was changed on its way, all of them
    may be.

    Args:
        n_rows: the rows of the delivery.
    """
    allowed = widened(thresholds.set_aside_pct_fatal or 100, thresholds.few, share.of)
    are_slips = share.of <= thresholds.bad_rows and n_rows > thresholds.few
    if are_slips and not share.is_of_column:
        return allowed
    return min(allowed, percent(max(share.of - 1, 0), share.of))


def excess(share: Share, n_rows: int, thresholds: Thresholds) -> float:
    """By how many percentage points a share is larger than it may be."""
    return percent(share.n_bad, share.of) - allowed_pct(share, n_rows, thresholds)


def is_mostly_unlike(figures: Figures, thresholds: Thresholds) -> bool:
    """Whether most rows, or most values of a column, are other than the contract
    says."""
    shares = [Share(figures.n_set_aside, figures.n_rows), *figures.unlike.values()]
    return any(excess(share, figures.n_rows, thresholds) > 0 for share in shares)

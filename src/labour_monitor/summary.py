"""The short summary at the end of a build: where the tables are, and the headlines of
the newest report. It renders what the marts say and computes nothing."""

from __future__ import annotations

from pathlib import Path

from labour_monitor.database import opened

_NEEDED = ("marts.rpt_afklaringspuljen_overview", "marts.rpt_fsm2_requirement")
_NEEDED += ("marts.rpt_fsm2_target_group", "marts.dq_row_account")
_NEEDED += ("marts.dq_finding_change", "marts.dim_publication")
_HEADLINES = """
select
    area_type, report_month, publication_date, n_municipalities, n_target_group,
    n_exempt, n_measured, n_fulfilled, fulfilled_pct, mean_municipality_pct,
    n_municipalities_met
from marts.rpt_afklaringspuljen_overview
where publication_date = (
    select max(publication_date) from marts.rpt_afklaringspuljen_overview
)
order by area_type desc
"""
_FSM2 = """
select
    requirement.report_month, requirement.publication_date,
    target_group.n_target_group, requirement.n_measured, requirement.n_fulfilled,
    requirement.fulfilled_pct
from marts.rpt_fsm2_requirement as requirement
inner join marts.rpt_fsm2_target_group as target_group
    using (publication_date, area_type, area_code)
where
    requirement.area_type = 'participating'
    and requirement.data_month = requirement.report_month
    and requirement.publication_date = (
        select max(publication_date) from marts.rpt_fsm2_requirement
    )
"""
_LISTS = """
select initiative, publication_date, exemption_list, has_example_participants
from marts.dim_publication
"""
_ACCOUNT = """
select sum(n_delivered), sum(n_accepted), sum(n_rejected), sum(n_duplicate)
from marts.dq_row_account
"""
_FINDING_CHANGES = """
select
    max(previous_as_of), coalesce(sum(n_new), 0), coalesce(sum(n_solved), 0),
    coalesce(sum(n_still_there), 0)
from marts.dq_finding_change
"""
_NEW_FINDINGS = """
select source, kind, n_new
from marts.dq_finding_change
where n_new > 0
order by n_new desc, source, kind
limit 3
"""
_AREA_NAMES = {"participating": "Deltagende kommuner", "country": "Hele landet"}


def text(database: Path) -> str:
    """The summary of a built database.

    Raises:
        DatabaseError: the database cannot be read, or not all of it was built.
    """
    with opened(database, needs=_NEEDED) as connection:
        overview = connection.execute(_HEADLINES).fetchall()
        fsm2 = connection.execute(_FSM2).fetchall()
        lists = {
            (initiative, day): _lists(*those)
            for initiative, day, *those in connection.execute(_LISTS).fetchall()
        }
        delivered, accepted, rejected, duplicates = connection.execute(
            _ACCOUNT
        ).fetchall()[0]
        changes = connection.execute(_FINDING_CHANGES).fetchall()[0]
        newest_findings = connection.execute(_NEW_FINDINGS).fetchall()
    lines = [f"Tables: schema marts of {database}"]
    if overview:
        lines.append(
            f"Afklaringspuljen, {overview[0][1]:%Y-%m} (published {overview[0][2]}"
            f"{lists['afklaringspuljen', overview[0][2]]})"
        )
    for row in overview:
        area, _, _, n_areas, group, exempt, measured, fulfilled, pct, mean, met = row
        lines.append(
            f"  {_AREA_NAMES[area]}: {fulfilled:,} of {measured:,} measured fulfil the "
            f"requirement ({_percent(pct)}"
            + (f"; mean of municipalities {_percent(mean)}" if mean is not None else "")
            + f"); target group {group:,}, exempt {exempt:,}; "
            f"{met} of {n_areas} municipalities have met it so far"
        )
    for month, published, group, measured, fulfilled, pct in fsm2:
        lines.append(
            f"Flere skal med 2, {month:%Y-%m} (published {published}"
            f"{lists['fsm2', published]})"
        )
        lines.append(
            f"  {_AREA_NAMES['participating']}: {fulfilled:,} of {measured:,} in the "
            f"indsatsgruppe ({_percent(pct)}); target group {group:,}"
        )
    if not overview and not fsm2:
        lines.append("No publication is due yet at the as-of date.")
    lines.append(
        f"Rows: {delivered:,} delivered = {accepted:,} accepted + {rejected:,} "
        f"rejected + {duplicates:,} duplicates "
        "(marts.dq_row_account, marts.dq_rejected_row)"
    )
    lines.append(_findings(changes, newest_findings))
    return "\n".join(lines)


def _lists(exemption_list: str | None, has_example: bool | None) -> str:
    """By which lists a publication was made, as far as that was kept."""
    said = f"; exempt by the list of {exemption_list}" if exemption_list else ""
    return said + ("; an EXAMPLE list of participants" if has_example else "")


def _findings(changes: tuple, newest: list[tuple]) -> str:
    previous, new, solved, still_there = changes
    if previous is None:
        return (
            f"Findings about people: {new:,}, and no earlier run to compare with "
            "(marts.dq_finding_change)"
        )
    most = ", ".join(f"{source} {kind} {n:,}" for source, kind, n in newest)
    return (
        f"Findings about people since the run as of {previous}: {new:,} new"
        + (f" (most: {most})" if most else "")
        + f", {solved:,} solved, {still_there:,} still there (marts.dq_finding_change)"
    )


def _percent(share: object) -> str:
    return "nobody measured" if share is None else f"{share} pct."

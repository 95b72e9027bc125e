"""What the figures of the house must say together, whichever they are: each is a
sentence, the tables that it is about, and a query for what breaks it."""

from __future__ import annotations

COUNTS = (*("n_target_group", "n_exempt", "n_rehab", "n_measured", "n_fulfilled"),)
"""The counts that add up over municipalities (F4: those who come and go do not)."""

_POOLED = """
select pooled.initiative, pooled.data_month
from fct_area_month as pooled
left join (
    select
        areas.initiative, areas.data_month, {sums}
    from fct_area_month as areas
    {of_whom}
    where areas.area_type = 'municipality'
    group by areas.initiative, areas.data_month
) as parts using (initiative, data_month)
where pooled.area_type = '{area_type}' and ({differ})
"""
_PARTICIPANTS = """
inner join dim_participation
    on areas.initiative = dim_participation.initiative
    and areas.area_code = dim_participation.municipality_code
"""


def _pooled(area_type: str, of_whom: str) -> str:
    return _POOLED.format(
        area_type=area_type,
        of_whom=of_whom,
        sums=", ".join(f"sum(areas.{name}) as {name}" for name in COUNTS),
        differ=" or ".join(
            f"pooled.{name} is distinct from coalesce(parts.{name}, 0)"
            for name in COUNTS
        ),
    )


def _as_published(table: str, initiative: str, months: str, columns: str) -> str:
    """Rows of a report table that show another count than the publication."""
    names = columns.split()
    code = "area_code"
    if table.endswith(("_trend", "_overview")):
        code = "case area_type when 'country' then 'hele_landet' else 'deltagere' end"
    return f"""
    select report.publication_date
    from (
        unpivot (
            select publication_date, area_type, {code} as code, {months} as month,
            {", ".join(names)} from {table}
        ) on {", ".join(names)} into name measure value shown
    ) as report
    left join fct_publication as kept
        on kept.initiative = '{initiative}'
        and kept.publication_date = report.publication_date
        and kept.area_type = report.area_type
        and kept.area_code = report.code
        and kept.data_month = report.month
        and kept.measure = report.measure
    where kept.value is distinct from report.shown
    """


_A, _F = "afklaringspuljen", "fsm2"
_REPORTED = {
    "rpt_afklaringspuljen_overview": (
        *(_A, "report_month", "n_target_group n_exempt n_measured n_fulfilled"),
    ),
    "rpt_afklaringspuljen_target_group": (
        *(_A, "report_month", "n_target_group n_exempt"),
    ),
    "rpt_afklaringspuljen_requirement_trend": (
        *(_A, "data_month", "n_measured n_fulfilled"),
    ),
    "rpt_afklaringspuljen_requirement_by_municipality": (
        *(_A, "report_month", "n_measured n_fulfilled"),
    ),
    "rpt_fsm2_target_group": (*(_F, "report_month", "n_target_group n_new n_left"),),
    "rpt_fsm2_requirement": (*(_F, "data_month", "n_measured n_fulfilled"),),
}

SUMS: list[tuple[str, set[str], str]] = [
    (
        "fct_area_month: exempt, rehab and measured are the target group",
        {"fct_area_month"},
        "from fct_area_month where n_exempt + n_rehab + n_measured <> n_target_group",
    ),
    (
        "fct_area_month: no more fulfil the requirement than are measured",
        {"fct_area_month"},
        "from fct_area_month where n_fulfilled > n_measured",
    ),
    (
        "fct_area_month_status: the statuses are the measured of fct_area_month",
        {"fct_area_month", "fct_area_month_status"},
        """
        select area_code from fct_area_month
        left join (
            select initiative, area_type, area_code, data_month, sum(n_citizens) as n
            from fct_area_month_status group by all
        ) using (initiative, area_type, area_code, data_month)
        where n is distinct from n_measured
        """,
    ),
    (
        "fct_area_month: participating is the sum of the participants",
        {"fct_area_month", "dim_participation"},
        _pooled("participating", _PARTICIPANTS),
    ),
    (
        "fct_area_month: country is the sum of all municipalities",
        {"fct_area_month"},
        _pooled("country", ""),
    ),
    (
        "rpt_fsm2_target_group: those before, new and gone are the target group",
        {"rpt_fsm2_target_group"},
        "from rpt_fsm2_target_group "
        "where n_previous + n_new - n_left <> n_target_group",
    ),
    (
        "rpt_fsm2_target_group: the categories are the target group",
        {"rpt_fsm2_target_group"},
        "from rpt_fsm2_target_group where n_indsatsgruppe + n_rehabiliteringsgruppe "
        "+ n_fritagelsesgruppe <> n_target_group",
    ),
    *(
        (
            f"{table}: the counts are those of fct_publication",
            {table, "fct_publication"},
            _as_published(table, *how),
        )
        for table, how in _REPORTED.items()
    ),
]
"""Tables that an edition does not have are no part of it."""

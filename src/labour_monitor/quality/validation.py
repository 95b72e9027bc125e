"""Great Expectations: suites from checks, their validation, and the Data Docs.

It is imported when it is needed, which takes seconds that no other command should pay.
Nothing leaves the machine: its telemetry is off before it is imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labour_monitor.quality.checks import Check, Suite

SITE = "gx/uncommitted/data_docs/local_site"
FATAL, ADVISORY = "critical", "warning"
"""Our severities in the words of Great Expectations."""


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def prepare() -> None:
    """Import what judges, before there is something to judge."""
    _great_expectations()


def judge(suites: Sequence[Suite], folder: Path, run_name: str) -> dict[str, set[int]]:
    """Validate every suite and write the Data Docs under `folder / SITE`.

    Args:
        suites: figures and their bounds.
        folder: an empty folder for the files of Great Expectations.
        run_name: names the validations in the Data Docs.

    Returns:
        By the name of the suite, the positions of the checks that failed.
    """
    gx = _great_expectations()
    context = gx.get_context(mode="file", project_root_dir=str(folder))
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    # One asset for all suites: the context writes its whole configuration for each.
    source = context.data_sources.add_pandas("landing")
    asset = source.add_dataframe_asset("figures of a suite")
    data = asset.add_batch_definition_whole_dataframe("figures")
    failed = {}
    for suite in suites:
        expected = context.suites.add(
            gx.ExpectationSuite(
                name=suite.name,
                expectations=[
                    _expectation(gx, position, check)
                    for position, check in enumerate(suite.checks)
                ],
                notes=f"{suite.source} {suite.about}".strip(),
            )
        )
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=data,
                suite=expected,
            )
        )
        validated = definition.run(
            batch_parameters={"dataframe": _frame(suite)},
            run_id=gx.RunIdentifier(run_name=run_name),
        )
        failed[suite.name] = _failed(suite, validated)
    context.build_data_docs()
    return failed


def _frame(suite: Suite) -> Any:
    """The figures of a suite as one row, a column a metric."""
    import pandas

    return pandas.DataFrame(
        {check.metric: [float(check.value)] for check in suite.checks}
    )


def _expectation(gx: Any, position: int, check: Check) -> Any:
    return gx.expectations.ExpectColumnMaxToBeBetween(
        column=check.metric,
        min_value=check.minimum,
        max_value=check.maximum,
        severity=FATAL if check.is_fatal else ADVISORY,
        description=f"{'Fatal' if check.is_fatal else 'Advisory'}. Expected: "
        f"{check.expected}. Ask: {check.owner}.",
        meta={"position": position},
    )


def _failed(suite: Suite, validated: Any) -> set[int]:
    """Positions of the checks that failed.

    Raises:
        RuntimeError: a check was not judged at all.
    """
    judged = {
        result.expectation_config.meta["position"]: result
        for result in validated.results
        if not result.exception_info["raised_exception"]
    }
    if set(judged) != set(range(len(suite.checks))):
        missing = sorted(set(range(len(suite.checks))) - set(judged))
        raise RuntimeError(
            f"Great Expectations did not judge {len(missing)} expectations of "
            f"{suite.name}: {', '.join(suite.checks[n].metric for n in missing)}"
        )
    return {position for position, result in judged.items() if not result.success}

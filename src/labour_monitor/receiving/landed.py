"""A delivery that was landed, and what the user is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from labour_monitor import project
from labour_monitor.landing.manifest import Manifest, Origin
from labour_monitor.landing.paths import shown

COLUMNS_SHOWN = 20


@dataclass(frozen=True)
class Landed:
    """What is in the landing now. `is_new` is false where it was there already."""

    folder: Path
    manifest: Manifest
    is_new: bool


def text(landed: Landed) -> str:
    """What is in the landing now, and how each file was read."""
    made = landed.manifest
    n_rows = _rows(sum(file.rows for file in made.files))
    lines = [
        f"{made.source}, delivery {made.delivered}: "
        + (
            f"{n_rows} landed"
            if landed.is_new
            else f"there already with this content ({n_rows}); nothing changed"
        ),
        f"  in {shown(landed.folder)}",
    ]
    if landed.is_new:
        for origin in made.origins:
            lines += _origin(origin)
        lines.append(f"Next, when all registers are there: {_build(landed)}")
    return "\n".join(lines)


def _build(landed: Landed) -> str:
    """The command that builds from the landing."""
    landing = landed.folder.parent.parent.resolve()
    if landing == project.root() / "data/landing":
        return "labour-monitor build"
    return f"labour-monitor build --landing {quote(shown(landing))}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _origin(origin: Origin) -> list[str]:
    kind, *facts = (
        value if key == "kind" else f"{key} {value}"
        for key, value in origin.format.items()
    )
    lines = [
        f"  {shown(origin.name)}: {', '.join([kind, *facts])}; {_rows(origin.rows)}"
    ]
    forms: dict[str, list[str]] = {}
    for column, form in origin.read_as.items():
        forms.setdefault(form, []).append(column)
    lines += [f"    {', '.join(names)} as {form}" for form, names in forms.items()]
    if left_out := origin.columns_left_out:
        listed = ", ".join(left_out[:COLUMNS_SHOWN])
        more = len(left_out) - COLUMNS_SHOWN
        rest = f" and {more} more, in the manifest" if more > 0 else ""
        lines.append(f"    left out, since not in the contract: {listed}{rest}")
    return lines

"""The command `labour-monitor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from labour_monitor import benchmark, building, project, summary
from labour_monitor.synthetic import DEFAULT, NATION, generate


def _synth(arguments: argparse.Namespace) -> int:
    try:
        made = generate(
            arguments.landing,
            citizens=arguments.citizens,
            seed=arguments.seed,
            faults=arguments.faults,
            progress=_progress,
        )
    except (FileExistsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{made.citizens:,} citizens, {sum(made.rows.values()):,} rows in "
        f"{len(made.deliveries)} deliveries: {made.landing} ({made.seconds:.0f} s)"
    )
    return 0


def _build(arguments: argparse.Namespace) -> int:
    landing, database = arguments.landing.resolve(), arguments.database.resolve()

    def synthetic(folder: Path) -> None:
        generate(folder, citizens=arguments.citizens, progress=_progress)

    code, stages = building.build(landing, database, arguments.as_of, synthetic)
    if code:
        print("\nThe build failed; the messages are above.", file=sys.stderr)
        return code
    print("\n" + summary.text(database))
    for stage, seconds in stages.seconds.items():
        print(f"Time: {stage}: {seconds:.0f} s")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    # Great Expectations takes seconds to import: only this command pays for it.
    from labour_monitor.quality import checking, findings

    try:
        outcome = checking.check(
            arguments.landing, arguments.docs, arguments.as_of, progress=_progress
        )
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n" + findings.text(outcome))
    print(f"Data Docs: {arguments.docs / 'index.html'}")
    return 1 if outcome.fatal else 0


def _bench(arguments: argparse.Namespace) -> int:
    return benchmark.run(arguments.folder, arguments.citizens, _progress)


def _progress(message: str) -> None:
    print(f"  {message}", flush=True)


def _parser() -> argparse.ArgumentParser:
    root = project.root()
    parser = argparse.ArgumentParser(
        prog="labour-monitor",
        description="The monthly monitoring of Afklaringspuljen and Flere skal med 2.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    synth = commands.add_parser("synth", help="write synthetic registers")
    synth.add_argument("--landing", type=Path, default=root / "data/landing")
    synth.add_argument(
        "--citizens",
        type=int,
        default=DEFAULT,
        help=f"persons in DREAM, {DEFAULT:,} by default; the nation has {NATION:,}",
    )
    synth.add_argument("--seed", type=int, default=2020)
    synth.add_argument("--faults", nargs="+", default=(), metavar="FAULT")
    synth.set_defaults(run=_synth)

    build = commands.add_parser("build", help="registers, dbt build and a summary")
    build.add_argument("--landing", type=Path, default=root / "data/landing")
    build.add_argument("--database", type=Path, default=project.database_path())
    build.add_argument("--citizens", type=int, default=DEFAULT)
    build.add_argument("--as-of", metavar="YYYY-MM-DD")
    build.set_defaults(run=_build)

    check = commands.add_parser(
        "check", help="the deliveries before a build: what is wrong, and whom to ask"
    )
    check.add_argument("--landing", type=Path, default=root / "data/landing")
    check.add_argument("--as-of", metavar="YYYY-MM-DD")
    check.add_argument(
        "--docs",
        type=Path,
        default=root / "data/quality",
        help="folder of the Data Docs (HTML); those of the check before are replaced",
    )
    check.set_defaults(run=_check)

    bench = commands.add_parser("bench", help="time and memory at real sizes")
    bench.add_argument("--folder", type=Path, default=root / "bench")
    bench.add_argument("--citizens", type=int, default=NATION // 10)
    bench.set_defaults(run=_bench)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    arguments = _parser().parse_args(argv)
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())

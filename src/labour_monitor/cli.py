"""The command `labour-monitor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from labour_monitor import benchmark, building, project, summary
from labour_monitor.landing import contract
from labour_monitor.landing.faults import LandingError, report
from labour_monitor.receiving import receipt
from labour_monitor.receiving.land import FORMATS, land
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


def _bench(arguments: argparse.Namespace) -> int:
    return benchmark.run(arguments.folder, arguments.citizens, _progress)


def _land(arguments: argparse.Namespace) -> int:
    try:
        landed = land(
            arguments.landing,
            arguments.source,
            arguments.files,
            arguments.delivered,
            n_rows=arguments.rows,
            say=_progress,
        )
    except LandingError as error:
        stopped = "The delivery cannot be landed"
        print(report(error.faults, stopped, "Nothing was written"), file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"{error.filename or arguments.landing}: {error.strerror}. "
            "Nothing was written.",
            file=sys.stderr,
        )
        return 1
    print(receipt.text(landed))
    return 0


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

    _add_land(commands, root / "data/landing")

    bench = commands.add_parser("bench", help="time and memory at real sizes")
    bench.add_argument("--folder", type=Path, default=root / "bench")
    bench.add_argument("--citizens", type=int, default=NATION // 10)
    bench.set_defaults(run=_bench)
    return parser


def _add_land(commands: argparse._SubParsersAction, landing: Path) -> None:
    """The subcommand `land`."""
    parser = commands.add_parser(
        "land",
        help="put a register's files into the landing",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"""\
Checks the files of one delivery and puts them into the landing, all or nothing.

A file is CSV (comma or semicolon, UTF-8 or Latin-1, with a header), SAS or Parquet, by
the end of its name: {", ".join(FORMATS)}.
Columns are found by name without regard to case; others are left out, and named.
Nothing is guessed: what may be read in two ways is a fault, and so is a delivery that
is there already with other content. All faults are told at once, with what to do.""",
        epilog=f"""\
sources:
  {", ".join(list(contract.sources())[:6])},
  {", ".join(list(contract.sources())[6:])}

examples:
  labour-monitor land ydelser STAR_ydelser.csv --delivered 2023-02-28
  labour-monitor land dream dream.sas7bdat --delivered 2023-02-28 --rows 5300000

exit code: 0 landed, or there already with this content; 1 refused; 2 wrong usage""",
    )
    parser.add_argument("source", metavar="SOURCE", help="the register, see below")
    parser.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="+",
        help="all files of the delivery, where it comes in several",
    )
    parser.add_argument(
        "--delivered",
        metavar="YYYY-MM-DD",
        required=True,
        help="the day on which the delivery arrived",
    )
    parser.add_argument(
        "--landing",
        type=Path,
        default=landing,
        help="folder of the deliveries (default: data/landing)",
    )
    parser.add_argument(
        "--rows",
        type=int,
        metavar="N",
        help="the number of rows by the sender's letter: any other is refused",
    )
    parser.set_defaults(run=_land)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    arguments = _parser().parse_args(argv)
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())

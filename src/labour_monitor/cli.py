"""The command `labour-monitor`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from labour_monitor import (
    benchmark,
    building,
    project,
    receipts,
    replaying,
    story,
    summary,
)
from labour_monitor.synthetic import DEFAULT, NATION, generate


def _synth(arguments: argparse.Namespace) -> int:
    try:
        made = generate(
            arguments.landing,
            citizens=arguments.citizens,
            seed=arguments.seed,
            faults=arguments.faults,
            progress=_progress,
            monthly=arguments.monthly,
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


def _replay(arguments: argparse.Namespace) -> int:
    try:
        outcome = replaying.replay(
            arguments.landing.resolve(),
            arguments.database.resolve(),
            arguments.into.resolve(),
            _progress,
            only_kept=arguments.only_kept,
        )
    except (FileExistsError, LookupError) as error:
        print(error, file=sys.stderr)
        return 1
    print(replaying.report(outcome))
    return 0 if outcome.is_equal else 1


def _verify(arguments: argparse.Namespace) -> int:
    try:
        found = receipts.verify(
            arguments.database.resolve(),
            arguments.landing.resolve(),
            _progress,
            arguments.publication,
        )
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    print(receipts.report(found))
    return int(any(verification.differences for verification in found))


def _story(arguments: argparse.Namespace) -> int:
    try:
        if arguments.folder:
            story.tell(arguments.folder.resolve(), _say)
        else:
            with tempfile.TemporaryDirectory(prefix="labour-monitor-story-") as folder:
                story.tell(Path(folder), _say)
    except (story.StoryError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(message: str) -> None:
    print(message, flush=True)


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
    synth.add_argument(
        "--monthly",
        action="store_true",
        help="a DREAM every month, so that every publication can be made on its day",
    )
    synth.set_defaults(run=_synth)

    build = commands.add_parser("build", help="registers, dbt build and a summary")
    build.add_argument("--landing", type=Path, default=root / "data/landing")
    build.add_argument("--database", type=Path, default=project.database_path())
    build.add_argument("--citizens", type=int, default=DEFAULT)
    build.add_argument("--as-of", metavar="YYYY-MM-DD")
    build.set_defaults(run=_build)

    replay = commands.add_parser(
        "replay", help="make every publication again and compare with those kept"
    )
    replay.add_argument("--landing", type=Path, default=root / "data/landing")
    replay.add_argument("--database", type=Path, default=project.database_path())
    replay.add_argument("--into", type=Path, default=root / "data/replay.duckdb")
    replay.add_argument(
        "--only-kept",
        action="store_true",
        help="leave out the publications that were never kept",
    )
    replay.set_defaults(run=_replay)

    verify = commands.add_parser(
        "verify", help="hold the receipts of publications against deliveries and tables"
    )
    verify.add_argument("--landing", type=Path, default=root / "data/landing")
    verify.add_argument("--database", type=Path, default=project.database_path())
    verify.add_argument(
        "--publication",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the publication date; all of them where left out",
    )
    verify.set_defaults(run=_verify)

    tale = commands.add_parser(
        "story", help="late, corrected and deleted records, told step by step"
    )
    tale.add_argument(
        "--folder",
        type=Path,
        help="an empty folder to keep; a temporary one by default",
    )
    tale.set_defaults(run=_story)

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

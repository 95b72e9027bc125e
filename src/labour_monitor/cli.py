"""The command `labour-monitor`."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from labour_monitor import (
    benchmark,
    building,
    project,
    replaying,
    story,
    summary,
    verifying,
)
from labour_monitor.cohort import lock, proofs, unlocking
from labour_monitor.compiled import DbtError
from labour_monitor.landing import contract
from labour_monitor.landing.faults import LandingError, report
from labour_monitor.receiving import landed
from labour_monitor.receiving.land import FORMATS, land
from labour_monitor.synthetic import DEFAULT, FAULTS, NATION, STOP_MESSAGES, generate


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


def _faults(_: argparse.Namespace) -> int:
    width = max(map(len, FAULTS))
    for fault in FAULTS.values():
        print(f"{fault.id:<{width}}  {fault.expected:<28}  {fault.description}")
        if fault.id in STOP_MESSAGES:
            column, expected = STOP_MESSAGES[fault.id]
            where = f"column {column}: " if column else ""
            print(f"{'':<{width}}  {'':<28}  {where}expected {expected}")
    return 0


def _build(arguments: argparse.Namespace) -> int:
    landing, database = arguments.landing.resolve(), arguments.database.resolve()

    def synthetic(folder: Path) -> None:
        generate(folder, citizens=arguments.citizens, progress=_progress)

    docs = arguments.docs or building.docs_of(landing, database)
    code, stages = building.build(
        landing,
        database,
        arguments.as_of,
        synthetic,
        docs=docs if arguments.check else None,
    )
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


def _prove_member(arguments: argparse.Namespace) -> int:
    try:
        proof = proofs.prove(
            arguments.landing.resolve(),
            arguments.database.resolve(),
            project.citizen_key_secret(),
            _person_number(),
        )
    except LandingError as error:
        return _refused(error)
    except proofs.NotProvedError as answer:
        print(answer, file=sys.stderr)
        return 1
    print(json.dumps(proof, indent=2))
    return 0


def _verify_member(arguments: argparse.Namespace) -> int:
    control = arguments.control or arguments.landing / lock.FILE_NAME
    try:
        municipality = proofs.verify(
            arguments.proof,
            control.resolve(),
            project.citizen_key_secret(),
            _person_number(),
        )
    except LandingError as error:
        return _refused(error)
    except proofs.NotProvedError as answer:
        print(answer, file=sys.stderr)
        return 1
    print(
        "proved: the person is one of the locked members of municipality "
        f"{municipality.municipality_code} ({control})"
    )
    return 0


def _person_number() -> str:
    """From standard input, not shown when typed: never an argument, which would be in
    the shell's history and in the list of processes."""
    if sys.stdin.isatty():
        return getpass.getpass("Person number (not shown): ").strip()
    return sys.stdin.readline().strip()


def _unlock(arguments: argparse.Namespace) -> int:
    landing, database = arguments.landing.resolve(), arguments.database.resolve()
    try:
        locked, done = unlocking.unlock(
            landing, database, arguments.reason, arguments.members
        )
    except LandingError as error:
        return _refused(error)
    building.mark_of(database).unlink(missing_ok=True)
    print(f"Was locked, of {landing}:\n{locked}\nUnlocked:")
    for line in done:
        print(f"  {line}")
    print("The next successful build locks anew. What was published stays.")
    return 0


def _refused(error: LandingError) -> int:
    for fault in error.faults:
        print(fault, file=sys.stderr)
    return 1


def _replay(arguments: argparse.Namespace) -> int:
    try:
        outcome = replaying.replay(
            arguments.landing.resolve(),
            arguments.database.resolve(),
            arguments.into.resolve(),
            _progress,
            only_kept=arguments.only_kept,
        )
    except (FileExistsError, LookupError, LandingError, DbtError) as error:
        print(error, file=sys.stderr)
        return 1
    print(replaying.report(outcome))
    return 0 if outcome.is_equal else 1


def _verify(arguments: argparse.Namespace) -> int:
    try:
        found = verifying.verify(
            arguments.database.resolve(),
            arguments.landing.resolve(),
            _progress,
            arguments.publication,
        )
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    print(verifying.report(found))
    return int(any(verification.differences for verification in found))


def _story(arguments: argparse.Namespace) -> int:
    try:
        if arguments.folder:
            story.tell(arguments.folder.resolve(), _say)
        else:
            with tempfile.TemporaryDirectory(prefix="labour-monitor-story-") as folder:
                story.tell(Path(folder), _say)
    except (story.StoryError, FileExistsError, LandingError, DbtError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(message: str) -> None:
    print(message, flush=True)


def _land(arguments: argparse.Namespace) -> int:
    try:
        done = land(
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
    print(landed.text(done))
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
    synth.add_argument(
        "--monthly",
        action="store_true",
        help="a DREAM every month, so that every publication can be made on its day",
    )
    synth.set_defaults(run=_synth)

    faults = commands.add_parser(
        "faults", help="the faults that synth can inject, and what each must lead to"
    )
    faults.set_defaults(run=_faults)

    build = commands.add_parser("build", help="registers, dbt build and a summary")
    build.add_argument("--landing", type=Path, default=root / "data/landing")
    build.add_argument("--database", type=Path, default=project.database_path())
    build.add_argument("--citizens", type=int, default=DEFAULT)
    build.add_argument("--as-of", metavar="YYYY-MM-DD")
    build.add_argument(
        "--docs",
        type=Path,
        help="folder of the check's Data Docs: by default data/quality, and of another "
        "landing than data/landing the folder quality beside the database",
    )
    build.add_argument(
        "--no-check",
        action="store_false",
        dest="check",
        help="build without the check of the deliveries",
    )
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

    _add_land(commands, root / "data/landing")

    bench = commands.add_parser("bench", help="time and memory at real sizes")
    bench.add_argument("--folder", type=Path, default=root / "bench")
    bench.add_argument("--citizens", type=int, default=NATION // 10)
    bench.set_defaults(run=_bench)
    _add_lock_commands(commands, root)
    return parser


def _add_lock_commands(commands, root: Path) -> None:
    """What is asked of the locked cohort (C8)."""
    landing = {"type": Path, "default": root / "data/landing"}
    database = {"type": Path, "default": project.database_path()}

    prove = commands.add_parser(
        "prove-member",
        help="prove that a person (number on standard input) is locked; JSON",
    )
    prove.add_argument("--landing", **landing)
    prove.add_argument("--database", **database)
    prove.set_defaults(run=_prove_member)

    verify = commands.add_parser(
        "verify-member",
        help="check such a proof of a person by the control file alone",
    )
    verify.add_argument("proof", type=Path, metavar="PROOF")
    where = verify.add_mutually_exclusive_group()
    where.add_argument("--landing", **landing)
    where.add_argument("--control", type=Path, metavar=lock.FILE_NAME)
    verify.set_defaults(run=_verify_member)

    unlock = commands.add_parser(
        "unlock", help="let the next build lock another cohort, deliberately"
    )
    unlock.add_argument("--landing", **landing)
    unlock.add_argument("--database", **database)
    unlock.add_argument("--reason", required=True)
    unlock.add_argument(
        "--members", type=int, metavar="N", help="how many are locked, to confirm"
    )
    unlock.set_defaults(run=_unlock)


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

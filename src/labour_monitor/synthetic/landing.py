"""Make a landing: all twelve registers, all deliveries, from lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from labour_monitor.files import check_place
from labour_monitor.landing import identity
from labour_monitor.synthetic.calendar import DELIVERY_DATES, DELIVERY_DAYS
from labour_monitor.synthetic.dirt import dirty_rows
from labour_monitor.synthetic.faults import FAULTS, in_order, inject
from labour_monitor.synthetic.lives import Block, draw_block
from labour_monitor.synthetic.monthly import deliver_monthly_dream
from labour_monitor.synthetic.named import named_citizens, named_rows
from labour_monitor.synthetic.population import (
    IN_PROPORTION,
    TargetGroups,
    draw_population,
)
from labour_monitor.synthetic.registers.benefits import ydelser
from labour_monitor.synthetic.registers.casework import (
    aktivering,
    draw_offers,
    fritagelser,
)
from labour_monitor.synthetic.registers.contact import integrationsprogram, visitation
from labour_monitor.synthetic.registers.dream import draw_dream
from labour_monitor.synthetic.registers.markers import persongrupper
from labour_monitor.synthetic.registers.people import bopael, personer
from labour_monitor.synthetic.registers.school import uddannelse
from labour_monitor.synthetic.registers.wages import (
    draw_frikort,
    eindkomst,
    eindkomst_table,
    socialt_frikort,
    socialt_frikort_table,
)
from labour_monitor.synthetic.writing import DeliveryWriter, whole_or_nothing

NATION = 5_300_000
DEFAULT = 60_000
DEMONSTRATION = TargetGroups(long_term=21_000, fsm2=26_000)
"""Of the default registers: target groups as large as those of the nation, of about
20,000 in the cohort and 36,000 in Flere skal med 2, beside few others. So their
municipalities have real sizes at the cost of a small landing."""
SMALLEST = 1_000
BLOCK = 40_000
"""Citizens drawn and written at a time: bounds memory, makes a row group."""

WRITING_THREADS = 2

Delivery = tuple[str, int, Callable[[], pa.Table]]


@dataclass(frozen=True)
class Summary:
    """What was made. ``rows`` counts the rows of all deliveries of a source."""

    landing: Path
    citizens: int
    seed: int
    named_citizens: int
    deliveries: tuple[str, ...]
    rows: dict[str, int]
    faults: tuple[str, ...]
    seconds: float = field(compare=False)


def generate(
    landing: Path,
    citizens: int | None = None,
    seed: int = 2020,
    faults: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
    monthly: bool = False,
) -> Summary:
    """Write a landing of ``citizens`` persons, the named ones among them, as they are
    in the nation; by default of `DEFAULT`, most of whom are in the target groups.

    With ``monthly`` a DREAM comes at the end of every month. The same arguments give
    the same deliveries, byte for byte; the landing gets an id of its own, and beside it
    stands that it is synthetic. Raises FileExistsError where the landing already has
    deliveries or is a real one, ValueError for too few citizens and for faults of which
    one takes away what another needs, and OSError where it cannot be written; an
    interrupted run leaves no landing."""
    groups = DEMONSTRATION if citizens is None else IN_PROPORTION
    citizens = DEFAULT if citizens is None else citizens
    if citizens < SMALLEST:
        raise ValueError(f"at least {SMALLEST} citizens are needed, not {citizens}")
    check_place(Path(landing))
    begun = time.monotonic()
    say = progress or (lambda _: None)
    named = named_citizens()
    population = draw_population(citizens - len(named), seed, groups)
    _refuse_real(Path(landing))
    with whole_or_nothing(Path(landing)) as folder:
        writer = DeliveryWriter(folder)
        with ThreadPoolExecutor(WRITING_THREADS) as pool:
            pending: list[Future[None]] = []
            for number, rows in enumerate(_slices(len(population))):
                block = draw_block(population, number, rows, seed)
                pending = _write_block(writer, pool, block, pending)
                say(f"{rows.stop + len(named):,} of {citizens:,} citizens")
            _finish(pending)
        writer.close()
        between = deliver_monthly_dream(folder) if monthly else []
        for fault in in_order(faults):
            try:
                say(inject(folder, fault).description)
            except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
                source = FAULTS[fault].source
                beside = {f for f in faults if FAULTS[f].source == source} - {fault}
                if not beside:  # then the fault itself is wrong
                    raise
                raise ValueError(
                    f"the fault '{fault}' cannot be in {source} with "
                    f"{', '.join(sorted(beside))}: leave it out"
                ) from None
        if identity.read(Path(landing)) is None:
            identity.mark(folder, identity.new(), synthetic=True)
    return Summary(
        landing=Path(landing),
        citizens=citizens,
        seed=seed,
        named_citizens=len(named),
        deliveries=tuple(d.isoformat() for d in sorted([*DELIVERY_DATES, *between])),
        rows=writer.rows(),
        faults=tuple(faults),
        seconds=time.monotonic() - begun,
    )


def _refuse_real(landing: Path) -> None:
    """A landing that has an id keeps it, whatever else was taken out of it: made-up
    people never come where real ones have been."""
    if identity.read(landing) is not None and not identity.is_synthetic(landing):
        raise FileExistsError(
            f"{landing} is the landing of real registers: its {identity.FILE_NAME} "
            "does not say that they are synthetic. What to do: give another folder"
        )


def _slices(citizens: int) -> Iterator[slice]:
    for start in range(0, citizens, BLOCK):
        yield slice(start, min(start + BLOCK, citizens))


def _write_block(
    writer: DeliveryWriter,
    pool: ThreadPoolExecutor,
    block: Block,
    pending: list[Future[None]],
) -> list[Future[None]]:
    """Start to append a block to all deliveries; the first block brings the extras.

    The block before it, which ``pending`` writes, is finished first: rows keep the
    order of the blocks, and this block's lives are drawn meanwhile."""

    def write(delivery: Delivery) -> None:
        source, index, make = delivery
        delivered = DELIVERY_DATES[index]
        table = make()
        writer.write(source, delivered, table)
        if block.number == 0:
            extras = [named_rows(source, delivered), dirty_rows(source, index, table)]
            writer.write(source, delivered, pa.concat_tables(extras))

    started = []
    for delivery in _deliveries(block):
        _finish(pending)
        started.append(pool.submit(write, delivery))
    return started


def _finish(pending: list[Future[None]]) -> None:
    """Wait for writes, and raise what went wrong in them."""
    while pending:
        pending.pop().result()


def _deliveries(block: Block) -> Iterator[Delivery]:
    """Every source and delivery of a block, the widest register first."""
    offers = draw_offers(block)
    dream = draw_dream(block, offers)
    for index, table in enumerate(dream.tables(block.pnr_column)):
        yield "dream", index, lambda table=table: table
    visits = visitation(block)
    frikort = draw_frikort(block)
    order = block.rng(1).permutation(len(block))
    spells = [
        bopael(block),
        visits,
        integrationsprogram(block),
        ydelser(block),
        fritagelser(block),
        aktivering(block, offers),
        uddannelse(block),
        persongrupper(block, dream, visits),
    ]
    wages = eindkomst(block, offers, frikort)
    permits = socialt_frikort(block, frikort)
    for index, delivery_day in enumerate(DELIVERY_DAYS):
        wage_rows = np.flatnonzero(wages.delivery == index)
        permit_rows = np.flatnonzero(permits.delivery == index)
        yield (
            "personer",
            index,
            lambda d=delivery_day: personer(block, int(d), order),
        )
        for rows in spells:
            yield (
                rows.source,
                index,
                lambda rows=rows, d=delivery_day: rows.delivered(
                    block.pnr_column, int(d)
                ),
            )
        yield (
            "eindkomst",
            index,
            lambda rows=wage_rows: eindkomst_table(wages.take(rows), block.pnr_column),
        )
        yield (
            "socialt_frikort",
            index,
            lambda rows=permit_rows: socialt_frikort_table(
                permits.take(rows), block.pnr_column
            ),
        )

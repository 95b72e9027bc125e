"""Proof that a person is among the locked members (C8): made from the list in the
database, checked against the control file alone. A proof holds digests of citizen keys,
no person number and no key; without the secret nobody can try a person number on it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import defaultdict
from pathlib import Path

from labour_monitor.cohort import lock, merkle
from labour_monitor.cohort.lock import MunicipalityLock
from labour_monitor.database import opened
from labour_monitor.files import read_json
from labour_monitor.landing.faults import Fault, LandingError
from labour_monitor.landing.paths import literal
from labour_monitor.rule_data import LockedCohort

_MEMBERS = """
select municipality_code, citizen_key
from state.int_cohort_locked
where initiative = ?
order by municipality_code, citizen_key
"""


class NotProvedError(Exception):
    """The question was answered, and the answer is no."""


def citizen_key(person_number: str, secret: str) -> str:
    """The key by which staging knows a person: see the macro `citizen_key`.

    Raises:
        LandingError: not a person number.
    """
    if not re.fullmatch(r"[0-9]{10}", person_number):
        raise LandingError(
            [
                Fault(
                    expected="a person number of exactly ten digits on standard input",
                    found=f"text of {len(person_number)} characters",
                    advice="give the ten digits alone, without a hyphen",
                )
            ]
        )
    return hashlib.sha256(f"{secret}{person_number}".encode()).hexdigest()


def citizen_key_sql(person_number: str, secret: str) -> str:
    """The key as SQL of DuckDB, for who looks for a person in a delivery."""
    return f"sha256({literal(secret)} || {person_number})"


def _locked(
    municipalities: list[MunicipalityLock] | None, control_file: Path
) -> list[MunicipalityLock]:
    if municipalities is None:
        raise LandingError(
            [
                Fault(
                    file=control_file.name,
                    expected="the control file of a locked cohort",
                    found=f"none in {control_file.parent}",
                    advice="give the folder of the deliveries; its first successful "
                    "build with a cohort writes the file",
                )
            ]
        )
    return municipalities


def _leaves(initiative: str, database: Path) -> dict[str, list[str]]:
    """The leaves of each municipality's tree, by the locked list of an initiative."""
    with opened(database, needs=("state.int_cohort_locked",)) as connection:
        rows = connection.execute(_MEMBERS, [initiative]).fetchall()
    found: dict[str, list[str]] = defaultdict(list)
    for municipality_code, key in rows:
        found[municipality_code].append(merkle.leaf(key))
    return found


def prove(
    landing: Path,
    cohort: LockedCohort,
    database: Path,
    secret: str,
    person_number: str,
) -> dict[str, object]:
    """The proof that a person is among the locked members of the landing.

    Raises:
        DatabaseError: the database cannot be read, or has no list.
        LandingError: no control file, or a list that is not the file's.
        NotProvedError: the person is not among the members.
    """
    leaf = merkle.leaf(citizen_key(person_number, secret))
    municipalities = _locked(
        lock.read(landing, cohort.control_file, secret), landing / cohort.control_file
    )
    leaves = _leaves(cohort.initiative, database)
    in_database = [
        MunicipalityLock(code, len(digests), merkle.root(digests))
        for code, digests in leaves.items()
    ]
    if set(in_database) != set(municipalities):
        raise LandingError(
            [
                Fault(
                    file=str(database),
                    expected="the members that the control file was written for: "
                    f"{sum(m.n_members for m in municipalities)}",
                    found=f"{sum(m.n_members for m in in_database)} members of this "
                    "landing, or others",
                    advice="give the database that belongs to the landing; a build "
                    "says in which municipality they differ",
                )
            ]
        )
    for municipality in municipalities:
        digests = leaves[municipality.municipality_code]
        if leaf in digests:
            return _proof(municipality, municipalities, digests, digests.index(leaf))
    raise NotProvedError(
        "not a member: the person is not among the locked "
        f"{sum(m.n_members for m in municipalities)} members of {landing}"
    )


def _proof(
    municipality: MunicipalityLock,
    municipalities: list[MunicipalityLock],
    leaves: list[str],
    index: int,
) -> dict[str, object]:
    ordered = sorted(municipalities, key=lambda m: m.municipality_code)
    place = ordered.index(municipality)

    def shown(path: list[merkle.Sibling]) -> list[dict[str, str]]:
        return [{"side": side, "digest": digest} for side, digest in path]

    return {
        "digest_method": lock.DIGEST_METHOD,
        "municipality_code": municipality.municipality_code,
        "n_members": municipality.n_members,
        "leaf_index": index,
        "leaf_digest": leaves[index],
        "siblings": shown(merkle.siblings(leaves, index)),
        "municipality_digest": municipality.digest,
        "municipality_index": place,
        "municipality_siblings": shown(
            merkle.siblings(lock.leaves_of_all(municipalities), place)
        ),
        "digest": lock.digest_of(municipalities),
    }


def verify(
    proof_file: Path, control_file: Path, secret: str, person_number: str
) -> MunicipalityLock:
    """The municipality whose member the person is proved to be, by the control file.

    Raises:
        LandingError: the control file or the proof cannot be read.
        NotProvedError: the proof is not of this person, or not of this cohort.
    """
    leaf = merkle.leaf(citizen_key(person_number, secret))
    municipalities = _locked(
        lock.read_file(control_file, secret) if control_file.exists() else None,
        control_file,
    )
    proof, said = _read(proof_file)
    ordered = sorted(municipalities, key=lambda m: m.municipality_code)
    by_code = {m.municipality_code: place for place, m in enumerate(ordered)}
    place = by_code.get(proof["municipality_code"])
    if place is None:
        raise NotProvedError(
            "not proved: the control file has no members in municipality "
            f"{proof['municipality_code']}"
        )
    municipality = ordered[place]
    if not hmac.compare_digest(leaf.encode(), proof["leaf_digest"].encode()):
        raise NotProvedError("not proved: the proof is of another person")
    if not _leads_to(
        municipality.digest,
        leaf,
        proof["siblings"],
        proof["leaf_index"],
        municipality.n_members,
    ) or not _leads_to(
        lock.digest_of(municipalities),
        lock.leaves_of_all(municipalities)[place],
        proof["municipality_siblings"],
        place,
        len(municipalities),
    ):
        raise NotProvedError(
            "not proved: the proof does not lead to the digests of the control file; "
            "it was changed, or is of another cohort"
        )
    of_control = {
        "n_members": municipality.n_members,
        "municipality_digest": municipality.digest,
        "municipality_index": place,
        "digest": lock.digest_of(municipalities),
    }
    for name, value in of_control.items():
        if type(said.get(name)) is not type(value) or said[name] != value:
            raise NotProvedError(
                f"not proved: {name} in the proof is not what the control file says, "
                "or is not there; the proof was changed"
            )
    return municipality


def _leads_to(
    root: str, leaf: str, path: list[merkle.Sibling], index: int, count: int
) -> bool:
    """Whether a leaf, at a place in a tree of that size, has that root."""
    is_in_tree = 0 <= index < count
    return (
        is_in_tree
        and [side for side, _ in path] == merkle.sides(index, count)
        and hmac.compare_digest(merkle.climb(leaf, path), root)
    )


_FIELDS = {"municipality_code": str, "leaf_index": int, "leaf_digest": str}


def _read(proof_file: Path) -> tuple[dict, dict]:
    """The proof with its paths as siblings, and as it was written; a fault for what is
    no proof."""
    try:
        proof = read_json(proof_file)
        if proof["digest_method"] != lock.DIGEST_METHOD:
            raise ValueError(proof["digest_method"])
        for name, kind in _FIELDS.items():
            if type(proof[name]) is not kind:
                raise ValueError(name)
        return {
            **{name: proof[name] for name in _FIELDS},
            **{
                name: [(str(s["side"]), str(s["digest"])) for s in proof[name]]
                for name in ("siblings", "municipality_siblings")
            },
        }, proof
    except (
        OSError,
        ArithmeticError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise LandingError(
            [
                Fault(
                    file=proof_file.name,
                    expected="a proof written by `labour-monitor prove-member` "
                    f"(digest_method {lock.DIGEST_METHOD})",
                    found=error.strerror
                    if isinstance(error, OSError)
                    else "no such content",
                    advice="give the file as the command wrote it, or prove the "
                    "member again",
                )
            ]
        ) from None

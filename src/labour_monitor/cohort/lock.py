"""The control file of the locked cohort, beside the deliveries (C8)."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labour_monitor.cohort import merkle
from labour_monitor.files import read_json, write_json
from labour_monitor.landing.faults import Fault, LandingError

DIGEST_METHOD = "merkle-sha256-v1"
"""How the digests are made (`merkle`): of a municipality over its members' citizen keys
in order, of all over the lines `code:digest` of the municipalities in order."""

_PURPOSE = b"cohort_lock.json"
"""What the secret is checked for, so that the check tells nothing else of it."""


@dataclass(frozen=True)
class MunicipalityLock:
    """Members of one cohort municipality: how many, and the keyed digest of them. Which
    cohort it is, the control file knows by its name."""

    municipality_code: str
    n_members: int
    digest: str


def leaves_of_all(municipalities: list[MunicipalityLock]) -> list[str]:
    """The leaves of the tree over all municipalities, by code."""
    lines = sorted(f"{m.municipality_code}:{m.digest}" for m in municipalities)
    return [merkle.leaf(line) for line in lines]


def digest_of(municipalities: list[MunicipalityLock]) -> str:
    """The digest of all members: the root over the municipalities' digests."""
    return merkle.root(leaves_of_all(municipalities))


def secret_check(secret: str) -> str:
    """Tells one secret from another without giving either away."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def read(landing: Path, file_name: str, secret: str) -> list[MunicipalityLock] | None:
    """The lock of a cohort of the landing: empty where nobody is in it, None while the
    landing has none.

    Raises:
        LandingError: the file cannot be read, contradicts itself, has digests of
            another method, or was written under another secret.
    """
    path = landing / file_name
    return read_file(path, secret) if os.path.lexists(path) else None


def read_file(path: Path, secret: str) -> list[MunicipalityLock]:
    """The lock that a control file holds; raises as `read` does."""

    def fault(expected: str, found: str, advice: str) -> LandingError:
        return LandingError(
            [Fault(file=path.name, expected=expected, found=found, advice=advice)]
        )

    unlock = (
        "to lock another cohort deliberately, use `labour-monitor unlock` (README, "
        "'The locked cohort')"
    )
    restore = f"restore the file from its backup; {unlock}"
    try:
        document = read_json(path)
        method = document.get("digest_method")
        municipalities = [
            MunicipalityLock(code, int(lock["count"]), str(lock["digest"]))
            for code, lock in document["municipalities"].items()
        ]
        count, digest = int(document["count"]), str(document["digest"])
        check = str(document["secret_check"])
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError):
        raise fault(
            "the control file of the cohort", "no such content", restore
        ) from None
    if method != DIGEST_METHOD:
        raise fault(
            f"digests by the method {DIGEST_METHOD} (digest_method)",
            f"another method, '{method}'" if method else "a file of an earlier form",
            "they cannot be compared with the members of today: unlock the cohort with "
            "`labour-monitor unlock` and build, which locks the members of the same "
            "deliveries by the new method; the count tells whether they are as many",
        )
    if not hmac.compare_digest(check.encode(), secret_check(secret).encode()):
        raise fault(
            "the secret under which the cohort was locked",
            "another one in CITIZEN_KEY_SECRET",
            "set the secret of the first build; the list cannot be compared without it",
        )
    if count != sum(m.n_members for m in municipalities) or digest != digest_of(
        municipalities
    ):
        raise fault(
            "count and digest of the municipalities to give those of all members",
            "other ones: the file was changed",
            restore,
        )
    return municipalities


def write(
    landing: Path,
    file_name: str,
    secret: str,
    locked_as_of: str,
    municipalities: list[MunicipalityLock],
) -> bool:
    """Write the control file whole or not at all; False where one is there already.

    Raises:
        OSError: the landing cannot be written.
    """
    document = {
        "locked_as_of": locked_as_of,
        "locked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "count": sum(m.n_members for m in municipalities),
        "digest_method": DIGEST_METHOD,
        "digest": digest_of(municipalities),
        "secret_check": secret_check(secret),
        "municipalities": {
            m.municipality_code: {"count": m.n_members, "digest": m.digest}
            for m in sorted(municipalities, key=lambda m: m.municipality_code)
        },
    }
    try:
        write_json(landing / file_name, document, replace=False)
    except FileExistsError:
        return False
    return True

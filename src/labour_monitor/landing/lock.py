"""The control file of the locked cohort, beside the deliveries (C8)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from labour_monitor.landing.faults import Fault, LandingError

FILE_NAME = "cohort_lock.json"


@dataclass(frozen=True)
class MunicipalityLock:
    """Members of one cohort municipality: how many, and the keyed digest of them."""

    municipality_code: str
    n_members: int
    digest: str


def digest_of(municipalities: list[MunicipalityLock]) -> str:
    """The digest of all members: over the municipalities' digests, by code.

    Each of these is over the sorted citizen keys, which are the person numbers under
    the secret; one municipality's list can be proved without showing any other's.
    """
    lines = [f"{m.municipality_code}:{m.digest}\n" for m in municipalities]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def secret_check(secret: str) -> str:
    """Tells one secret from another without giving either away."""
    return hmac.new(secret.encode(), FILE_NAME.encode(), hashlib.sha256).hexdigest()


def read(landing: Path, secret: str) -> list[MunicipalityLock]:
    """The lock of the landing; empty while it has none.

    Raises:
        LandingError: the file cannot be read, contradicts itself, or was written under
            another secret.
    """
    path = landing / FILE_NAME
    if not path.exists():
        return []

    def fault(expected: str, found: str, advice: str) -> LandingError:
        return LandingError(
            [Fault(file=FILE_NAME, expected=expected, found=found, advice=advice)]
        )

    restore = (
        "restore the file from its backup; to lock another cohort deliberately, see "
        "README, 'The locked cohort'"
    )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        municipalities = [
            MunicipalityLock(code, int(lock["count"]), str(lock["digest"]))
            for code, lock in document["municipalities"].items()
        ]
        count, digest = int(document["count"]), str(document["digest"])
        check = str(document["secret_check"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise fault(
            "the control file of the cohort", "no such content", restore
        ) from None
    if not hmac.compare_digest(check, secret_check(secret)):
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
        "count": sum(m.n_members for m in municipalities),
        "digest": digest_of(municipalities),
        "secret_check": secret_check(secret),
        "municipalities": {
            m.municipality_code: {"count": m.n_members, "digest": m.digest}
            for m in sorted(municipalities, key=lambda m: m.municipality_code)
        },
    }
    if (landing / FILE_NAME).exists():
        return False
    handle, name = tempfile.mkstemp(dir=landing, prefix=f".{FILE_NAME}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
        os.chmod(name, 0o644)
        os.link(name, landing / FILE_NAME)  # refuses to replace what another run wrote
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    return True

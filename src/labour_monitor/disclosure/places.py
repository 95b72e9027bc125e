"""Where the tables of the editions are read: of those before from their files, of the
one that is being made from the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labour_monitor.landing.paths import parquet


@dataclass(frozen=True)
class Edition:
    """Where the tables of an edition are read."""

    house: Path | None
    """The folder; None: the schema `main` of the connection."""
    public: Path | None

    def table(self, name: str) -> str:
        """What stands after `from`, of a house table."""
        return f"main.{name}" if self.house is None else _file(self.house, name)

    def has(self, name: str) -> bool:
        """Whether it has a house table, which an edition of another version may not."""
        return self.house is None or (self.house / f"{name}.parquet").exists()

    def public_table(self, name: str) -> str | None:
        """The same of a public table, None where the edition has none of that name."""
        if self.public is None or not (self.public / f"{name}.parquet").exists():
            return None
        return _file(self.public, name)


def _file(folder: Path, name: str) -> str:
    return parquet(folder / f"{name}.parquet")


def editions(earlier: list[Path]) -> list[Edition]:
    """All editions, oldest first; the last is the one that is being made."""
    return [
        *(Edition(folder / "house", folder / "public") for folder in earlier),
        Edition(None, None),
    ]

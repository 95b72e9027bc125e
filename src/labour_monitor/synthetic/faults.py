"""Stub."""
from dataclasses import dataclass
@dataclass
class Injected:
    description: str
def inject(landing, fault_id): raise NotImplementedError

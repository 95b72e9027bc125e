"""What dbt says to nobody is not put into words.

dbt makes two dozen debug events for each node. Of each event it makes a message, and of
each message a line for each of its logs, before it looks whether the log takes lines of
that level: a fifth of what dbt itself costs. Who asks for these lines (`dbt --debug`,
`--log-level-file debug`) gets all of them, as ever.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dbt.tracking import track_behavior_change_warn
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

_OF_DEBUGGING = (EventLevel.DEBUG, EventLevel.TEST)
_OF_DBT = (track_behavior_change_warn,)
"""What dbt itself calls with every event; it looks at warnings alone."""


@cache  # once: a process may run dbt several times
def leave_out() -> None:
    """dbt does so in this process from now on."""
    _word_when_asked()
    fire = EventManager.fire_event

    def fire_event(
        self: EventManager,
        e: BaseEvent,
        level: EventLevel | None = None,
        *rest: Any,
        **others: Any,
    ) -> None:
        if (level or e.level_tag()) not in _OF_DEBUGGING or _is_debugged(self):
            fire(self, e, level, *rest, **others)

    EventManager.fire_event = fire_event


def _is_debugged(events: EventManager) -> bool:
    """Whether a log takes debug events, or somebody who runs dbt is called with all."""
    return any(logger.level in _OF_DEBUGGING for logger in events.loggers) or any(
        called not in _OF_DBT for called in events.callbacks
    )


def _word_when_asked() -> None:
    """Debug events get their data as a message of protobuf when somebody looks."""
    make, read, write = (
        getattr(BaseEvent, name) for name in ("__init__", "__getattr__", "__setattr__")
    )
    given = "_given"

    def made(event: BaseEvent) -> BaseEvent:
        if given in vars(event):
            make(event, **vars(event).pop(given))
        return event

    def later(self: BaseEvent, *positional: Any, **values: Any) -> None:
        if positional or self.level_tag() not in _OF_DEBUGGING:
            make(self, *positional, **values)
        else:
            vars(self)[given] = values

    BaseEvent.__init__ = later
    # Asked for what the event has not: all but its methods.
    BaseEvent.__getattr__ = lambda self, name: read(made(self), name)
    BaseEvent.__setattr__ = lambda self, name, value: write(
        self if name == "pb_msg" else made(self), name, value
    )

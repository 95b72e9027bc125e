"""dbt's debug events, where nobody reads them and where somebody does."""

from __future__ import annotations

import io

import pytest
from dbt.tracking import track_behavior_change_warn
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import SystemStdOut

from labour_monitor import project, unread_events
from labour_monitor.files import read_yaml


class Told:
    """dbt with a log of a level, and what stands in it."""

    def __init__(self, level: EventLevel) -> None:
        unread_events.leave_out()
        self._log = io.StringIO()
        self.events = EventManager()
        self.events.add_callback(track_behavior_change_warn)
        self.events.add_logger(
            LoggerConfig(f"log of {level}", level=level, output_stream=self._log)
        )

    def tell(self, text: str, level: EventLevel) -> BaseEvent:
        event = SystemStdOut(bmsg=text)
        self.events.fire_event(event, level)
        return event

    @property
    def lines(self) -> str:
        return self._log.getvalue()


def is_in_words(event: BaseEvent) -> bool:
    return "pb_msg" in vars(event)


@pytest.fixture
def usual() -> Told:
    return Told(EventLevel.INFO)


def test_a_debug_event_is_not_put_into_words_where_no_log_takes_it(usual) -> None:
    event = usual.tell("to nobody", EventLevel.DEBUG)
    assert not is_in_words(event)
    assert usual.lines == ""


@pytest.mark.parametrize("level", [EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR])
def test_every_other_event_is_told(usual, level) -> None:
    usual.tell("to all", level)
    assert "to all" in usual.lines


def test_who_asks_for_debug_events_gets_them() -> None:
    told = Told(EventLevel.DEBUG)
    told.tell("to the curious", EventLevel.DEBUG)
    assert "to the curious" in told.lines


def test_who_runs_dbt_is_called_with_every_event(usual) -> None:
    called = []
    usual.events.add_callback(called.append)
    usual.tell("to the caller", EventLevel.DEBUG)
    assert [message.data.bmsg for message in called] == ["to the caller"]


def test_an_event_has_its_data_when_they_are_asked_for() -> None:
    unread_events.leave_out()
    event = SystemStdOut(bmsg="before")
    assert not is_in_words(event)
    assert event.bmsg == "before"
    another = SystemStdOut(bmsg="before")
    another.bmsg = "after"
    assert another.to_dict() == {"bmsg": "after"}


def test_the_log_file_has_a_line_of_each_node_and_no_queries() -> None:
    """What dbt asks the database lies in `target`; `--debug` tells it as it goes."""
    settings = read_yaml(project.root() / "dbt_project.yml", "dbt_project.yml")
    assert settings["flags"]["log_level_file"] == "info"

"""What dbt-spark is given of this project: the functions of the hooks, the secret of
the citizen keys, and a warehouse that no other command has.

The adapter has no plugins, so that it gets one more method (`in_python`), and its
connections another way to be opened. The secret is
a row of a view that lives in the session alone, and SQL asks for it by a subquery: its
value is in no SQL, no configuration, no plan and no event log (D1). Spark writes the
value of a variable into its plans, and gives `(redacted)` for that of a setting.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from logging import CRITICAL
from pathlib import Path
from typing import Any
from warnings import filterwarnings

from dbt_common.exceptions import DbtRuntimeError

from labour_monitor import folder_lock, hooks, project
from labour_monitor.files import in_a_line
from labour_monitor.landing.dialects import SPARK

_MAKING_KEYS = ("open_landing", "secret_of_last_run")
"""After these a command of dbt may make keys; the second one finds another secret."""

_functions = cache(lambda: hooks.functions(SPARK))


def install() -> None:
    """Give dbt's adapter the method, where there is one."""
    if find_spec("dbt.adapters.spark") is None:
        return
    # Derby writes its log beside the metastore, and does not make the folder.
    folder = _warehouse()
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    # Of pandas, which is not used, and of settings that a server has already.
    filterwarnings("ignore", module=r"pyspark\.")
    from dbt.adapters.base import available
    from dbt.adapters.spark.connections import SparkConnectionManager
    from dbt.adapters.spark.impl import SparkAdapter

    SparkAdapter.in_python = available(_in_python)
    SparkAdapter._available_ = SparkAdapter._available_ | {"in_python"}
    opened = SparkConnectionManager.open.__func__
    SparkConnectionManager.open = classmethod(_alone(opened))


def _warehouse() -> Path | None:
    """The folder of tables and metastore; None where it is an address."""
    given = os.environ.get("SPARK_WAREHOUSE") or "data/spark"
    return None if "://" in given else project.root() / given


def _alone(opened: Callable) -> Callable:
    """How a connection is opened, but by one command at a time: two runs would take
    each other's tables away, and Derby's metastore admits one process."""

    def open_alone(manager: type, connection: Any) -> Any:
        folder = _warehouse()
        try:
            if folder:
                folder_lock.hold(folder)
        except folder_lock.InUseError as error:
            raise DbtRuntimeError(str(error)) from None
        except OSError as error:
            raise DbtRuntimeError(in_a_line(error)) from None
        return opened(manager, connection)

    return open_alone


def _in_python(adapter: Any, function: str, arguments: str) -> str:
    try:
        project.check_started_here()
    except project.NotFoundError as error:
        raise DbtRuntimeError(str(error)) from None
    answer = _functions()[function](arguments)
    if function in _MAKING_KEYS and "error" not in json.loads(answer):
        _set_secret(adapter.config.credentials.server_side_parameters)
    return answer


def _set_secret(parameters: dict[str, str]) -> None:
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    # dbt says what went wrong; this would say it again, with the whole stack of Java.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(CRITICAL)
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in parameters.items():
        builder = builder.config(name, value)
    secret = [(project.citizen_key_secret(),)]
    rows = builder.getOrCreate().createDataFrame(secret, "secret string")
    rows.coalesce(1).createOrReplaceTempView("citizen_key_secret")

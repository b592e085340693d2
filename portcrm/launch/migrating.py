"""Migrations with a word to whoever waits: what is being made, and now and then how far it is. Nothing to do is nothing to say."""

import time
from collections.abc import Callable
from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from portcrm.launch.speech import say

TOLD_EVERY = 10  # seconds


class TellingMigrate(Migrate):
    """`migrate`, told of in sentences of both languages instead of a line for each step."""

    def __init__(self, *args: Any, clock: Callable[[], float] = time.monotonic, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock = clock
        self._steps = self._done = 0
        self._told_at = 0.0

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if not self._steps:
            self._begin()
        if action == "apply_success":
            self._done += 1
            self._go_on()

    def _begin(self) -> None:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        self._steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self._told_at = self._clock()
        if not executor.loader.applied_migrations:
            zh = f"首次启动:正在建立数据库表,共 {self._steps} 步,需要几分钟 …"
            say(zh, f"First start: making the tables, {self._steps} steps, a few minutes …")
        elif self._steps:
            say(f"正在更新数据库,共 {self._steps} 步 …", f"Bringing the database up to date, {_counted(self._steps)} …")

    def _go_on(self) -> None:
        if self._done == self._steps or self._clock() - self._told_at >= TOLD_EVERY:
            self._told_at = self._clock()
            say(f"已完成 {self._done}/{self._steps} 步", f"{self._done} of {_counted(self._steps)}")


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"

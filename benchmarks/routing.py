"""How long a route takes to find among ten, a thousand and ten thousand, half of them dynamic."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from falcon.routing import CompiledRouter
from werkzeug.routing import Map, Rule

from benchmarks.table import console, interleave, microseconds, show, show_versions
from bistro.routing import Router

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = (10, 1000, 10_000)
CALLS = 3000


class Resource:
    """What Falcon wants for a route."""

    def on_get(self, req: Any, resp: Any) -> None:
        """Answer nothing."""


def with_bistro(paths: list[str]) -> Callable[[str], object]:
    router = Router()
    for path in paths:
        router.get(path, name=path)(Resource)
    router.compile()
    return partial(router.match, "GET")


def with_werkzeug(paths: list[str]) -> Callable[[str], object]:
    adapter = Map([Rule(path, endpoint=path) for path in paths]).bind("bistro.example")
    adapter.map.update()
    return partial(adapter.match, method="GET")


def with_falcon(paths: list[str]) -> Callable[[str], object]:
    router = CompiledRouter()
    for path in paths:
        router.add_route(path.replace("<int:id>", "{id:int}"), Resource())
    router.find("/")  # compiles
    return router.find


def run(rounds: int) -> None:
    """Measure each router at each number of routes, for a path of text and one with a number."""
    show_versions("werkzeug", "falcon")
    for count in COUNTS:
        paths = [
            f"/section{number}/{'page' if number % 2 else '<int:id>/edit'}"
            for number in range(count)
        ]
        routers = {}
        for name, make in MAKERS.items():
            started = time.perf_counter()
            routers[name] = make(paths)
            console.print(f"{name}: {count:,} routes in {time.perf_counter() - started:.2f} s")
        for path in (f"/section{count - 1}/page", f"/section{count - 2}/12/edit"):
            subjects = {
                name: partial(microseconds, partial(match, path), CALLS)
                for name, match in routers.items()
            }
            measured = interleave(subjects, rounds)
            show(f"{count:,} routes: {path}", "µs", measured, more_is_better=False)


MAKERS = {"bistro": with_bistro, "werkzeug": with_werkzeug, "falcon": with_falcon}
"""Each registers paths, compiles them, and returns what finds the route of a path."""

"""Routing: from a method and a path to the handler that answers, and back to a path.

A `Router` collects routes and mounts. At the first match they become a trie with a segment of the
path a level, so that finding one route among ten thousand takes as long as among ten. Builds on
converters and errors; the application (app) is a router that calls what it finds.
"""

from __future__ import annotations

import re
import sys
from urllib.parse import quote, urlencode

from bistro.converters import (
    CONVERTERS,
    SEGMENT_SAFE,
    Parameter,
    Path,
    Pattern,
    parse_path,
    regex_of,
    shape_of,
)
from bistro.converters import Converter as Converter  # a router's, too, for who asks here
from bistro.converters import RoutingError as RoutingError
from bistro.errors import HTTPError
from bistro.http import TOKEN
from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from bistro.converters import Part, Segment

    Handler = Callable[..., Any]
    Leaf = dict[str, "Route"]  # by method
    Values = tuple[Any, ...]
    Entry = TypeVar("Entry")

LABEL = "[a-z0-9-]+"
HOST_PARAMETER = re.compile("<([a-z_][a-z0-9_]*)>")
HOST = re.compile(
    rf"(?:{LABEL}|{HOST_PARAMETER.pattern})(?:\.(?:{LABEL}|{HOST_PARAMETER.pattern}))*"
)


class MethodNotAllowed(HTTPError):
    """The path is known, the method is not; `allowed` is a list of the methods that are, sorted.

    OPTIONS is among them, since the application answers it. Its header `Allow` lists them, with
    `", "` between. Source: RFC 9110 section 15.5.6.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = sorted({*allowed, "OPTIONS"})
        super().__init__(405, headers={"Allow": ", ".join(self.allowed)})


class SlashMissing(BistroError):
    """The path is known with a slash at its end, and the method accepted there."""


class Rest(Path):
    """What follows the prefix of a mounted WSGI application, which may be nothing."""

    pattern = ".*"


class Route:
    """A path with the methods and the handler that answer for it, its name, where that is said.

    `names` are those of the path's parameters. `routers` are those that it is registered in, the
    outermost first. `is_mount` tells that `handler` is a WSGI application, which gets the rest of
    the path. Routes of one `shape` take the same paths. `call` is for the application: what it
    makes, once, of the handler and its middleware.
    """

    __slots__ = (
        "call", "handler", "host", "is_mount", "methods", "name", "names", "needs", "path",
        "routers", "segments", "shape", "where",
    )  # fmt: skip

    def __init__(
        self,
        path: str,
        segments: list[list[Part]],
        methods: tuple[str, ...],
        handler: Handler,
        name: str,
        *,
        routers: tuple[Router, ...] = (),
        where: str = "",
        host: str = "",
        is_mount: bool = False,
    ) -> None:
        self.path = path
        self.segments = segments
        self.methods = methods
        self.handler = handler
        self.name = name
        self.routers = routers
        self.where = where
        self.host = host
        self.is_mount = is_mount
        self.call: Handler = handler
        self.shape = (host, shape_of(segments))
        self.names = tuple(
            part.name for segment in segments for part in segment if isinstance(part, Parameter)
        )
        names = [*HOST_PARAMETER.findall(host), *self.names]
        self.needs = frozenset(names)
        if len(self.needs) < len(names):
            raise RoutingError(f"{host}{path} has two parameters of the same name, at {where}")

    def behind(self, mount: Mount, router: Router) -> Route:
        """Return the same route as `router` has it, in which its own router is mounted."""
        return Route(
            mount.path + self.path,
            mount.segments + self.segments,
            self.methods,
            self.handler,
            f"{mount.name}.{self.name}" if mount.name else self.name,
            routers=(router, *self.routers),
            where=self.where,
            host=self.host or mount.host,
            is_mount=self.is_mount,
        )

    def __repr__(self) -> str:
        return f"<Route {' '.join(self.methods)} {self.host}{self.path} {self.name!r}>"


class Mount:
    """A router that answers for all that begins with a prefix."""

    __slots__ = ("host", "name", "path", "prefix", "segments", "target")

    def __init__(
        self, path: str, segments: list[list[Part]], target: Router, name: str, host: str
    ) -> None:
        self.path = path
        self.segments = segments
        self.target = target
        self.name = name
        self.host = host
        self.prefix = re.compile(regex_of([[], *segments]) + r"(?=/|\Z)")

    def is_for(self, host: str) -> bool:
        """Return whether the router is for requests to a host."""
        return not self.host or host_pattern(self.host).fullmatch(without_port(host)) is not None


class Node:
    """A place in the trie: the paths that have had the same segments so far.

    - `static`: where a segment that is just text leads;
    - `dynamic`: parameters, and patterns such as `dish-<int:id>.png`, with where they lead;
    - `tails`: patterns for all that is left of a path, from a `<path:…>` on, with their leaves;
    - `leaf`: the routes, by method, of the paths that end here;
    - `mount`: the WSGI application that answers for whatever follows.
    """

    __slots__ = ("dynamic", "leaf", "mount", "static", "tails")

    def __init__(self) -> None:
        self.static: dict[str, Node] = {}
        self.dynamic: list[tuple[Parameter | Pattern, Node]] = []
        self.tails: list[tuple[Parameter | Pattern, Leaf]] = []
        self.leaf: Leaf = {}
        self.mount: Route | None = None

    def child(self, segment: Segment) -> Node:
        """Return the node that a segment leads to from here, made where there is none.

        Segments that are one text lead there by `static`, an empty one by `""`; all others by
        `dynamic`: a `Parameter` that is a whole segment itself, the rest by a `Pattern`.
        """
        if not segment:
            return self.static.setdefault("", Node())
        first = segment[0]
        if len(segment) > 1:
            return find_or_add(self.dynamic, Pattern([segment]), Node)
        if isinstance(first, Parameter):
            return find_or_add(self.dynamic, first, Node)
        return self.static.setdefault(first, Node())


def find_or_add(
    entries: list[tuple[Parameter | Pattern, Entry]],
    pattern: Parameter | Pattern,
    make: Callable[[], Entry],
) -> Entry:
    """Return what stands with a pattern of the same `key` in `entries`; `make` it if none does.

    A new one is put in its place: `entries` are in the order of the patterns' `order`, those of
    the same in the order in which they came.
    """
    for other, entry in entries:
        if other.key == pattern.key:
            return entry
    made = make()
    entries.append((pattern, made))
    entries.sort(key=lambda entry: entry[0].order)
    return made


def find(
    node: Node, segments: Sequence[str], depth: int, method: str, values: Values, allowed: set[str]
) -> tuple[Route, Values] | None:
    """Return the route that `segments[depth:]` lead to from `node`, and its parameters' values.

    Those of the path so far are `values`. `None` where there is no route; the methods of paths
    that fit, but not for `method`, go into `allowed`. What is most specific comes first: text,
    then patterns and parameters in their order, tails, and last a mount, which takes any method.
    Raises `SlashMissing` where the path ends, and a slash more would lead to a route: no parameter
    beside, tail or mount is tried then.
    """
    if depth == len(segments):
        if method in node.leaf:
            return node.leaf[method], values
        allowed.update(node.leaf)
        if "" in node.static and method in node.static[""].leaf:
            raise SlashMissing
    else:
        found = find_below(node, segments, depth, method, values, allowed)
        if found is not None:
            return found
    if node.mount is not None:
        return node.mount, (*values, "/".join(segments[depth:]))
    return None


def find_below(
    node: Node, segments: Sequence[str], depth: int, method: str, values: Values, allowed: set[str]
) -> tuple[Route, Values] | None:
    """Return what `find` does, for a path that goes on from `node`, mounts left out.

    No parameter takes an empty segment, whatever its pattern says; `find_tail` knows tails.
    """
    segment = segments[depth]
    child = node.static.get(segment)
    if child is not None:
        found = find(child, segments, depth + 1, method, values, allowed)
        if found is not None:
            return found
    if segment:
        for pattern, child in node.dynamic:
            read = pattern.read(segment)
            if read is not None:
                found = find(child, segments, depth + 1, method, values + read, allowed)
                if found is not None:
                    return found
    if node.tails:
        return find_tail(node, "/".join(segments[depth:]), method, values, allowed)
    return None


def find_tail(
    node: Node, rest: str, method: str, values: Values, allowed: set[str]
) -> tuple[Route, Values] | None:
    """Return what `find` does, for the tails of `node` and the rest of a path."""
    for pattern, leaf in node.tails:
        read = pattern.read(rest)
        if read is None:
            if method in leaf and pattern.read(rest + "/") is not None:
                raise SlashMissing
        elif method in leaf:
            return leaf[method], values + read
        else:
            allowed.update(leaf)
    return None


class Table:
    """The routes of one host, compiled: a dict for whole paths without parameters, and a trie."""

    def __init__(self) -> None:
        self.whole: dict[str, Leaf] = {}
        self.root = Node()

    def add(self, route: Route) -> None:
        """Put a route where its path leads. HEAD follows GET, unless it has a route of its own."""
        if route.is_mount:
            self.node_for(route.segments[:-1]).mount = route
            return
        leaf = self.leaf_for(route.segments)
        leaf.update(dict.fromkeys(route.methods, route))
        if "GET" in route.methods:
            leaf.setdefault("HEAD", route)
        if not route.names:
            self.whole[route.path] = leaf

    def leaf_for(self, segments: Sequence[Segment]) -> Leaf:
        """Return the leaf for the segments of a path, made where there is none.

        With a `multi` parameter in it, that is a tail of the node before its segment.
        """
        for depth, segment in enumerate(segments):
            if any(isinstance(part, Parameter) and part.converter.multi for part in segment):
                node = self.node_for(segments[:depth])
                return find_or_add(node.tails, Pattern(segments[depth:]), dict)
        return self.node_for(segments).leaf

    def node_for(self, segments: Iterable[Segment]) -> Node:
        """Return the node that segments lead to, made with all on the way where there is none."""
        node = self.root
        for segment in segments:
            node = node.child(segment)
        return node

    def match(self, method: str, path: str) -> tuple[Route, dict[str, Any]]:
        """Return the route for a method and a path, and the parameters' values by name.

        These are a new dict, with the names that the route itself gives them. Raises `HTTPError`
        404; `MethodNotAllowed` where only other methods are known; and `SlashMissing` as `find`
        does. A path that does not begin with a slash is not known.
        """
        leaf = self.whole.get(path)
        if leaf is not None and method in leaf:
            return leaf[method], {}
        allowed: set[str] = set()
        if path.startswith("/"):
            found = find(self.root, path.split("/"), 1, method, (), allowed)
            if found is not None:
                route, values = found
                return route, dict(zip(route.names, values, strict=True))
        if allowed:
            raise MethodNotAllowed(allowed)
        raise HTTPError(404)


class Router:
    """Routes, and other routers or WSGI applications mounted behind a prefix.

    `converters` are for the paths of this router, besides `CONVERTERS`. What `error` and
    `middleware` collect is for the application that the router is mounted in.
    """

    def __init__(self, converters: Mapping[str, type[Converter]] | None = None) -> None:
        self.converters = {**CONVERTERS, **(converters or {})}
        self.own_routes: list[Route] = []
        self.mounts: list[Mount] = []
        self.parents: list[tuple[Router, Mount]] = []
        self.shapes: dict[tuple[object, str], Route] = {}  # by shape and method, mounted ones too
        self.names: dict[str, list[Route]] = {}  # by name, mounted ones too
        self.error_handlers: dict[int | type[BaseException], Handler] = {}
        self.middlewares: list[Handler] = []
        self.table: Table | None = None  # compiled at the first match, as are these two
        self.hosts: list[tuple[re.Pattern[str], Table]] = []
        self.compiled: list[Route] = []

    def route(
        self, path: str, methods: Iterable[str] | None = None, name: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Return a decorator that has its function answer for `path` with `methods`.

        `methods` are by default those that the function has as an attribute `methods`, as a class
        of handlers does, else GET; HEAD follows GET. `name`, by default the function's, is for
        `url_for`. Raises `RoutingError` as `parse_path` and `claim` do, and for what is no method.
        """
        segments = parse_path(path, self.converters)
        where = caller()

        def register(handler: Handler) -> Handler:
            default = getattr(handler, "__name__", type(handler).__name__)
            own = getattr(handler, "methods", ("GET",))
            upper = check_methods(path, own if methods is None else methods)
            self.add(
                Route(path, segments, upper, handler, name or default, routers=(self,), where=where)
            )
            return handler

        return register

    def get(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Return a decorator: answer GET and HEAD for `path`. See `route`."""
        return self.route(path, ("GET",), name)

    def post(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Return a decorator: answer POST for `path`. See `route`."""
        return self.route(path, ("POST",), name)

    def put(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Return a decorator: answer PUT for `path`. See `route`."""
        return self.route(path, ("PUT",), name)

    def patch(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Return a decorator: answer PATCH for `path`. See `route`."""
        return self.route(path, ("PATCH",), name)

    def delete(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Return a decorator: answer DELETE for `path`. See `route`."""
        return self.route(path, ("DELETE",), name)

    def mount(
        self, prefix: str, target: Any, name: str | None = None, host: str | None = None
    ) -> None:
        """Let a `Router`, or any WSGI application, answer for all paths that begin with `prefix`.

        The prefix ends at a slash or the path's end: `/bar` takes `/bar` and `/bar/beer`, not
        `/barn`. Routes beat WSGI applications, and of these the longest prefix wins; what is left
        of the path is the parameter `path`. `name` comes with a dot before the names of the
        router's routes; a WSGI application has it as its own, by default the prefix. With `host`,
        such as `kitchen.example` or `<table>.bistro.example`, `target` answers only for requests to
        that host. Raises `RoutingError` as `parse_path` and `claim` do, for what is no host or no
        target, and for a router in itself.
        """
        path = prefix.rstrip("/")
        segments = parse_path(path, self.converters) if path else []
        if host and not HOST.fullmatch(host):
            raise RoutingError(f"not a host such as 'bar.example' or '<table>.example': {host!r}")
        if isinstance(target, Router) and not callable(target):
            if target in [router for router, _ in self.places([])]:
                raise RoutingError(f"{prefix!r}: a router can't be mounted in itself")
            mount = Mount(path, segments, target, name or "", host or "")
            self.claim([route.behind(mount, self) for route in target.routes()])
            self.mounts.append(mount)
            target.parents.append((self, mount))
            return
        if not callable(target):
            raise RoutingError(f"{prefix!r}: not a Router or a WSGI application: {target!r}")
        self.add(
            Route(
                f"{path}/<path>",
                [*segments, [Parameter("path", Rest())]],
                ("*",),
                target,
                name or path.strip("/").replace("/", ".") or type(target).__name__,
                routers=(self,),
                where=caller(),
                host=host or "",
                is_mount=True,
            )
        )

    def error(self, what: int | type[BaseException]) -> Callable[[Handler], Handler]:
        """Return a decorator: answer with its function for a status, or an exception of a class.

        The application calls it with the request and the exception, for this router's paths.
        """

        def register(handler: Handler) -> Handler:
            self.error_handlers[what] = handler
            return handler

        return register

    def middleware(self, function: Handler) -> Handler:
        """Wrap `function(request, next) -> Response` around this router's handlers; a decorator.

        The application calls it; what was registered first is outermost.
        """
        self.middlewares.append(function)
        self.claim([])  # no route, but everybody has to compile again
        return function

    def routes(self) -> Iterator[Route]:
        """Yield the routes of this router, then of those mounted in it, as they were registered."""
        yield from self.own_routes
        for mount in self.mounts:
            for route in mount.target.routes():
                yield route.behind(mount, self)

    def add(self, route: Route) -> None:
        """Take a route of this router's own. Raises `RoutingError` as `claim` does."""
        self.claim([route])
        self.own_routes.append(route)

    def claim(self, routes: list[Route]) -> None:
        """Take new routes into `shapes` and `names`, here and in all routers this is mounted in.

        Their tables are to be compiled again, even if there are no routes. Raises `RoutingError` as
        `check` does, in which case nothing has changed anywhere.
        """
        places = list(self.places(routes))
        for router, seen in places:
            for route in seen:
                router.check(route)
        for router, seen in places:
            router.table = None
            for route in seen:
                router.shapes.update({(route.shape, method): route for method in route.methods})
                router.names.setdefault(route.name, []).append(route)

    def places(self, routes: list[Route]) -> Iterator[tuple[Router, list[Route]]]:
        """Yield this router and `routes`, then each that it is mounted in with these behind it."""
        yield self, routes
        for parent, mount in self.parents:
            yield from parent.places([route.behind(mount, parent) for route in routes])

    def check(self, route: Route) -> None:
        """Raise `RoutingError` where a route can't stand beside those that are there.

        That is, where one has its shape and a method of its, or where one with another shape and
        another handler has its name. The message gives both paths, and where each was registered,
        and a name that is taken.
        """
        for method in route.methods:
            other = self.shapes.get((route.shape, method))
            if other is not None:
                raise RoutingError(
                    f"{method} {route.path} at {route.where} is answered already, "
                    f"by {other.path} at {other.where}"
                )
        for other in self.names.get(route.name, ()):
            if other.handler is not route.handler and other.shape != route.shape:
                raise RoutingError(
                    f"the name {route.name!r} of {route.path} at {route.where} is taken, by "
                    f"{other.path} at {other.where}; give one of them another one: name=..."
                )

    def compile(self) -> Table:
        """Make the tables of all routes: the one for all hosts, which is returned, and `hosts`.

        Of hosts, those with fewer parameters come first.
        """
        tables = {"": Table()}
        self.compiled = list(self.routes())
        for route in self.compiled:
            tables.setdefault(route.host, Table()).add(route)
        hosts = sorted(filter(None, tables), key=lambda host: host.count("<"))
        self.hosts = [(host_pattern(host), tables[host]) for host in hosts]
        self.table = tables[""]
        return self.table

    def match(self, method: str, path: str, host: str = "") -> tuple[Route, dict[str, Any]]:
        """Return the route for a method, a path and a host, and the parameters' values by name.

        What is mounted for the host goes before what is for all. Raises `HTTPError` 404,
        `MethodNotAllowed` (405) where only other methods are known, and `SlashMissing` where the
        path with a slash at its end is known.
        """
        table = self.table or self.compile()
        for pattern, own in self.hosts:
            named = pattern.fullmatch(without_port(host))
            if named is None:
                continue
            try:
                route, values = own.match(method, path)
            except MethodNotAllowed:
                raise
            except HTTPError:
                continue
            return route, {**named.groupdict(), **values}
        return table.match(method, path)

    def routers_at(self, path: str, host: str = "") -> tuple[Router, ...]:
        """Return the routers that a path lies in, the outermost first, whether they know it or not.

        Of several that are mounted side by side the one with the longest prefix.
        """
        longest, inner = -1, None
        for mount in self.mounts:
            match = mount.prefix.match(path)
            if match and match.end() > longest and mount.is_for(host):
                longest, inner = match.end(), mount.target
        return (self,) if inner is None else (self, *inner.routers_at(path[longest:], host))

    def url_for(self, name: str, /, **parameters: Any) -> str:
        """Return the path of the route called `name`, with the values of its parameters.

        Values that are no parameters go into the query; what is `None` is not given. Of several
        routes with the name, the one that has the most of its parameters given. A route of another
        host gives `//host/path`. Raises `RoutingError` for a name that is not known; a parameter
        that is missing, of the first of the routes; a value that the route would not take, with the
        route's name; and a path that a browser would not keep as it is: one that begins with `//`,
        or has a segment `.` or `..`.
        """
        routes = self.names.get(name)
        if not routes:
            raise RoutingError(unknown_name(name, self.names))
        given = {key: value for key, value in parameters.items() if value is not None}
        fitting = [route for route in routes if route.needs <= given.keys()]
        if not fitting:
            missing = ", ".join(sorted(routes[0].needs - given.keys()))
            raise RoutingError(f"url_for({name!r}) needs {missing}, for {routes[0].path}")
        route = max(fitting, key=lambda route: len(route.needs))
        try:
            path = write(route.segments, given)
            host = write_host(route.host, given)
        except (TypeError, ValueError) as error:
            raise RoutingError(f"url_for({name!r}): {error}") from error
        if path.startswith("//") or not {".", ".."}.isdisjoint(path.split("/")):
            raise RoutingError(f"url_for({name!r}): {path!r} would lead elsewhere")
        query = {key: value for key, value in given.items() if key not in route.needs}
        return host + path + (f"?{urlencode(query, doseq=True)}" if query else "")


def check_methods(path: str, methods: Iterable[str]) -> tuple[str, ...]:
    """Return methods in upper case. Raises `RoutingError` for none, or one that is no token."""
    methods = (methods,) if isinstance(methods, str) else tuple(methods)
    if not methods or not all(TOKEN.fullmatch(method) for method in methods):
        raise RoutingError(f"{path!r}: not methods such as ['GET']: {methods!r}")
    return tuple(method.upper() for method in methods)


def write(segments: Sequence[Segment], parameters: Mapping[str, Any]) -> str:
    """Return the path of segments, quoted, with the parameters' values.

    Raises `ValueError` and `TypeError` as `Parameter.write` does.
    """
    path = ""
    for segment in segments:
        path += "/"
        for part in segment:
            if isinstance(part, Parameter):
                path += part.write(parameters[part.name])
            else:
                path += quote(part, safe=SEGMENT_SAFE)
    return path


def unknown_name(name: str, names: Iterable[str]) -> str:
    """Return the message for a name that no route has, with the nearest that one has."""
    import difflib

    near = difflib.get_close_matches(name, names, 1)
    return f"no route is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def caller() -> str:
    """Return the place, as in `app.py:12`, that called the framework."""
    frame = sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("bistro."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def host_pattern(host: str) -> re.Pattern[str]:
    """Return the pattern for a host: each `<name>` takes one label."""
    return re.compile(HOST_PARAMETER.sub(rf"(?P<\1>{LABEL})", host.replace(".", r"\.")))


def without_port(host: str) -> str:
    """Return the host of a `Host` field, in lower case and without its port."""
    return host.lower().partition(":")[0]


def write_host(host: str, parameters: Mapping[str, Any]) -> str:
    """Return `//` and a host with the parameters' values; `""` for none.

    Raises `ValueError` for a value that is no label.
    """
    if not host:
        return ""
    written = HOST_PARAMETER.sub(lambda match: str(parameters[match[1]]), host)
    if not host_pattern(host).fullmatch(written):
        raise ValueError(f"not a host: {written!r:.80}")
    return f"//{written}"

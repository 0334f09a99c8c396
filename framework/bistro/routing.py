"""Routing: from a method and a path to the handler that answers, and back to a path.

A `Router` collects routes and mounts. At the first match they become a trie with a segment of the
path a level, so that finding one route among ten thousand takes as long as among ten. Builds on
errors; the application (app) is a router that calls what it finds.
"""

from __future__ import annotations

import re
import sys
from urllib.parse import quote, urlencode

from bistro.errors import HTTPError
from bistro.http import TOKEN
from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    Part: TypeAlias = "str | Parameter"
    Handler = Callable[..., Any]
    Found = tuple["Route", dict[str, Any]]
    Leaf = dict[str, "Route"]  # by method

PARAMETER = re.compile(
    r"<(?:(?P<converter>[A-Za-z_][A-Za-z0-9_]*)(?:\((?P<arguments>[^()]*)\))?:)?"
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)>"
)
ARGUMENT = re.compile(
    r"""[ ]*(?:(?P<key>\w+)[ ]*=[ ]*)?(?P<value>"[^"]*"|'[^']*'|[^,]*?)[ ]*(?:,|$)"""
)
SEGMENT_SAFE = "!$&'()*+,;=:@~"
"""What stands in a segment of a path as it is, besides letters, digits and `-._`: RFC 3986."""


class RoutingError(BistroError):
    """A route can't be registered, or no URL can be built; the message says why."""


class MethodNotAllowed(HTTPError):
    """The path is known, the method is not; `allowed` are the methods that are. RFC 9110 15.5.6."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = sorted({*allowed, "OPTIONS"})
        super().__init__(405, headers={"Allow": ", ".join(self.allowed)})


class SlashMissing(BistroError):
    """The path is known with a slash at its end, and the method accepted there."""


class Converter:
    """What a parameter such as `<int:id>` takes; also `str`, for a whole segment.

    `pattern` is the regular expression that the text has to match in full, ASCII digits and all;
    `to_python` turns the text into a value, or raises `ValueError` to refuse it after all;
    `to_text` is the way back, and raises `ValueError` for a value that would not come back.
    Of several that fit a segment the one with the lowest `rank` is tried first. With `multi` it
    takes slashes, too.
    """

    pattern = "[^/]+"
    rank = 100
    multi = False

    def to_python(self, text: str) -> Any:
        """Return the value for a text that matches `pattern`."""
        return text

    def to_text(self, value: Any) -> str:
        """Return the text for a value."""
        return str(value)


class Text(Converter):
    """`str`: a segment, of `minlength` to `maxlength` characters or `length`."""

    def __init__(
        self, minlength: int = 1, maxlength: int | None = None, length: int | None = None
    ) -> None:
        if length is not None:
            self.pattern = f"[^/]{{{length}}}"
        elif (minlength, maxlength) != (1, None):
            self.pattern = f"[^/]{{{minlength},{'' if maxlength is None else maxlength}}}"


class Integer(Converter):
    """`int`: ASCII digits, with `signed` a minus before them; from `min` to `max`."""

    pattern = "[0-9]+"
    rank = 40
    number: Callable[[str], float] = int

    def __init__(
        self,
        min: float = float("-inf"),  # noqa: A002 - Werkzeug's spelling
        max: float = float("inf"),  # noqa: A002
        signed: bool = False,
    ) -> None:
        self.min = min
        self.max = max
        if signed:
            self.pattern = "-?" + self.pattern

    def to_python(self, text: str) -> float:
        value = type(self).number(text)
        if not self.min <= value <= self.max:
            raise ValueError(f"{text} is not between {self.min} and {self.max}")
        return value


class Float(Integer):
    """`float`: digits, a point and digits; from `min` to `max`, with `signed` as for `int`."""

    pattern = r"[0-9]+\.[0-9]+"
    rank = 50
    number = float


class Path(Converter):
    """`path`: one or more segments, the slashes between them too."""

    pattern = "[^/].*?"
    rank = 200
    multi = True


class Rest(Path):
    """What follows the prefix of a mounted WSGI application, which may be nothing."""

    pattern = ".*"


class Key(Converter):
    """`uuid`: a UUID in its usual form; the value is a `uuid.UUID`. RFC 9562 section 4."""

    pattern = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    rank = 30

    def to_python(self, text: str) -> Any:
        import uuid

        return uuid.UUID(text)


class AnyOf(Converter):
    """`any(a,b)`: one of the texts given."""

    rank = 20

    def __init__(self, *items: str) -> None:
        if not items:
            raise ValueError("any needs the texts that it takes: any(lunch,dinner)")
        self.items = items
        self.pattern = "|".join(re.escape(item) for item in items)


CONVERTERS: dict[str, type[Converter]] = {
    "str": Text, "string": Text, "int": Integer, "float": Float, "path": Path, "uuid": Key,
    "any": AnyOf,
}  # fmt: skip
"""The converters that every router knows, by the names that paths use."""


class Parameter:
    """One `<converter(arguments):name>` of a path. `key` is equal for those that take the same."""

    __slots__ = ("converter", "fullmatch", "key", "name", "to_python")

    def __init__(self, name: str, key: str, converter: Converter) -> None:
        self.name = name
        self.key = key
        self.converter = converter
        self.fullmatch = re.compile(converter.pattern).fullmatch
        self.to_python = converter.to_python

    def read(self, text: str) -> Any:
        """Return the value for `text`; raise `ValueError` where the converter refuses it."""
        if not self.fullmatch(text):
            raise ValueError(f"{text!r} is not for <{self.key}:{self.name}>")
        return self.to_python(text)

    def write(self, value: Any) -> str:
        """Return the text for a value, quoted for a path.

        Raises `ValueError` where the converter refuses the value, or would not read the text again.
        """
        text = self.converter.to_text(value)
        self.read(text)
        return quote(text, safe=SEGMENT_SAFE + "/" * self.converter.multi)


def parse_path(path: str, converters: Mapping[str, type[Converter]]) -> list[Part]:
    """Return the parts of a route's path: texts, and a `Parameter` for each `<…>`.

    `"/dishes/<int:id>"` gives `["/dishes/", Parameter]`. Raises `RoutingError` for a path that does
    not begin with a slash, a `<` or `>` that belongs to no parameter, a name used twice, a
    converter that is not known or does not take the arguments.
    """
    if not path.startswith("/"):
        raise RoutingError(f"a path begins with a slash: {path!r}")
    tokens: list[Part] = []
    names = set()
    end = 0
    for match in PARAMETER.finditer(path):
        tokens.append(path[end : match.start()])
        end = match.end()
        name = match["name"]
        if name in names:
            raise RoutingError(f"{path!r} has two parameters {name!r}")
        names.add(name)
        tokens.append(make_parameter(path, match, converters))
    tokens.append(path[end:])
    for text in tokens:
        if isinstance(text, str) and ("<" in text or ">" in text):
            raise RoutingError(f"{path!r}: a parameter is <name> or <converter:name>")
    return [token for token in tokens if token != ""]


def make_parameter(
    path: str, match: re.Match[str], converters: Mapping[str, type[Converter]]
) -> Parameter:
    """Return the parameter that `PARAMETER` has found in `path`. Raises as `parse_path` does."""
    kind = match["converter"] or "str"
    if kind not in converters:
        known = ", ".join(sorted(converters))
        raise RoutingError(f"{path!r}: no converter is called {kind!r}; there are {known}")
    arguments, options = parse_arguments(match["arguments"] or "")
    try:
        converter = converters[kind](*arguments, **options)
    except (TypeError, ValueError) as error:
        raise RoutingError(f"{path!r}: {error}") from error
    key = f"{converters[kind].__qualname__}({match['arguments'] or ''})"
    return Parameter(match["name"], key, converter)


def parse_arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Return a converter's arguments, those without a name and those with one.

    `"a, b"` gives `["a", "b"]`, `"min=1"` gives `{"min": 1}`. Numbers, `True` and `False` are
    values; all else is text, in quotes or not.
    """
    arguments: list[Any] = []
    options: dict[str, Any] = {}
    if not text.strip():
        return arguments, options
    for match in ARGUMENT.finditer(text):
        if match.start() == len(text):
            break
        value = literal(match["value"])
        if match["key"]:
            options[match["key"]] = value
        else:
            arguments.append(value)
    return arguments, options


def literal(text: str) -> Any:
    """Return the number, truth value or text that stands in a converter's arguments."""
    if text in ("True", "False"):
        return text == "True"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text.strip("\"'")


class Route:
    """A path with the methods and the handler that answer for it, its name, where that is said.

    `routers` are those that it is registered in, the outermost first. `is_mount` tells that
    `handler` is a WSGI application, which gets the rest of the path. `call` is for the application:
    what it makes, once, of the handler and its middleware.
    """

    __slots__ = (
        "call", "handler", "host", "is_mount", "methods", "name", "names", "path", "routers",
        "tokens", "where",
    )  # fmt: skip

    def __init__(
        self,
        path: str,
        tokens: list[Part],
        methods: tuple[str, ...],
        handler: Handler,
        name: str,
        *,
        routers: tuple[Router, ...],
        where: str,
        host: str = "",
        is_mount: bool = False,
    ) -> None:
        self.path = path
        self.tokens = tokens
        self.methods = methods
        self.handler = handler
        self.name = name
        self.routers = routers
        self.where = where
        self.host = host
        self.is_mount = is_mount
        self.names = tuple(token.name for token in tokens if isinstance(token, Parameter))
        self.call: Handler = handler
        if len(set(self.names)) < len(self.names):
            raise RoutingError(f"{path!r} has two parameters of the same name, at {where}")

    def behind(self, mount: Mount, router: Router) -> Route:
        """Return the same route as `router` has it, in which its own router is mounted."""
        return Route(
            mount.path + self.path,
            mount.tokens + self.tokens,
            self.methods,
            self.handler,
            f"{mount.name}.{self.name}" if mount.name else self.name,
            routers=(router, *self.routers),
            where=self.where,
            host=self.host or mount.host,
            is_mount=self.is_mount,
        )

    @property
    def shape(self) -> str:
        """Host and path without the parameters' names: those of one shape take the same paths."""
        return self.host + shape_of(self.tokens)

    def __repr__(self) -> str:
        return f"<Route {' '.join(self.methods)} {self.host}{self.path} {self.name!r}>"


class Mount:
    """A router that answers for all that begins with a prefix."""

    __slots__ = ("host", "name", "path", "prefix", "target", "tokens")

    def __init__(self, path: str, tokens: list[Part], target: Router, name: str, host: str) -> None:
        self.path = path
        self.tokens = tokens
        self.target = target
        self.name = name
        self.host = host
        self.prefix = re.compile(pattern_of(tokens)[0] + "(?=/|$)")


def caller() -> str:
    """Return the place, as in `app.py:12`, that called the framework."""
    frame = sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("bistro."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def pattern_of(tokens: Iterable[Part]) -> tuple[str, list[Parameter]]:
    """Return a regular expression with a named group for each parameter, and those."""
    parameters = []
    parts = []
    for token in tokens:
        if isinstance(token, str):
            parts.append(re.escape(token))
        else:
            parameters.append(token)
            parts.append(f"(?P<{token.name}>{token.converter.pattern})")
    return "".join(parts), parameters


def shape_of(tokens: Iterable[Part]) -> str:
    """Return a path without the names of its parameters."""
    return "".join(token if isinstance(token, str) else f"<{token.key}>" for token in tokens)


def segments_of(tokens: Iterable[Part]) -> list[list[Part]]:
    """Return the tokens of a path, which begins with a slash, for each of its segments.

    `["/dishes/", id]` gives `[["dishes"], [id]]`; a slash at the end gives an empty segment.
    """
    segments: list[list[Part]] = [[]]
    for token in tokens:
        if isinstance(token, str):
            first, *others = token.split("/")
            segments[-1] += [first] if first else []
            segments += [[text] if text else [] for text in others]
        else:
            segments[-1].append(token)
    return segments[1:]


class Node:
    """A place in the trie: the paths that have had the same segments so far.

    - `static`: where a segment that is just text leads;
    - `mixed`: patterns for segments such as `dish-<int:id>.png`;
    - `single`: parameters that are a whole segment, those of the lowest rank first;
    - `tails`: patterns for all that is left of a path, from a `<path:…>` on;
    - `leaf`: the routes, by method, of the paths that end here;
    - `mount`: the WSGI application that answers for whatever follows.
    """

    __slots__ = ("leaf", "mixed", "mount", "plain", "single", "static", "tails")

    def __init__(self) -> None:
        self.plain = True  # only `static` leads on
        self.static: dict[str, Node] = {}
        self.mixed: list[tuple[Pattern, Node]] = []
        self.single: list[tuple[Parameter, Node]] = []
        self.tails: list[tuple[Pattern, Leaf]] = []
        self.leaf: Leaf = {}
        self.mount: Route | None = None


class Pattern:
    """A part of a path with text and parameters: what it takes, and what it reads from that."""

    __slots__ = ("fullmatch", "key", "literal", "parameters")

    def __init__(self, tokens: list[Part]) -> None:
        self.key = shape_of(tokens)
        pattern, self.parameters = pattern_of(tokens)
        self.fullmatch = re.compile(pattern).fullmatch
        self.literal = sum(len(token) for token in tokens if isinstance(token, str))

    def read(self, text: str) -> list[Any] | None:
        """Return the parameters' values in `text`, or `None` where it does not fit."""
        match = self.fullmatch(text)
        if match is None:
            return None
        try:
            return [parameter.to_python(match[parameter.name]) for parameter in self.parameters]
        except ValueError:
            return None


class Table:
    """The routes of one host, compiled: a dict for whole paths without parameters, and a trie."""

    def __init__(self) -> None:
        self.whole: dict[str, Leaf] = {}
        self.root = Node()

    def add(self, route: Route) -> None:
        """Put a route where its path leads."""
        if route.is_mount:
            node = self.node_for(segments_of(route.tokens[:-2]))
            node.mount = route
            node.plain = False
            return
        leaf = self.leaf_for(route.tokens)
        for method in route.methods:
            leaf[method] = route
        if "GET" in route.methods:
            leaf.setdefault("HEAD", route)
        if not route.names:
            self.whole["".join(map(str, route.tokens))] = leaf

    def leaf_for(self, tokens: list[Part]) -> Leaf:
        """Return the leaf for a path, made where there is none."""
        segments = segments_of(tokens)
        for place, segment in enumerate(segments):
            if any(isinstance(token, Parameter) and token.converter.multi for token in segment):
                return self.tail_for(self.node_for(segments[:place]), segments[place:])
        return self.node_for(segments).leaf

    def node_for(self, segments: list[list[Part]]) -> Node:
        """Return the node that segments lead to, made with all on the way where there is none."""
        node = self.root
        for segment in segments:
            node = self.child(node, segment)
        return node

    def child(self, node: Node, segment: list[Part]) -> Node:
        """Return the node that one segment leads to from `node`, made where there is none."""
        first = segment[0] if segment else ""
        if len(segment) <= 1 and isinstance(first, str):
            return node.static.setdefault(first, Node())
        node.plain = False
        if len(segment) == 1 and isinstance(first, Parameter):
            for parameter, child in node.single:
                if parameter.key == first.key:
                    return child
            node.single.append((first, Node()))
            node.single.sort(key=lambda entry: entry[0].converter.rank)
            return self.child(node, segment)
        pattern = Pattern(segment)
        for other, child in node.mixed:
            if other.key == pattern.key:
                return child
        node.mixed.append((pattern, Node()))
        node.mixed.sort(key=lambda entry: -entry[0].literal)
        return self.child(node, segment)

    def tail_for(self, node: Node, segments: list[list[Part]]) -> Leaf:
        """Return the leaf for a path that goes on from `node` with a `<path:…>` in it."""
        tokens: list[Part] = []
        for segment in segments:
            tokens += [*segment, "/"]
        node.plain = False
        pattern = Pattern(tokens[:-1])
        for other, leaf in node.tails:
            if other.key == pattern.key:
                return leaf
        node.tails.append((pattern, {}))
        node.tails.sort(key=lambda entry: -entry[0].literal)
        return self.tail_for(node, segments)

    def match(self, method: str, path: str) -> Found:
        """Return the route for a method and a path, and the parameters' values by name.

        Raises `HTTPError` 404; `MethodNotAllowed` where only other methods are known; and
        `SlashMissing`.
        """
        leaf = self.whole.get(path)
        if leaf is not None and method in leaf:
            return leaf[method], {}
        first, *segments = path.split("/")
        values: list[Any] = []
        allowed: set[str] = set()
        route = None if first else find(self.root, segments, 0, method, values, allowed)
        if route is not None:
            return route, dict(zip(route.names, values, strict=True))
        if allowed:
            raise MethodNotAllowed(allowed)
        raise HTTPError(404)


def find(
    node: Node, segments: list[str], depth: int, method: str, values: list[Any], allowed: set[str]
) -> Route | None:
    """Return the route that `segments[depth:]` lead to from `node`; `None` if there is none.

    Tries what is most specific first: text, text with parameters, parameters, tails, a mount. Puts
    the parameters' values into `values`, and the methods of paths that fit, but not for `method`,
    into `allowed`. Raises `SlashMissing` where a slash more would lead to a route.
    """
    while depth < len(segments):
        segment = segments[depth]
        child = node.static.get(segment)
        if not node.plain:
            break
        if child is None:
            return None
        node = child  # nothing else can fit: go on without coming back
        depth += 1
    if depth == len(segments):
        if method in node.leaf:
            return node.leaf[method]
        allowed.update(node.leaf)
        if "" in node.static and method in node.static[""].leaf:
            raise SlashMissing("the path ends with a slash")
    else:
        if child is not None:
            route = find(child, segments, depth + 1, method, values, allowed)
            if route is not None:
                return route
        route = find_parameters(node, segments, depth, method, values, allowed)
        if route is not None:
            return route
    if node.mount is not None:
        values.append("/".join(segments[depth:]))
        return node.mount
    return None


def find_parameters(
    node: Node, segments: list[str], depth: int, method: str, values: list[Any], allowed: set[str]
) -> Route | None:
    """Return the route that `segments[depth:]` lead to by parameters, as `find` does."""
    segment = segments[depth]
    if segment:
        for pattern, child in node.mixed:
            read = pattern.read(segment)
            if read is not None:
                values += read
                route = find(child, segments, depth + 1, method, values, allowed)
                if route is not None:
                    return route
                del values[-len(read) :]
        for parameter, child in node.single:
            if parameter.fullmatch(segment) is None:
                continue
            try:
                values.append(parameter.to_python(segment))
            except ValueError:
                continue
            route = find(child, segments, depth + 1, method, values, allowed)
            if route is not None:
                return route
            values.pop()
    if node.tails:
        return find_tail(node, "/".join(segments[depth:]), method, values, allowed)
    return None


def find_tail(
    node: Node, rest: str, method: str, values: list[Any], allowed: set[str]
) -> Route | None:
    """Return the route among the tails of `node` that takes all of `rest`, as `find` does."""
    for pattern, leaf in node.tails:
        read = pattern.read(rest)
        if read is None:
            if method in leaf and pattern.read(rest + "/") is not None:
                raise SlashMissing("the path ends with a slash")
        elif method in leaf:
            values += read
            return leaf[method]
        else:
            allowed.update(leaf)
    return None


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
        self.shapes: dict[tuple[str, str], Route] = {}  # by shape and method, mounted ones too
        self.names: dict[str, list[Route]] = {}  # by name, mounted ones too
        self.error_handlers: dict[int | type[BaseException], Handler] = {}
        self.middlewares: list[Handler] = []
        self.table: Table | None = None  # compiled at the first match
        self.compiled: list[Route] = []  # the routes in it
        self.hosts: list[tuple[re.Pattern[str], Table]] = []

    def route(
        self, path: str, methods: Iterable[str] | None = None, name: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Return a decorator that has its function answer for `path` with `methods`.

        `methods` are by default those that the function has as an attribute `methods`, as a class
        of handlers does, else GET; HEAD follows GET. `name`, by default the function's, is for
        `url_for`. Raises `RoutingError`
        as `parse_path` does, for a method that is no token in upper case, and for a path that
        another function answers for already, or a name that it has; the message says where.
        """
        tokens = parse_path(path, self.converters)
        where = caller()

        def register(handler: Handler) -> Handler:
            default = getattr(handler, "__name__", type(handler).__name__)
            allowed = check_methods(path, methods or getattr(handler, "methods", None) or ("GET",))
            route = Route(
                path, tokens, allowed, handler, name or default, routers=(self,), where=where
            )
            self.claim([route])
            self.own_routes.append(route)
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
        `/barn`. Routes beat mounts, and of mounts the longest prefix wins. `name` comes with a dot
        before the names of the router's routes; a WSGI application has it as its own, by default
        the prefix. With `host`, such as `kitchen.example` or `<table>.bistro.example`, it answers
        only for requests to that host. Raises `RoutingError` as `route` does.
        """
        path = prefix.rstrip("/")
        tokens = parse_path(path, self.converters) if path else []
        if isinstance(target, Router) and not callable(target):
            if target.contains(self):
                raise RoutingError(f"{prefix!r}: a router can't be mounted in itself")
            mount = Mount(path, tokens, target, name or "", check_host(host))
            self.claim([route.behind(mount, self) for route in target.routes()])
            self.mounts.append(mount)
            target.parents.append((self, mount))
            return
        if not callable(target):
            raise RoutingError(f"{prefix!r}: not a Router or a WSGI application: {target!r}")
        route = Route(
            f"{path}/<path>",
            [*tokens, "/", Parameter("path", "rest", Rest())],
            ("*",),
            target,
            name or path.strip("/").replace("/", ".") or type(target).__name__,
            routers=(self,),
            where=caller(),
            host=check_host(host),
            is_mount=True,
        )
        self.claim([route])
        self.own_routes.append(route)

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
        """Yield the routes of this router, and of those mounted in it, in order of registration."""
        yield from self.own_routes
        for mount in self.mounts:
            for route in mount.target.routes():
                yield route.behind(mount, self)

    def contains(self, router: Router) -> bool:
        """Return whether `router` is this one, or mounted in it at any depth."""
        return self is router or any(mount.target.contains(router) for mount in self.mounts)

    def claim(self, new: list[Route]) -> None:
        """Take new routes into `shapes` and `names`, here and in all routers this is mounted in.

        Raises `RoutingError` where one can't stand beside those that are there.
        """
        for route in new:
            self.check(route)
        for parent, mount in self.parents:
            parent.claim([route.behind(mount, parent) for route in new])
        for route in new:
            for method in route.methods:
                self.shapes[route.shape, method] = route
            self.names.setdefault(route.name, []).append(route)
        self.table = None

    def check(self, route: Route) -> None:
        """Raise `RoutingError` where another route has the shape and method of this one, or where

        another handler with another path has its name.
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
        """Make the tables of all routes: the one for all hosts, which is returned, and `hosts`."""
        tables = {"": Table()}
        self.compiled = list(self.routes())
        for route in self.compiled:
            tables.setdefault(route.host, Table()).add(route)
        self.hosts = [
            (host_pattern(host), tables[host]) for host in sorted(tables, key=rank) if host
        ]
        self.table = tables[""]
        return self.table

    def match(self, method: str, path: str, host: str = "") -> Found:
        """Return the route for a method, a path and a host, and the parameters' values by name.

        A table of the host's own goes before that of all hosts. Raises `HTTPError` 404,
        `MethodNotAllowed` (405) where only other methods are known, and `SlashMissing` where the
        path with a slash at its end is known.
        """
        table = self.table or self.compile()
        if self.hosts:
            name = HOST_PORT.sub("", host.lower())
            for pattern, own in self.hosts:
                if found := pattern.fullmatch(name):
                    try:
                        route, values = own.match(method, path)
                    except MethodNotAllowed:
                        raise
                    except HTTPError:
                        continue
                    return route, {**found.groupdict(), **values}
        return table.match(method, path)

    def routers_at(self, path: str) -> tuple[Router, ...]:
        """Return the routers that a path lies in, the outermost first, whether they know it or not.

        Of several that are mounted side by side the one with the longest prefix.
        """
        longest, inner = -1, None
        for mount in self.mounts:
            match = mount.prefix.match(path)
            if match and match.end() > longest:
                longest, inner = match.end(), mount.target
        return (self,) if inner is None else (self, *inner.routers_at(path[longest:]))

    def url_for(self, name: str, /, **parameters: Any) -> str:
        """Return the path of the route called `name`, with the values of its parameters.

        Values that are no parameters go into the query, `None` is left away. Of several routes
        with the name, the one that has the most of its parameters given. A route of another host
        gives `//host/path`. Raises `RoutingError` for a name that is not known, a parameter that
        is missing, and a value that the route would not take.
        """
        routes = self.names.get(name)
        if not routes:
            raise RoutingError(unknown_name(name, self.names))
        fitting = [route for route in routes if parameters.keys() >= set(route.names)]
        if not fitting:
            missing = ", ".join(sorted(set(routes[0].names) - parameters.keys()))
            raise RoutingError(f"url_for({name!r}) needs {missing}, for {routes[0].path}")
        route = max(fitting, key=lambda route: len(route.names))
        try:
            path = "".join(write(token, parameters) for token in route.tokens)
        except ValueError as error:
            raise RoutingError(f"url_for({name!r}): {error}") from error
        query = {
            key: value
            for key, value in parameters.items()
            if key not in route.names and value is not None
        }
        return (
            (f"//{route.host}" if route.host else "")
            + path
            + (f"?{urlencode(query, doseq=True)}" if query else "")
        )


def check_methods(path: str, methods: Iterable[str]) -> tuple[str, ...]:
    """Return methods in upper case. Raises `RoutingError` for none, or one that is no token."""
    names = (methods,) if isinstance(methods, str) else methods
    upper = tuple(method.upper() for method in names)
    if not upper or not all(TOKEN.fullmatch(method) for method in upper):
        raise RoutingError(f"{path!r}: not methods such as ['GET']: {methods!r}")
    return upper


def write(token: Part, parameters: Mapping[str, Any]) -> str:
    """Return a part of a path, quoted, with the parameter's value where it is one."""
    if isinstance(token, str):
        return quote(token, safe=SEGMENT_SAFE + "/")
    return token.write(parameters[token.name])


def unknown_name(name: str, names: Iterable[str]) -> str:
    """Return the message for a name that no route has, with the nearest that one has."""
    import difflib

    near = difflib.get_close_matches(name, names, 1)
    return f"no route is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


HOST_PORT = re.compile(r":[0-9]*$")
HOST = re.compile(r"(?:[a-z0-9-]+|<[a-z_][a-z0-9_]*>)(?:\.(?:[a-z0-9-]+|<[a-z_][a-z0-9_]*>))*")


def check_host(host: str | None) -> str:
    """Return a host to mount at, in lower case; `""` for none.

    Raises `RoutingError` for what is no host name, in which labels may be parameters (`<table>`).
    """
    if host is None:
        return ""
    if not HOST.fullmatch(host.lower()):
        raise RoutingError(f"not a host such as 'kitchen.example' or '<table>.example': {host!r}")
    return host.lower()


def host_pattern(host: str) -> re.Pattern[str]:
    """Return the pattern for a host: each `<name>` takes one label."""
    return re.compile(re.sub("<([a-z0-9_]+)>", r"(?P<\1>[^.]+)", host.replace(".", r"\.")))


def rank(host: str) -> int:
    """Return the order in which hosts are tried: those with fewer parameters first."""
    return host.count("<")

"""Templates in an application: a page is a template's name and some values.

`Templates` joins an environment to requests: what the application's context processors give is
known in every template, beside the functions that make URLs.
"""

from __future__ import annotations

from bistro.response import Response
from bistro.static import static_url
from bistro.templates.environment import Environment
from bistro.templates.loaders import FileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    ContextProcessor = Callable[[Any], Mapping[str, Any]]

HTML = "text/html; charset=utf-8"
CHUNK = 16 * 1024
"""How many characters of a streamed page are sent at once, at least."""


class Templates:
    """The pages of an application, from the templates of a directory.

    Each function of `context_processors` takes the request and returns names for every template.
    Further settings go to the Environment, which is `environment`; an `environment` of one's own
    may be given instead of the directory.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        context_processors: Iterable[ContextProcessor] = (),
        *,
        environment: Environment | None = None,
        **settings: Any,
    ) -> None:
        if environment is None:
            environment = Environment(FileLoader(directory or "templates"), **settings)
        self.environment = environment
        self.context_processors = list(context_processors)

    def render(
        self,
        request: Any,
        name: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = HTML,
        **context: Any,
    ) -> Response:
        """The template `name` as a response; raises what rendering it raises.

        The template sees `request`, `url_for`, `static_url`, what the application's and these
        templates' context processors give, and over it all `context`.
        """
        values = self.context(request, context)
        body = self.environment.get_template(name).render(values)
        return Response(body, status, headers, content_type)

    def stream(
        self,
        request: Any,
        name: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = HTML,
        **context: Any,
    ) -> Response:
        """The same, sent while it is rendered: for long pages, whose begin is wanted at once.

        An error that comes after the first piece can only cut the response short.
        """
        pieces = self.environment.get_template(name).stream(self.context(request, context))
        return Response(in_chunks(pieces), status, headers, content_type)

    def context(self, request: Any, context: Mapping[str, Any]) -> dict[str, Any]:
        """All that a template sees of this request, the later over the earlier.

        `request`; if that has `url_for`: `url_for`, `static_url(path, name="static")` for this
        request, and what is in `request.context`; what the context processors give, in their
        order; `context`.
        """
        values: dict[str, Any] = {"request": request}
        if hasattr(request, "url_for"):
            values["url_for"] = request.url_for
            values["static_url"] = lambda path, name="static": static_url(request, path, name)
            values.update(request.context)
        for processor in self.context_processors:
            values.update(processor(request))
        values.update(context)
        return values


def in_chunks(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, put together to at least CHUNK characters each, the last one perhaps to fewer.

    One is given as soon as it is long enough, before the next piece is asked for; none is empty.
    It takes time in proportion to the text, however small the pieces are.
    """
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield "".join(kept)
            kept, size = [], 0
    if size:
        yield "".join(kept)

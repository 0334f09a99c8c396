"""The environment: the templates of an application, found by name, compiled once, kept.

It is what the templates share: the loader, the filters, tests and globals, and the rules. A
template that has changed is compiled anew when it is asked for.
"""

from __future__ import annotations

from threading import Lock

from bistro.templates.compiler import Settings
from bistro.templates.composition import ALL_WRITERS, offer_itself
from bistro.templates.errors import TemplateError, TemplateNotFound, UndefinedError
from bistro.templates.template import Template
from bistro.templates.undefined import Undefined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from bistro.templates.compiler import Compiler
    from bistro.templates.loaders import Loader
    from bistro.templates.parser import ParseTag

CACHE_SIZE = 400
"""How many templates an environment keeps unless it is told otherwise."""


class Environment(Settings):
    """Compiles and keeps templates.

    `autoescape` may be a function of the template's name. `filters`, `tests`, `globals` and `tags`
    add to those that every template has; a tag is a function `(parser, position) -> node`.
    `auto_reload` asks the loader at each use whether a template has changed. The other settings are
    those of Settings.
    """

    def __init__(
        self,
        loader: Loader | None = None,
        autoescape: bool | Callable[[str], bool] = True,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002  Jinja's name
        *,
        tests: Mapping[str, Callable[..., Any]] | None = None,
        tags: Mapping[str, ParseTag] | None = None,
        undefined: type[Undefined] = Undefined,
        trim_blocks: bool = False,
        lstrip_blocks: bool = False,
        keep_trailing_newline: bool = False,
        auto_reload: bool = True,
        cache_size: int = CACHE_SIZE,
    ) -> None:
        super().__init__(
            filters=filters,
            tests=tests,
            globals=globals,
            tags=tags,
            undefined=undefined,
            trim_blocks=trim_blocks,
            lstrip_blocks=lstrip_blocks,
            keep_trailing_newline=keep_trailing_newline,
        )
        self.loader = loader
        self.choose_escaping = autoescape
        self.auto_reload = auto_reload
        self.cache_size = cache_size
        self.cache: dict[str, tuple[Template, Callable[[], bool]]] = {}
        self.lock = Lock()
        self.writers = dict(ALL_WRITERS)

    def escapes(self, name: str) -> bool:
        """Whether values are escaped in the template of this name."""
        choose = self.choose_escaping
        return choose(name) if callable(choose) else choose

    def begin(self, compiler: Compiler) -> None:
        """Offer `self` to every template."""
        offer_itself(compiler, compiler.root)

    def from_string(self, source: str, name: str = "<template>") -> Template:
        """Compile a text that no loader has; raises TemplateSyntaxError."""
        return Template(source, self, name)

    def get_template(self, name: str) -> Template:
        """The template of this name: the one that is kept, else the loader's, compiled and kept.

        A kept one is asked whether it is fresh if `auto_reload` is true. A template knows its name
        and its path. Raises TemplateNotFound, which says so if there is no loader, and
        TemplateSyntaxError.
        """
        raise NotImplementedError("step 12.2: write Environment.get_template")

    def keep(self, name: str, template: Template, is_fresh: Callable[[], bool]) -> None:
        """Keep a template in `cache`, in the place of its older self, if there is one.

        Beyond `cache_size`, those that are kept longest go. Threads may call this at once: it holds
        `lock` while it changes anything.
        """
        raise NotImplementedError("step 12.2: write Environment.keep")

    def select_template(self, names: Iterable[str | Template]) -> Template:
        """The first that exists; each is what `find` takes, one that is undefined is passed over.

        Raises TemplateNotFound, which names them all; and whatever is wrong with one that exists.
        """
        raise NotImplementedError("step 12.2: write Environment.select_template")

    def find(self, template: Any) -> Template:
        """What `extends`, `include` and `import` mean: a name, a Template, or a list of them."""
        if isinstance(template, str):
            return self.get_template(template)
        if isinstance(template, Template):
            return template
        if isinstance(template, Undefined):
            template._fail()
        if isinstance(template, (list, tuple)):
            return self.select_template(template)
        kind = type(template).__name__
        raise TemplateError(f"expected the name of a template, found {kind!r}: {template!r}")

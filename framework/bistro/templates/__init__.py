"""Templates: text with blanks in it, in Jinja's language, compiled to Python.

`Environment` finds and keeps templates, `Templates` renders them as responses; each name is
imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bistro.templates.environment import Environment as Environment
    from bistro.templates.errors import SecurityError as SecurityError
    from bistro.templates.errors import TemplateError as TemplateError
    from bistro.templates.errors import TemplateNotFound as TemplateNotFound
    from bistro.templates.errors import TemplateSyntaxError as TemplateSyntaxError
    from bistro.templates.errors import UndefinedError as UndefinedError
    from bistro.templates.escape import Markup as Markup
    from bistro.templates.filters import pass_autoescape as pass_autoescape
    from bistro.templates.filters import pass_context as pass_context
    from bistro.templates.filters import pass_environment as pass_environment
    from bistro.templates.loaders import ChoiceLoader as ChoiceLoader
    from bistro.templates.loaders import DictLoader as DictLoader
    from bistro.templates.loaders import FileLoader as FileLoader
    from bistro.templates.loaders import PackageLoader as PackageLoader
    from bistro.templates.rendering import Templates as Templates
    from bistro.templates.template import Template as Template
    from bistro.templates.undefined import StrictUndefined as StrictUndefined
    from bistro.templates.undefined import Undefined as Undefined

MODULES = {
    "environment": "Environment",
    "errors": "SecurityError TemplateError TemplateNotFound TemplateSyntaxError UndefinedError",
    "escape": "Markup",
    "filters": "pass_autoescape pass_context pass_environment",
    "loaders": "ChoiceLoader DictLoader FileLoader PackageLoader",
    "rendering": "Templates",
    "template": "Template",
    "undefined": "StrictUndefined Undefined",
}
"""The public names of each module."""
HOMES = {name: module for module, names in MODULES.items() for name in names.split()}
__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    """Import a public name from its module at the first use. Source: PEP 562."""
    if name not in HOMES:
        raise AttributeError(f"module 'bistro.templates' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"bistro.templates.{HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Bistro, a Python web framework without dependencies, built from the socket up.

Every public name can be imported from here; the module that has it is imported only then.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bistro.app import App as App
    from bistro.app import AppRequest as AppRequest
    from bistro.app import Signal as Signal
    from bistro.app import View as View
    from bistro.app import request_failed as request_failed
    from bistro.app import request_finished as request_finished
    from bistro.app import request_started as request_started
    from bistro.cookies import format_cookie as format_cookie
    from bistro.cookies import parse_cookies as parse_cookies
    from bistro.errors import HTTPError as HTTPError
    from bistro.errors import abort as abort
    from bistro.forms import BooleanField as BooleanField
    from bistro.forms import CharField as CharField
    from bistro.forms import ChoiceField as ChoiceField
    from bistro.forms import DateField as DateField
    from bistro.forms import DateTimeField as DateTimeField
    from bistro.forms import DecimalField as DecimalField
    from bistro.forms import EmailField as EmailField
    from bistro.forms import Field as Field
    from bistro.forms import FileField as FileField
    from bistro.forms import FloatField as FloatField
    from bistro.forms import Form as Form
    from bistro.forms import HiddenField as HiddenField
    from bistro.forms import IntegerField as IntegerField
    from bistro.forms import MultipleChoiceField as MultipleChoiceField
    from bistro.forms import PasswordField as PasswordField
    from bistro.forms import TextField as TextField
    from bistro.forms import TimeField as TimeField
    from bistro.forms import URLField as URLField
    from bistro.forms import ValidationError as ValidationError
    from bistro.logs import JSONFormatter as JSONFormatter
    from bistro.logs import configure_logging as configure_logging
    from bistro.logs import log_requests as log_requests
    from bistro.multidict import MultiDict as MultiDict
    from bistro.multipart import MultipartParser as MultipartParser
    from bistro.multipart import Upload as Upload
    from bistro.multipart import parse_multipart as parse_multipart
    from bistro.request import ProxyFix as ProxyFix
    from bistro.request import Request as Request
    from bistro.response import JSON as JSON
    from bistro.response import Headers as Headers
    from bistro.response import Response as Response
    from bistro.response import conditional as conditional
    from bistro.response import redirect as redirect
    from bistro.routing import Converter as Converter
    from bistro.routing import MethodNotAllowed as MethodNotAllowed
    from bistro.routing import Router as Router
    from bistro.routing import RoutingError as RoutingError
    from bistro.server import Limits as Limits
    from bistro.server import Server as Server
    from bistro.server import serve as serve
    from bistro.sockets import BistroError as BistroError
    from bistro.static import StaticFiles as StaticFiles
    from bistro.static import static_url as static_url
    from bistro.templates import Environment as Environment
    from bistro.templates import Template as Template
    from bistro.templates import TemplateError as TemplateError
    from bistro.templates import Templates as Templates
    from bistro.templates.escape import Markup as Markup
    from bistro.templates.escape import escape as escape

MODULES = {
    "app": "App AppRequest Signal View request_failed request_finished request_started",
    "cookies": "format_cookie parse_cookies",
    "errors": "HTTPError abort",
    "forms": (
        "BooleanField CharField ChoiceField DateField DateTimeField DecimalField EmailField "
        "Field FileField FloatField Form HiddenField IntegerField MultipleChoiceField "
        "PasswordField TextField TimeField URLField ValidationError"
    ),
    "logs": "JSONFormatter configure_logging log_requests",
    "multidict": "MultiDict",
    "multipart": "MultipartParser Upload parse_multipart",
    "request": "ProxyFix Request",
    "response": "Headers JSON Response conditional redirect",
    "routing": "Converter MethodNotAllowed Router RoutingError",
    "server": "Limits Server serve",
    "sockets": "BistroError",
    "static": "StaticFiles static_url",
    "templates": "Environment Template TemplateError Templates",
    "templates.escape": "Markup escape",
}
"""The public names, by the module that has them."""
HOMES = {name: module for module, names in MODULES.items() for name in names.split()}
__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    """Import a public name from its module at the first use. Source: PEP 562."""
    if name not in HOMES:
        raise AttributeError(f"module 'bistro' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"bistro.{HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Templates side by side: a large table, a page of parts, compiling, importing, and how it grows.

Each engine has the same page in its own language. All print the same text, which is checked with
the white space left out: the languages differ in what they leave of it.
"""

# ruff: noqa: E501  the lines of templates are as long as they are
from __future__ import annotations

import re
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bottle
import django
import jinja2
import mako.lookup  # type: ignore[import-untyped]
import mako.template  # type: ignore[import-untyped]
import tornado.template
from chameleon import PageTemplate
from django.conf import settings
from django.template import Context, Engine

from benchmarks.imports import compare
from benchmarks.table import OURS, Target, console, interleave, microseconds, show, show_versions
from bistro.templates import DictLoader, Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = dict[str, Any]
    Render = Callable[[Values], str]
    Pages = Mapping[str, str]

ROWS = 1000
COLUMNS = 10
SECTIONS = 100
"""How many sections the template has that is compiled."""


# The engines: each makes a function that renders the page `page` of some templates.


def with_bistro(pages: Pages) -> Render:
    return Environment(DictLoader(pages), auto_reload=False).get_template("page").render


def with_jinja(pages: Pages) -> Render:
    loader = jinja2.DictLoader(pages)
    environment = jinja2.Environment(loader=loader, autoescape=True, auto_reload=False)
    return environment.get_template("page").render


def with_mako(pages: Pages) -> Render:
    lookup = mako.lookup.TemplateLookup(default_filters=["h"])
    for name, source in pages.items():
        lookup.put_string(name, source)
    template = lookup.get_template("page")
    return lambda values: str(template.render(**values))


def with_chameleon(pages: Pages) -> Render:
    templates = {name: PageTemplate(source) for name, source in pages.items()}
    return lambda values: str(templates["page"].render(**{**templates, **values}))


def with_django(pages: Pages) -> Render:
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    loaders = [("django.template.loaders.locmem.Loader", pages)]
    loaders = [("django.template.loaders.cached.Loader", loaders)]  # type: ignore[list-item]
    template = Engine(loaders=loaders).get_template("page")
    return lambda values: str(template.render(Context(values)))


def with_tornado(pages: Pages) -> Render:
    template = tornado.template.DictLoader(dict(pages)).load("page")
    return lambda values: template.generate(**values).decode()


def with_bottle(pages: Pages) -> Render:
    folder = Path(tempfile.mkdtemp(prefix="bistro-benchmark-"))
    for name, source in pages.items():
        (folder / f"{name}.tpl").write_text(source, encoding="utf-8")
    template = bottle.SimpleTemplate(name="page", lookup=[str(folder)])
    return lambda values: str(template.render(**values))


ENGINES: dict[str, Callable[[Pages], Render]] = {
    OURS: with_bistro,
    "jinja2": with_jinja,
    "mako": with_mako,
    "chameleon": with_chameleon,
    "django": with_django,
    "tornado": with_tornado,
    "bottle": with_bottle,
}

# The table.

JINJA_TABLE = """<table>
{% for row in table %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>
"""
TABLE: dict[str, dict[str, str]] = {
    OURS: {"page": JINJA_TABLE},
    "jinja2": {"page": JINJA_TABLE},
    "django": {"page": JINJA_TABLE},
    "mako": {
        "page": """<table>
% for row in table:
<tr>\\
% for cell in row:
<td>${cell}</td>\\
% endfor
</tr>
% endfor
</table>
"""
    },
    "chameleon": {
        "page": """<table>
<tr tal:repeat="row table"><td tal:repeat="cell row">${cell}</td></tr>
</table>
"""
    },
    "tornado": {
        "page": """<table>
{% for row in table %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% end %}</tr>
{% end %}</table>
"""
    },
    "bottle": {
        "page": """<table>
% for row in table:
<tr>\\\\
% for cell in row:
<td>{{cell}}</td>\\\\
% end
</tr>
% end
</table>
"""
    },
}
CELLS: Values = {
    "table": [
        [f"dish <{row}>" if column == 0 else row * column if column % 2 else f"cell {column}"
         for column in range(COLUMNS)]
        for row in range(ROWS)
    ]
}  # fmt: skip

# The page.

JINJA_PAGE = {
    "layout": """<!doctype html>
<html><head><title>{% block title %}Bistro{% endblock %}</title></head><body>
{% include "nav" %}
<main>{% block content %}{% endblock %}</main>
<footer>{% block footer %}For {{ guest }}{% endblock %}</footer></body></html>
""",
    "nav": """<nav>{% for name, path in links %}<a href="{{ path }}">{{ name|upper }}</a>{% endfor %}</nav>
""",
    "page": """{% extends "layout" %}
{% block title %}{{ title }}{% endblock %}
{% block content %}<h1>{{ title|upper }}</h1><p>{{ dishes|length }} dishes</p><ol>
{% for dish in dishes %}<li>{{ dish.name }}{% if dish.tags %} ({{ dish.tags|join(", ") }}){% endif %}
{% if dish.special %}<b>special</b>{% else %}{{ dish.price }}{% endif %}</li>
{% endfor %}</ol>{% endblock %}
""",
}
PAGE: dict[str, dict[str, str]] = {
    OURS: JINJA_PAGE,
    "jinja2": JINJA_PAGE,
    "django": {name: text.replace('join(", ")', 'join:", "') for name, text in JINJA_PAGE.items()},
    "mako": {
        "layout": """<!doctype html>
<html><head><title><%block name="head">Bistro</%block></title></head><body>
<%include file="nav"/>
<main><%block name="content"></%block></main>
<footer><%block name="footer">For ${guest}</%block></footer></body></html>
""",
        "nav": """<nav>\\
% for name, path in links:
<a href="${path}">${name.upper()}</a>\\
% endfor
</nav>
""",
        "page": """<%inherit file="layout"/>
<%block name="head">${title}</%block>
<%block name="content"><h1>${title.upper()}</h1><p>${len(dishes)} dishes</p><ol>
% for dish in dishes:
<li>${dish["name"]}
% if dish["tags"]:
 (${", ".join(dish["tags"])})
% endif
% if dish["special"]:
<b>special</b>
% else:
${dish["price"]}
% endif
</li>
% endfor
</ol></%block>
""",
    },
    "chameleon": {
        "layout": """<!doctype html>
<html metal:define-macro="main"><head>
<title><metal:block define-slot="title">Bistro</metal:block></title></head><body>
<metal:block use-macro="nav" />
<main><metal:block define-slot="content"></metal:block></main>
<footer><metal:block define-slot="footer">For ${guest}</metal:block></footer></body></html>
""",
        "nav": """<nav><a tal:repeat="(name, path) links" href="${path}">${name.upper()}</a></nav>
""",
        "page": """<html metal:use-macro="layout">
<metal:block fill-slot="title">${title}</metal:block>
<metal:block fill-slot="content"><h1>${title.upper()}</h1><p>${len(dishes)} dishes</p><ol>
<li tal:repeat="dish dishes">${dish["name"]}<tal:block condition="dish['tags']">
(${", ".join(dish["tags"])})</tal:block>
<b tal:condition="dish['special']">special</b><tal:block
condition="not dish['special']">${dish["price"]}</tal:block></li></ol></metal:block>
</html>
""",
    },
    "tornado": {
        "layout": """<!doctype html>
<html><head><title>{% block title %}Bistro{% end %}</title></head><body>
{% include "nav" %}
<main>{% block content %}{% end %}</main>
<footer>{% block footer %}For {{ guest }}{% end %}</footer></body></html>
""",
        "nav": """<nav>{% for name, path in links %}<a href="{{ path }}">{{ name.upper() }}</a>{% end %}</nav>
""",
        "page": """{% extends "layout" %}
{% block title %}{{ title }}{% end %}
{% block content %}<h1>{{ title.upper() }}</h1><p>{{ len(dishes) }} dishes</p><ol>
{% for dish in dishes %}<li>{{ dish["name"] }}{% if dish["tags"] %} ({{ ", ".join(dish["tags"]) }}){% end %}
{% if dish["special"] %}<b>special</b>{% else %}{{ dish["price"] }}{% end %}</li>
{% end %}</ol>{% end %}
""",
    },
    "bottle": {
        "layout": """<!doctype html>
<html><head><title>{{title}}</title></head><body>
% include("nav", links=links)
<main>{{!base}}</main>
<footer>For {{guest}}</footer></body></html>
""",
        "nav": """<nav>\\\\
% for name, path in links:
<a href="{{path}}">{{name.upper()}}</a>\\\\
% end
</nav>
""",
        "page": """% rebase("layout", title=title, guest=guest, links=links)
<h1>{{title.upper()}}</h1><p>{{len(dishes)}} dishes</p><ol>
% for dish in dishes:
<li>{{dish["name"]}}
% if dish["tags"]:
 ({{", ".join(dish["tags"])}})
% end
% if dish["special"]:
<b>special</b>
% else:
{{dish["price"]}}
% end
</li>
% end
</ol>
""",
    },
}
DISHES: Values = {
    "title": "Tonight & tomorrow",
    "guest": "Zoë <zoe@bistro.example>",
    "links": [("Menu", "/"), ("Book a table", "/book"), ("Wine & cider", "/wine?a=1&b=2")],
    "dishes": [
        {
            "name": f"Dish <{number}>",
            "price": number * 3,
            "tags": ["warm", "vegetarian"] if number % 3 else [],
            "special": number % 7 == 0,
        }
        for number in range(20)
    ],
}

# The template that is compiled: many sections, of three lines in most of the languages.

JINJA_SECTION = """<div class="dish">{{ dish.name|upper }} {% if dish.price > 3 %}<b>{{ dish.price }}</b>{% endif %}</div>
<p>Served with a salad.</p>
{% for order in orders %}<li>{{ order.name }} {{ order.count }} {{ loop.index }}</li>{% endfor %}
"""
SECTION: dict[str, str] = {
    OURS: JINJA_SECTION,
    "jinja2": JINJA_SECTION,
    "django": JINJA_SECTION.replace("loop.index", "forloop.counter"),
    "mako": """<div class="dish">${dish.name.upper()} \\
% if dish.price > 3:
<b>${dish.price}</b>\\
% endif
</div>
<p>Served with a salad.</p>
% for order in orders:
<li>${order.name} ${order.count} ${loop.index}</li>
% endfor
""",
    "chameleon": """<div class="dish">${dish.name.upper()} <b tal:condition="dish.price > 3">${dish.price}</b></div>
<p>Served with a salad.</p>
<li tal:repeat="order orders">${order.name} ${order.count} ${repeat.order.number}</li>
""",
    "tornado": """<div class="dish">{{ dish.name.upper() }} {% if dish.price > 3 %}<b>{{ dish.price }}</b>{% end %}</div>
<p>Served with a salad.</p>
{% for index, order in enumerate(orders) %}<li>{{ order.name }} {{ order.count }} {{ index }}</li>{% end %}
""",
    "bottle": """<div class="dish">{{dish.name.upper()}} \\\\
% if dish.price > 3:
<b>{{dish.price}}</b>\\\\
% end
</div>
<p>Served with a salad.</p>
% for index, order in enumerate(orders):
<li>{{order.name}} {{order.count}} {{index}}</li>
% end
""",
}  # fmt: skip


def compilers() -> dict[str, Callable[[str], object]]:
    """What compiles a text to something that can be rendered, of each engine."""
    environment, theirs = Environment(), jinja2.Environment(autoescape=True)
    engine = Engine()
    return {
        OURS: environment.from_string,
        "jinja2": theirs.from_string,
        "mako": lambda text: mako.template.Template(text, default_filters=["h"]),
        "chameleon": lambda text: PageTemplate(f"<div>{text}</div>").cook_check(),
        "django": engine.from_string,
        "tornado": tornado.template.Template,
        "bottle": lambda text: bottle.SimpleTemplate(text).co,
    }


def run(rounds: int) -> None:
    """Measure all of it, and print the tables."""
    show_versions("jinja2", "markupsafe", "mako", "chameleon", "django", "tornado", "bottle")
    console.print("jinja2 and mako escape by MarkupSafe, which is C.\n", style="dim")
    render(f"table, {ROWS:,} x {COLUMNS}", TABLE, CELLS, 1, rounds, Target("jinja2", 0.45))
    render(
        "page with a layout, an include, filters", PAGE, DISHES, 50, rounds, Target("jinja2", 0.5)
    )
    compile_all(rounds)
    modules = {
        OURS: "bistro.templates.environment",
        "jinja2": "jinja2",
        "mako": "mako.template",
        "chameleon": "chameleon",
        "django": "django.template",
        "tornado": "tornado.template",
        "bottle": "bottle",
    }
    compare("import", modules, rounds, Target("jinja2", 0.5))
    grow(rounds)


def render(
    title: str,
    pages: Mapping[str, Pages],
    values: Values,
    count: int,
    rounds: int,
    target: Target,
) -> None:
    """Check that all engines print the same, measure them, and print the table."""
    renders = {name: make(pages[name]) for name, make in ENGINES.items()}
    texts = {name: without_spaces(call(values)) for name, call in renders.items()}
    for name, text in texts.items():
        if text != texts["jinja2"]:
            raise SystemExit(f"{title}: {name} prints another text than jinja2")
    subjects = {
        name: partial(microseconds, partial(call, values), count) for name, call in renders.items()
    }
    for measure in subjects.values():
        measure()
    show(title, "µs", interleave(subjects, rounds), more_is_better=False, target=target)


def milliseconds(call: Callable[[], object], count: int) -> float:
    """Return how long one call takes, in ms, over `count` calls."""
    return microseconds(call, count) / 1000


def without_spaces(text: str) -> str:
    """Return a page without its white space."""
    return re.sub(r"\s+", "", text)


def compile_all(rounds: int) -> None:
    """Measure how long each takes for a template of three hundred lines, or what is as much."""
    subjects = {
        name: partial(milliseconds, partial(compiler, SECTION[name] * SECTIONS), 1)
        for name, compiler in compilers().items()
    }
    for measure in subjects.values():
        measure()
    title = f"compiling {3 * SECTIONS} lines"
    measured = interleave(subjects, rounds)
    show(title, "ms", measured, more_is_better=False, target=Target("jinja2", 0.35))


def grow(rounds: int) -> None:
    """Measure ours and Jinja's with more rows, blocks and includes, in µs for each of them."""
    for count in (10, 100, 1000, 10_000):
        rows = {"page": JINJA_TABLE}
        values = {"table": (CELLS["table"] * 10)[:count]}
        measure_growth(f"{count:,} rows", rows, values, count, rounds)
    for count in (1, 10, 100, 1000):
        blocks = [f"{{% block b{number} %}}{{{{ x }}}}{{% endblock %}}" for number in range(count)]
        layout, page = "<p>".join(blocks), "".join(['{% extends "layout" %}', *blocks])
        pages = {"layout": layout, "page": page}
        measure_growth(f"{count:,} blocks", pages, {"x": "dish"}, count, rounds)
    for count in (1, 10, 100, 1000):
        pages = {"page": '{% include "part" %}\n' * count, "part": "<p>{{ x }}"}
        measure_growth(f"{count:,} includes", pages, {"x": "dish"}, count, rounds)


def measure_growth(title: str, pages: Pages, values: Values, count: int, rounds: int) -> None:
    """Measure a page of `count` parts, and print how long each of them takes."""
    renders = {name: ENGINES[name](pages) for name in (OURS, "jinja2")}
    subjects = {name: partial(each, partial(call, values), count) for name, call in renders.items()}
    show(title, "µs for each", interleave(subjects, rounds), more_is_better=False)


def each(call: Callable[[], object], count: int) -> float:
    """Return how long one of `count` parts takes, in µs."""
    return microseconds(call, max(2000 // count, 1)) / count

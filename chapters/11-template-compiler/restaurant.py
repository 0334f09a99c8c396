"""Chapter 11: printing the card fast.

Each page shows a template, the Python that it was compiled to, what that prints for tonight, and
how long a thousand printings take. One template has a mistake, and shows its line; one reaches for
what is none of its business. The page itself is a template, too.
"""

from __future__ import annotations

import os
import time
import traceback

from bistro.app import App
from bistro.errors import abort
from bistro.server import serve
from bistro.templates.errors import TemplateError
from bistro.templates.escape import Markup
from bistro.templates.template import LINES, Template

PRINTINGS = 1000

TONIGHT = {
    "guest": "Zoë <b>& friends</b>",
    "dishes": [
        {"name": "Chestnut soup", "price": 9, "text": "with a spoon of crème fraîche"},
        {"name": "Leek tart", "price": 11, "tags": ["vegetarian", "warm"]},
        {"name": "Trout & almonds", "price": 19, "text": Markup("from <em>our</em> stream")},
    ],
}

CARDS = {
    "card": (
        "The card",
        """<h2>Tonight, for {{ guest }}</h2>
<ol>
{% for dish in dishes %}
  <li>{{ dish.name }}, {{ dish.price }} €
  {% if dish.text %}<br>{{ dish.text }}{% endif %}
  {{ dish.tags|join(", ") }}
{% else %}
  <li>The kitchen is closed.
{% endfor %}
</ol>
""",
    ),
    "bill": (
        "A bill",
        """<h2>To pay</h2>
{% set total = dishes|sum(attribute="price") %}
<table>
{% for dish in dishes|sort(attribute="price", reverse=true) %}
  <tr><td>{{ loop.index }}. {{ dish.name|upper }}<td>{{ dish.price }} €
{% endfor %}
</table>
<p>{{ total }} €, {{ "%.2f"|format(total / dishes|length) }} € a dish
{%- if total > 30 %}, thank you{% endif %}.
""",
    ),
    "broken": (
        "A mistake",
        """<ul>
{% for dish in dishes %}
  <li>{{ dish.name }}, {{ dish.price / dish.portions }} € a portion
{% endfor %}
</ul>
""",
    ),
    "curious": (
        "A spy",
        """<p>{{ guest.upper() }}
<p>{{ guest.__class__ }}
<p>{{ guest.__class__.__mro__ }}
""",
    ),
}

PAGE = Template(
    """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bistro: {{ title }}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>
body { font: 17px/1.5 Georgia, serif; max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }
h1 { color: #8c2f1b; border-bottom: 3px double #8c2f1b } a { color: #8c2f1b; margin-right: 1.2rem }
main { display: grid; gap: 1rem;
       grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)) }
section { background: #fff; border: 1px solid #e4d9c6; padding: 0 1rem; min-width: 0 }
td { padding-right: 1.2rem }
pre { overflow-x: auto; font-size: .75rem; line-height: 1.45 } mark { background: #f3c9a5 }
</style>
<nav>{% for key, (name, _) in cards.items() %}
<a href="/{{ key }}">{{ name }}</a>{% endfor %}</nav>
<h1>{{ title }}</h1>
<main>
<section><h2>The template</h2><pre>
{%- for line in source.splitlines() %}
{% if loop.index == wrong %}<mark>{{ line }}</mark>{% else %}{{ line }}{% endif %}
{%- endfor %}</pre></section>
<section><h2>The Python</h2><pre>{{ python }}</pre></section>
<section>{% if error %}<h2>The error</h2><p><strong>{{ error }}</strong>
{%- if wrong %}<p>{{ title }}, line {{ wrong }}.{% endif %}
{%- else %}{{ printed }}{% endif %}</section>
{% if not error %}
<section><h2>{{ printings }} printings</h2>
<p id="times">{{ "%.1f"|format(once) }} ms compiled once,<br>
{{ "%.0f"|format(each) }} ms compiled for each.
</section>
{% endif %}
</main>
""",
    name="page",
)

app = App()


def milliseconds(call, count):
    """How long `count` calls take, made in the number of a hundredth of them."""
    start = time.perf_counter()
    for _ in range(max(count // 100, 1)):
        call()
    return (time.perf_counter() - start) * 1000 * 100


def failing_line(error, template):
    """The line of the template in which the error came up, or None if it was not there."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get(LINES) is not None and frame.f_globals["template"] is template:
            return line
    return None


@app.get("/")
def home(request):
    return show(request, "card")


@app.get("/<name>")
def show(request, name):
    if name not in CARDS:
        abort(404, "there is no such card")
    title, source = CARDS[name]
    template = Template(source, name=name)
    page = {"title": title, "source": source, "python": template.python, "cards": CARDS}
    try:
        printed = template.render(TONIGHT)
    except TemplateError as error:
        wrong = failing_line(error, template)
        return PAGE.render(page, error=f"{type(error).__name__}: {error}", wrong=wrong)
    return PAGE.render(
        page,
        printed=Markup(printed),
        printings=PRINTINGS,
        once=milliseconds(lambda: template.render(TONIGHT), PRINTINGS),
        each=milliseconds(lambda: Template(source).render(TONIGHT), PRINTINGS),
    )


def main():
    """Serve the restaurant until Ctrl-C."""
    print("Ctrl-C ends it.", flush=True)
    serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

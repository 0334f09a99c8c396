"""Chapter 10: the card's blanks.

A template is shown as the lexer and the parser see it: its tags coloured by kind, what they drop
struck out, and its tree beside it. Type another one; where it is wrong, the page points at it.
"""

from __future__ import annotations

import logging
import os
import re
from html import escape
from inspect import signature
from itertools import pairwise

from bistro.app import App
from bistro.errors import abort
from bistro.server import serve
from bistro.templates import nodes
from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.lexer import Source, tokenize
from bistro.templates.parser import parse

CARD = """\
<h1>{{ day|title }}'s card</h1>
{#- The kitchen fills this in. -#}
<ul>
{% for dish in dishes if not dish.sold_out %}
  <li>{{ dish.name }}{% if dish.price < 10 %} (small){% endif %}, {{ dish.price * 1.2 }} €
{% else %}
  <li>We are sold out.
{% endfor %}
</ul>
"""
EXAMPLES = {
    "card": CARD,
    "sums": '{{ -a ** b + c * d ~ "€" == e and not f or g }}\n',
    "raw": "{% raw %}Write {{ dish }} for a dish.{% endraw %}\n",
    "tag-not-closed": CARD.replace("{% endif %}", ""),
    "bracket-not-closed": "<p>Today\n<p>{{ (soup + bread }}\n",
}
STYLE = """
body { font: 17px/1.5 Georgia, serif; max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }
h1 { color: #8c2f1b; border-bottom: 3px double #8c2f1b; margin: 0 }
a { color: #8c2f1b; margin-right: 1rem }
main { display: grid; gap: 1rem 2rem;
       grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)) }
pre, textarea, details { font: 14px/1.6 monospace }
pre, textarea { background: #fff; border: 1px solid #d8c9ae; padding: .7rem; margin: 0;
                white-space: pre-wrap; width: 100%; box-sizing: border-box }
section { min-width: 0; overflow-wrap: anywhere }
pre b { font-weight: normal; border-radius: 3px; padding: 0 1px }
.tag { color: #fff; background: #8c2f1b } .name { color: #1d4f7c } .string { color: #2f6b2f }
.number { color: #7a3d8c } .operator { color: #a0522d } s { color: #767676 }
.wrong { color: #8c2f1b; border-left: 6px solid #8c2f1b }
details { margin-left: 1.2rem } details p { margin: 0 0 0 1.2rem }
button { font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .3rem 1rem }
"""

app = App(config={"MAX_BODY": 50_000})


# The tokens, in colour.


def coloured(source):
    """The text with an element around each token, and around what belongs to none."""
    tokens = tokenize(source)
    done, pieces = 0, []
    for (kind, value, start), (_, _, next_start) in pairwise(tokens):
        end = start + length(source.text, kind, value, start, next_start)
        pieces += [gap(source.text[done:start], kind), piece(source.text[start:end], kind)]
        done = end
    return "".join([*pieces, gap(source.text[done:], "data")])


def length(text, kind, value, start, next_start):
    """How many characters a token has in the source."""
    if kind == "data":
        return len(value)
    if kind in {"{{", "{%"}:
        return 2 + (text[start + 2] in "-+")
    if kind in {"}}", "%}"}:
        return re.compile(r"[-+]?..").match(text, start).end() - start
    return len(text[start:next_start].rstrip())


def piece(text, kind):
    """A token as HTML."""
    if kind == "data":
        return escape(text)
    colour = kind if kind in {"name", "string"} else "operator"
    colour = {"integer": "number", "float": "number"}.get(kind, colour)
    colour = "tag" if kind in {"{{", "}}", "{%", "%}"} else colour
    return f'<b class="{colour}">{escape(text)}</b>'


def gap(text, following):
    """What stands between two tokens: space in a tag, or else what the lexer has dropped."""
    if not text or following not in {"data", "{{", "{%", "end"}:
        return text
    return f"<s>{escape(text)}</s>"


# The tree.


def tree(name, value):
    """A node, a list or a value, with the name of the field that it stands in, as HTML."""
    label = f"{name}: " if name else ""
    if isinstance(value, nodes.Node):
        fields = {field: getattr(value, field) for field in signature(type(value)).parameters}
        said = {field: plain for field, plain in fields.items() if is_said(field, plain)}
        inner = [tree(field, fields[field]) for field in fields if field not in said]
        words = ", ".join(f"{field}: {plain}" for field, plain in said.items())
        return folded(label + type(value).__name__, words, "".join(inner))
    if isinstance(value, list | tuple) and value:
        return folded(label or "pair", "", "".join(tree("", item) for item in value))
    return f"<p>{escape(label + value)}</p>" if isinstance(value, str) else ""


def is_said(field, value):
    """Whether a field is worth a word on the line of its node: a name, a number, a choice made."""
    if field == "position" or isinstance(value, nodes.Node | list | tuple):
        return False
    return field == "value" or value not in (None, False)


def folded(title, said, inner):
    """A line that can be opened, where something is below it."""
    line = escape(f"{title} {said}".strip())
    if not inner:
        return f"<p>{line}</p>"
    return f"<details open><summary>{line}</summary>{inner}</details>"


# The pages.


def page(template):
    """The page for a template, and its status: 400 where the template is wrong."""
    source = Source(template, "card")
    shown, status = escape(source.text), 200
    try:
        shown = coloured(source)  # the lexer may be content where the parser is not
        below = tree("", parse(source))
    except TemplateSyntaxError as error:
        below = f'<pre class="wrong">{escape(str(error))}</pre>'
        status = 400
    links = "".join(f'<a href="/examples/{name}">{name}</a>' for name in EXAMPLES)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Bistro: blanks</title>'
        f'<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style><h1>The card's blanks</h1><p>{links}</p>"
        f"<main><section><h2>As the lexer sees it</h2><pre>{shown}</pre>"
        f'<h2><label for="t">Another one</label></h2><form method="post" action="/">'
        f'<textarea id="t" name="template" rows="12">\n{escape(template)}</textarea>'
        f"<p><button>Read it</button></p></form></section>"
        f"<section><h2>As the parser sees it</h2>{below}</section></main>"
    ), status


@app.get("/")
def card(request):
    return page(CARD)


@app.post("/", name="read")
def read(request):
    return page(request.form.get("template", ""))


@app.get("/examples/<name>")
def example(request, name):
    if name not in EXAMPLES:
        abort(404, "there is no such example")
    return page(EXAMPLES[name])


def main():
    """Serve the restaurant until Ctrl-C."""
    logging.getLogger("bistro.access").setLevel(logging.WARNING)
    print("Ctrl-C ends it.", flush=True)
    serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

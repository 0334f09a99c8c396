"""How long it takes to read a template, tokens alone and tree; beside Jinja where there is one."""

import time
from importlib.util import find_spec

from bistro.templates.lexer import Source, tokenize
from bistro.templates.parser import parse

PIECE = """\
<section class="{{ kind|lower }}">
  {% for dish in dishes if dish.price < limit and not dish.sold_out %}
    <li id="dish-{{ loop.index }}">{{ dish.name|title }}: {{ "%.2f"|format(dish.price) }} €
    {% if dish.vegan %}<b>vegan</b>{% elif dish.kind == "fish" %}<i>fish</i>{% else %}-{% endif %}
    {%- set total = total + dish.price * (1 + tax) / 100 %}
    {# a comment #}
    {{ url_for("dish", id=dish.id, _external=true) ~ "?x=" ~ dish.id }}
    </li>
  {% else %}
    <p>Nothing today, {{ guest.name if guest is defined else "stranger" }}.</p>
  {% endfor %}
  <p>{{ a + b * c - d }} {{ [1, 2, x]|join(", ") }} {{ {"a": 1}.a }}</p>
</section>
"""
TEXT = PIECE * 21


def best(action):
    """The least of many times, in milliseconds."""
    times = []
    for _ in range(20):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main():
    tokens, tree = best(lambda: tokenize(Source(TEXT))), best(lambda: parse(Source(TEXT)))
    lines = TEXT.count("\n")
    print(f"{lines} lines: tokens {tokens:.1f} ms, tokens and tree {tree:.1f} ms")
    if find_spec("jinja2"):
        from jinja2 import Environment

        jinja = Environment()  # noqa: S701  nothing is rendered
        tokens, tree = (
            best(lambda: list(jinja.lexer.tokenize(TEXT))),
            best(lambda: jinja.parse(TEXT)),
        )
        print(f"Jinja: tokens {tokens:.1f} ms, tokens and tree {tree:.1f} ms")


if __name__ == "__main__":
    main()

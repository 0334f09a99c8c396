"""Rendering beyond the course: what Jinja renders, we render, and what it refuses we refuse.

A table of templates and a grammar that makes more of them, each with escaping and without; hostile
templates and values; attacks in every context; tracebacks.
"""

# ruff: noqa: E501  a case is a line
from __future__ import annotations

import time
import traceback
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bistro.templates.compiler import Settings
from bistro.templates.errors import SecurityError, TemplateError, TemplateSyntaxError
from bistro.templates.template import Template
from bistro.templates.undefined import StrictUndefined, Undefined

ATTACK = "<script>alert('\"&amp;\"')</script>"


class Safe:
    """HTML of its own, for either engine."""

    def __html__(self) -> str:
        return "<i>safe</i>"

    def __str__(self) -> str:
        return "safe"


class Guest:
    """An object with attributes, elements, methods and a private one."""

    name = "Ann <Zoë>"
    age = 41
    both = "attribute"
    co_author = "Bob"
    _private = "private"

    def __getitem__(self, key: str) -> str:
        return {"both": "element", "only": "only an element"}[key]

    def greet(self, *args: object, **kwargs: object) -> str:
        return f"{args} {sorted(kwargs.items())}"


def call(*args: object, **kwargs: object) -> str:
    return f"{args} {sorted(kwargs.items())}"


def context() -> dict[str, Any]:
    return {
        "x": "<b>&'\"", "n": 5, "zero": 0, "f": 2.5, "none": None, "yes": True, "empty": "",
        "s": [3, 1, 2], "words": ["soup", "Leek tart", "<trout>"], "nothing": [], "t": (1, 2),
        "d": {"a": 1, "b": "<2>", "items": "hidden", "_id": 7}, "pairs": [("a", 1), ("b", 2)],
        "u": Guest(), "safe": Safe(), "call": call, "gen": iter([1, 2, 3]), "big": 10**30,
        "dishes": [
            {"name": "soup", "price": 9, "tags": ["warm"]},
            {"name": "tart", "price": 11, "tags": []},
            {"name": "trout & <almonds>", "price": 9, "tags": ["cold", "new"]},
        ],
        "tree": [{"n": 1, "c": [{"n": 2, "c": [{"n": 3, "c": []}]}, {"n": 4, "c": []}]}, {"n": 5, "c": []}],
        "text": "the quick  brown\nfox\tjumps", "ns": SimpleNamespace(a=1), "é": "accent",
    }  # fmt: skip


ONE_LINE = r"""
{{ x }}
{{ n }} {{ f }} {{ none }} {{ yes }} {{ big }} {{ zero }}
{{ s }} {{ t }} {{ d.a }} {{ words }}
{{ safe }} {{ safe ~ x }} {{ [safe]|join(x) }} {{ x ~ safe }}
{{ é }}{{ é ~ "日本" }}
a{b}c"d'e\f{{ x }}{}"\
{{ "{" }}{{ "}" }}{{ "{{" }}{{ "}}" }}{{ "%}" }}
{{ '"' }}{{ "'" }}{{ "\\" }}{{ "\n" }}{{ "\t\x41" }}
{{ x ~ "{" ~ '"' ~ "#" ~ "\\" ~ "!" ~ ":" }}
{{ "a" "b" 'c' }}
{{ 1e400 }}{{ 1e400 - 1e400 }}{{ 1_000 }}{{ 0x1f }}{{ 0o17 }}{{ 0b11 }}{{ 1.5e3 }}
{{ true }}{{ True }}{{ false }}{{ False }}{{ none }}{{ None }}
{{ 1 + 2 * 3 ** 2 // 4 % 3 - 1 }}
{{ 2 ** 3 ** 2 }} {{ (2 ** 3) ** 2 }} {{ 2 ** -1 }}
{{ -2 ** 2 }} {{ (-2) ** 2 }} {{ - n }} {{ + n }} {{ --n }} {{ -+-n }}
{{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ -7 // 2 }} {{ -7 % 4 }} {{ 7.5 // 2 }}
{{ n + f }} {{ n * s }} {{ "ab" * 3 }} {{ s + s }} {{ "a" + x }}
{{ n - zero }} {{ n / zero }}
{{ n % zero }}
{{ 10 - 2 - 3 }} {{ 100 / 10 / 5 }} {{ 1 - 2 + 3 - 4 }} {{ 2 * 3 % 4 * 5 }}
{{ 1 + (2 - 3) - (4 + 5) }} {{ (1 + 2) * (3 + 4) }} {{ 8 - (4 - 2) }}
{{ 1 < 2 }} {{ 2 <= 2 }} {{ 3 > 4 }} {{ 3 >= 4 }} {{ 1 == 1.0 }} {{ 1 != 2 }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 > 1 < 2 }} {{ 1 == 1 == 1 }} {{ (1 < 2) == true }}
{{ "a" in "abc" }} {{ "z" not in "abc" }} {{ 1 in s }} {{ 9 not in s }} {{ "a" in d }}
{{ not yes }} {{ not zero }} {{ not not n }} {{ not 1 == 2 }} {{ not 1 in s }}
{{ n and zero }} {{ zero or n }} {{ n or missing }} {{ zero and missing.x }}
{{ 1 and 2 and 3 }} {{ 0 or "" or none }} {{ 1 or 0 and 0 }} {{ (1 or 0) and 0 }}
{{ n > 3 and n < 9 or zero }} {{ not n and n }} {{ n and not zero }}
{{ n ~ f }} {{ none ~ yes }} {{ 1 ~ 2 + 3 }} {{ 1 + 2 ~ 3 }} {{ "a" ~ n * 2 }}
{{ "a" if yes else "b" }} {{ "a" if zero else "b" }} {{ "a" if zero }}
{{ "a" if zero else "b" if zero else "c" }} {{ ("a" if yes) ~ 1 }}
{{ x if n else n }} {{ (n if zero) is defined }}
{{ [1, n, "x"] }} {{ [] }} {{ (1,) }} {{ () }} {{ (1, 2) }} {{ 1, 2 }} {{ [1, [2, [3]]] }}
{{ {"a": 1} }} {{ {} }} {{ {1: {2: 3}} }} {{ {"a": 1}["a"] }} {{ {"a": {"b": 2}}.a.b }}
{{ {n: x}[5] }} {{ {"k": [1, 2]}.k[1] }}
{{ s[0] }} {{ s[-1] }} {{ s.1 }} {{ s[9] }} {{ s[n - 4] }} {{ t[1] }}
{{ s[1:] }} {{ s[:1] }} {{ s[:] }} {{ s[::2] }} {{ s[::-1] }} {{ s[-2:] }} {{ s[n:] }} {{ "abc"[1:2] }}
{{ n[1:] }}
{{ missing[1:] }}
{{ d["a"] }} {{ d["b"] }} {{ d.b }} {{ d["nope"] }} {{ d.nope }} {{ d._id }} {{ d["_id"] }}
{{ d["items"] }} {{ d.get("a") }} {{ d.keys()|list }} {{ d.items()|list }}
{{ u.name }} {{ u["name"] }} {{ u.only }} {{ u["only"] }} {{ u.both }} {{ u["both"] }} {{ u.nope }}
{{ u.co_author }} {{ u.age + 1 }} {{ u.greet(1, a=2) }} {{ u["greet"](3) }}
{{ "abc".upper() }} {{ x.replace("<", ">") }} {{ "a,b".split(",") }} {{ "abc"["upper"]() }} {{ "abc".1 }}
{{ n.real }} {{ f.is_integer() }} {{ none.x }} {{ s.pop is callable }}{{ "".join(words) }}
{{ words[1][0] }} {{ dishes[0].tags[0] }} {{ dishes.0.name }} {{ dishes[2]["name"] }}
{{ call() }} {{ call(1) }} {{ call(1, 2) }} {{ call(a=1) }} {{ call(1, b=2) }}
{{ call(*s) }} {{ call(1, *s) }} {{ call(**{"a": 1}) }} {{ call(1, *s, a=2, **{"b": 3}) }}
{{ call(class=1) }} {{ call(class=1, *s) }} {{ call(a=1, *s) }} {{ call(lambda=1, a=2, **{"z": 3}) }}
{{ call(x, [x], {"a": x}) }} {{ call(call(1)) }} {{ call((1, 2)) }}
{{ call(a=1, **{"a": 2}) }}
{{ missing }} {{ missing is defined }} {{ missing is undefined }} {{ missing|default("d") }}
{{ missing|default }} {{ missing|d("x") }} {{ empty|default("e", true) }} {{ empty|default("e") }}
{{ missing|list }} {{ missing|length }} {{ missing == other }} {{ missing != n }} {{ missing and 1 }}
{{ missing.x }}
{{ missing.x.y }}
{{ missing["x"] }}
{{ missing() }}
{{ missing + 1 }}
{{ 1 + missing }}
{{ missing < 1 }}
{{ -missing }}
{{ d.nope.x }}
{{ d.nope|default("q") }} {{ d.nope.x is defined }}
{{ missing ~ "a" }} {{ missing in s }} {{ 1 in missing }} {{ "a" if missing else "b" }}
{{ [missing] }}
{{ missing|upper }} {{ missing|join }} {{ missing|first is defined }}
{{ x|upper }} {{ x|lower }} {{ "the end"|title }} {{ "aB"|capitalize }} {{ x|length }}
{{ x|e }} {{ x|escape }} {{ x|e|e }} {{ x|forceescape }} {{ x|e|forceescape }} {{ x|safe }} {{ x|safe|e }}
{{ x|safe|upper }} {{ (x|safe) ~ x }} {{ (x|safe) + x }} {{ x + (x|safe) }} {{ (x|safe) * 2 }} {{ (x|safe)[0] }}
{{ "<b>%s</b>"|safe|format(x) }} {{ "%s"|format(x) }} {{ "%s %05d"|format(x, n) }} {{ "%(a)s"|format(a=x) }}
{{ ("<b>{}</b>"|safe).format(x) }} {{ "{} {a}".format(n, a=x) }} {{ "{0.age} {1[a]}".format(u, d) }}
{{ "%s" % x }} {{ ("%s"|safe) % x }} {{ "%s %s" % (n, f) }}
{{ words|join(", ") }} {{ words|join(", "|safe) }} {{ [x, safe]|join("<br>") }} {{ s|join }} {{ dishes|join(",", "name") }}
{{ s|sort }} {{ s|sort(reverse=true) }} {{ words|sort }} {{ words|sort(case_sensitive=true) }}
{{ dishes|sort(attribute="price")|map(attribute="name")|list }} {{ dishes|sort(attribute="price,name")|map(attribute="name")|join }}
{{ s|first }} {{ s|last }} {{ nothing|first }} {{ nothing|last }} {{ s|min }} {{ s|max }} {{ s|sum }} {{ nothing|sum }}
{{ dishes|sum(attribute="price") }} {{ dishes|map(attribute="nope", default=1)|sum }} {{ dishes|max(attribute="price") }}
{{ s|reverse|list }} {{ "abc"|reverse }} {{ s|list }} {{ "abc"|list }} {{ d|list }} {{ s|length }} {{ s|count }}
{{ s|batch(2)|list }} {{ s|batch(2, 0)|list }} {{ s|slice(2)|list }} {{ s|slice(2, "x")|list }}
{{ s|select("odd")|list }} {{ s|reject("odd")|list }} {{ [0, 1, ""]|select|list }} {{ s|select("gt", 1)|list }}
{{ dishes|selectattr("tags")|map(attribute="name")|list }} {{ dishes|rejectattr("price", "eq", 9)|map(attribute="name")|list }}
{{ words|map("upper")|list }} {{ words|map("replace", "t", "T")|list }} {{ words|map("length")|sum }}
{{ dishes|groupby("price")|length }} {% for g in dishes|groupby("price") %}{{ g.grouper }}{{ g.list|length }}{% endfor %}
{% for price, some in dishes|groupby("price") %}{{ price }}:{{ some|map(attribute="name")|join("/") }} {% endfor %}
{{ [1, 1, 2]|unique|list }} {{ ["a", "A"]|unique|list }} {{ ["a", "A"]|unique(true)|list }}
{{ d|dictsort }} {{ d|dictsort(reverse=true) }} {{ d|items|list }} {{ pairs|items is iterable }}
{{ "4"|int }} {{ "x"|int }} {{ "x"|int(7) }} {{ "0x1f"|int(0, 16) }} {{ "4.9"|int }} {{ f|int }} {{ "2.5"|float }} {{ "x"|float }}
{{ 3.7|round }} {{ 3.14159|round(2) }} {{ 3.2|round(0, "ceil") }} {{ 3.8|round(method="floor") }} {{ -5|abs }} {{ n|string ~ 1 }}
{{ 13000|filesizeformat }} {{ 1|filesizeformat }} {{ 13000|filesizeformat(true) }} {{ 10**9|filesizeformat }}
{{ text|truncate(9) }} {{ text|truncate(9, true) }} {{ text|truncate(9, false, "…", 0) }} {{ text|wordcount }}
{{ text|indent }}|{{ text|indent(2, true) }}|{{ text|indent("> ", blank=true) }}
{{ text|wordwrap(8) }}|{{ text|center(40) }}|{{ "  a "|trim }}|{{ "xax"|trim("x") }}
{{ x|replace("<", "&") }} {{ (x|safe)|replace("<", "&") }} {{ x|replace("b", "<i>"|safe) }} {{ "aaa"|replace("a", "b", 2) }}
{{ "<b>a</b> <!-- c -->b"|striptags }} {{ x|striptags }} {{ d|tojson }} {{ x|tojson }} {{ [1, none, true]|tojson(indent=1) }}
{{ "a b&c/é"|urlencode }} {{ {"a": "b c", "d": 1}|urlencode }} {{ "see https://bistro.example/a?b=<c> now"|urlize }}
{{ {"class": "a", "id": none, "x": x}|xmlattr }} {{ {}|xmlattr }} {{ {"a": 1}|xmlattr(false) }}
{{ u|attr("name") }} {{ d|attr("a") }} {{ d|attr("items") is callable }} {{ u|attr("nope") }} {{ d|pprint }}
{{ n|unknown_filter }}
{{ n is unknown_test }}
{{ "x"|truncate(1, end="..") }}
{{ n|default }} {{ x|d|upper|lower|length }} {{ (x|upper)|lower }} {{ x|upper ~ "a" }} {{ -5|abs ~ "a" }}
{{ n is number }} {{ x is string }} {{ s is iterable }} {{ s is sequence }} {{ d is mapping }} {{ call is callable }}
{{ n is integer }} {{ f is float }} {{ yes is boolean }} {{ yes is integer }} {{ yes is true }} {{ 1 is true }} {{ zero is false }}
{{ n is odd }} {{ n is even }} {{ n is divisibleby 5 }} {{ n is divisibleby(2) }} {{ n is not odd }} {{ none is none }} {{ n is none }}
{{ n is eq 5 }} {{ n is equalto(5) }} {{ n is ne 5 }} {{ n is gt 3 }} {{ n is ge 5 }} {{ n is lt 3 }} {{ n is le 5 }} {{ n is in s }}
{{ n is sameas n }} {{ 1 is in [1] }} {{ "a" is lower }} {{ "A" is upper }} {{ x is escaped }} {{ x|e is escaped }} {{ safe is escaped }}
{{ "upper" is filter }} {{ "nope" is filter }} {{ "odd" is test }} {{ n is defined and x is defined }} {{ missing is not defined }}
{{ n is divisibleby 5 and n is odd }} {{ not n is odd }} {{ n is odd ~ "a" }} {{ n is number == true }}
{{ range(3)|list }} {{ range(1, 7, 2)|list }} {{ dict(a=1, b=x) }} {{ dict(pairs).b }}
{{ cycler("a", "b").next() }} {% set c = cycler(1, 2) %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}
{% set j = joiner("; ") %}{% for w in words %}{{ j() }}{{ w }}{% endfor %}
{% set ns = namespace(a=1, b=[]) %}{% set ns.a = ns.a + 1 %}{{ ns.a }}{{ ns.b }}{{ ns.c }}
{% set ns = namespace() %}{% for i in s %}{% set ns.last = i %}{% endfor %}{{ ns.last }}
{% set ns.a = 1 %}
{% set d.a = 1 %}
{% set a = 1 %}{{ a }}{% set a = a + 1 %}{{ a }}
{% set a, b = 1, 2 %}{{ a }}{{ b }} {% set (a, (b, c)) = (1, (2, 3)) %}{{ c }}
{% set a, b = 1 %}
{% set a, b = [1, 2, 3] %}
{{ a }}{% set a = 1 %}{{ a }}
{{ n }}{% set n = 1 %}{{ n }}
{% set n = n + 1 %}{{ n }}
{% if yes %}{% set q = 1 %}{% endif %}{{ q }} {% if zero %}{% set r = 1 %}{% endif %}[{{ r }}]
{% if zero %}{% set n = 1 %}{% endif %}{{ n }} {% if yes %}{% set n = 2 %}{% else %}{% set n = 3 %}{% endif %}{{ n }}
{% if n == 5 %}a{% elif n %}b{% else %}c{% endif %} {% if zero %}a{% elif n == 5 %}b{% else %}c{% endif %} {% if zero %}a{% elif zero %}b{% else %}c{% endif %}
{% if missing %}a{% else %}b{% endif %} {% if not missing %}a{% endif %} {% if nothing %}a{% endif %}|{% if s %}b{% endif %}
{% if yes %}{% endif %}|{% if yes %}{% else %}a{% endif %}|{% if yes: %}a{% endif %}
{% if 1 %}{% if 0 %}a{% else %}{% if 1 %}b{% endif %}{% endif %}{% endif %}
{% if missing.x %}a{% endif %}
{% for i in s %}{{ i }}{% endfor %} {% for i in nothing %}{{ i }}{% endfor %}|{% for i in missing %}{{ i }}{% endfor %}
{% for i in nothing %}a{% else %}b{% endfor %} {% for i in s %}a{% else %}b{% endfor %} {% for i in missing %}a{% else %}b{% endfor %}
{% for i in gen %}{{ i }}{% else %}none{% endfor %}{% for i in gen %}{{ i }}{% else %}none{% endfor %}
{% for i in "abc" %}{{ i }}{% endfor %} {% for k in d %}{{ k }}{% endfor %} {% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}
{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %} {% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ c }}{% endfor %}
{% for a, b in s %}{% endfor %}
{% for i in n %}{% endfor %}
{% for i in none %}{% endfor %}
{% for i in s if i > 1 %}{{ i }}{{ loop.index }}{{ loop.last }}{% endfor %} {% for i in s if i > 9 %}{% else %}none{% endfor %}
{% for i in s if i > n - 4 %}{{ i }}{% endfor %} {% for a, b in pairs if b == 2 %}{{ a }}{% endfor %}
{% for i in s if loop.index > 1 %}{{ i }}{% endfor %}
{% for i in s %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}
{% for i in gen %}{{ loop.index }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }} {% endfor %}
{% for i in gen %}{{ loop.last }}{{ loop.nextitem }}{{ loop.previtem }} {% endfor %}
{% for i in s %}[{{ loop.previtem }}{{ loop.nextitem }}]{% endfor %} {% for i in s %}{{ loop.changed(i > 1) }}{% endfor %}
{% for i in s %}{{ loop.cycle("a", "b") }}{{ loop.cycle(*t) }}{% endfor %} {% for i in s %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}
{% for i in s %}{{ loop.cycle() }}{% endfor %}
{% for i in s %}{{ loop.nope }}{% endfor %} {% for i in s %}{{ loop["index"] }}{% endfor %} {% for i in s %}{{ loop|length }}{% endfor %}
{% for i in s %}{{ loop(s) }}{% endfor %}
{% for i in s %}{% for j in t %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
{% for i in s %}{% set outer = loop %}{% for j in t %}{{ outer.index }}{{ loop.last }}{% endfor %}{% endfor %}
{% for i in s %}{% for j in t if loop.index == 1 %}{{ j }}{% endfor %}{% endfor %}
{% for i in s %}{% for j in nothing %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}
{% for i in tree recursive %}{{ i.n }}{% if i.c %}({{ loop(i.c) }}){% endif %}{% endfor %}
{% for i in tree recursive %}{{ loop.depth }}{{ loop.index }}{{ loop.last }}{{ loop(i.c) }}{% endfor %}
{% for i in tree recursive %}<b>{{ i.n }}{{ loop(i.c)|e }}{% endfor %} {% for i in tree recursive %}<{{ i.n }}{{ "a" ~ loop(i.c) }}{% endfor %}
{% for i in nothing recursive %}{{ loop(i) }}{% else %}none{% endfor %} {% for i in tree recursive %}{{ i.n }}{{ loop(i.c) }}{% else %}-{% endfor %}
{% for i in tree if i.n > 1 recursive %}{{ i.n }}{% endfor %} {% for i in tree recursive %}{% set z = i.n %}{{ z }}{{ loop(i.c) }}{{ z }}{% endfor %}{{ z }}
{% for x in s %}{{ x }}{% endfor %}{{ x }} {% for x in [x, x] %}{{ x }}{% endfor %} {% for i in s %}{% for i in t %}{{ i }}{% endfor %}{{ i }}{% endfor %}
{% for i in s %}{% set n = i %}{{ n }}{% endfor %}{{ n }} {% for i in s %}{% set n = n + i %}{{ n }} {% endfor %}
{% for i in s %}{{ q }}{% set q = i %}{{ q }}{% endfor %}[{{ q }}] {% for i in s %}{% if loop.first %}{% set q = 1 %}{% endif %}{{ q }}{% endfor %}
{% for i in s %}{% for j in t %}{% set n = n + j %}{{ n }}{% endfor %}{{ n }}{% endfor %}
{% for i in s %}{% set i = i * 2 %}{{ i }}{% endfor %} {% for i in nothing %}{% else %}{% set n = 1 %}{{ n }}{% endfor %}{{ n }}
{% for i in s %}{% if i == 1 %}{% for j in t %}{{ i }}{{ j }}{% endfor %}{% endif %}{% endfor %}
{% with %}{% set n = 1 %}{{ n }}{% endwith %}{{ n }} {% with n = 1 %}{{ n }}{% endwith %}{{ n }} {% with a = n, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% with a = 1, b = a %}{{ b }}{% endwith %} {% with n = n + 1 %}{{ n }}{% endwith %} {% with a, b = t %}{{ b }}{% endwith %}
{% with a = 1 %}{% with a = a + 1 %}{{ a }}{% endwith %}{{ a }}{% endwith %} {% for i in s %}{% with i = i + 1 %}{{ i }}{% endwith %}{{ i }}{% endfor %}
{% set a = 1 %}{% with %}{% set a = a + 1 %}{{ a }}{% endwith %}{{ a }} {% with loop = 3 %}{{ loop }}{% endwith %}
{% autoescape false %}{{ x }}{% endautoescape %}{{ x }} {% autoescape true %}{{ x }}{{ x|safe }}{% endautoescape %}{{ x }}
{% autoescape false %}{{ [x, safe]|join("<") }}{{ x ~ safe }}{% set q = 1 %}{% endautoescape %}[{{ q }}]
{% autoescape true %}{{ [x, safe]|join("<") }}{{ x ~ safe }}{{ x|replace("b", "<") }}{% endautoescape %}
{% autoescape false %}{% for i in tree recursive %}<{{ loop(i.c)|e }}{% endfor %}{% endautoescape %}
{% print x, n %} {% print n %} {% raw %}{{ x }}{% if %}{{% endraw %} {# {{ x }} #}a{# #}{{ n }}
  {%- if yes -%}  a  {%- endif -%}  b {{- n -}} c {#- x -#} d
  {% if yes %}  a  {%- else +%} b {% endif %}  c
{{- x -}}  {{ n }} {{-n-}}
<{{ n }}>{% for i in s -%} {{ i }} {%- endfor %}</{{ n }}>
{{ loop }} {{ loop is defined }} {{ self_ }} {{ context }} {{ blocks }} {{ text }} {{ undefined }}
{{ class }} {{ def }} {{ __builtins__ }} {{ print_ }} {{ environment }} {{ resolve }} {{ str }}
{% set class = 1 %}{{ class }} {% set def, lambda = 2, 3 %}{{ def }}{{ lambda }} {% for yield in s %}{{ yield }}{% endfor %}
{% set text = 1 %}{{ text }} {% set Markup = 2 %}{{ Markup }}{{ x }} {% set v_x = 3 %}{{ v_x }}{{ x }} {% set l_0_x = 4 %}{{ x }}
{% set é = 1 %}{{ é }} {% set ﬁ = 1 %}{% set 日本 = 2 %}{{ 日本 }}
{% set ä = 1 %}{% set uc3a4 = 2 %}{% set c3a4 = 3 %}{{ ä }}{{ uc3a4 }}{{ c3a4 }}
{{ [1, 2, 3][1] }} {{ (1, 2)[0] }} {{ "abc"[0] }} {{ {"a": 1}.a }} {{ [[1], [2]][1][0] }}
{{ x.y.z }}
{{ n.x.y }}
{{ s["a"] }} {{ s[none] }} {{ s[1.5] }} {{ d[s] }}
{{ (n) }} {{ ((n)) }} {{ (n).real }} {{ (x)|upper }} {{ (1 + 2)|string }} {{ 1 + 2|string|int }}
{{ n if n > 3 and n is odd else zero }} {{ [n if n else 1, 2] }} {{ call(n if zero else 1) }}
{{ words|map("first")|join }} {{ words|map("upper")|map("lower")|select("ne", "soup")|list }}
{{ "abc"|list|last }} {{ "a-b"|replace("-", "+")|upper }} {{ s|sort|first + 1 }} {{ [3, 1]|sort == [1, 3] }}
{% for w in words|sort %}{{ loop.index }}.{{ w }}{{ ", " if not loop.last }}{% endfor %}
{% for dish in dishes %}{{ dish.name|title }}{% for tag in dish.tags %} #{{ tag }}{% else %} plain{% endfor %}{% if not loop.last %}; {% endif %}{% endfor %}
{% set total = 0 %}{% for dish in dishes %}{% set total = total + dish.price %}{% endfor %}{{ total }} {{ dishes|sum(attribute="price") }}
{% for i in range(3) %}{% if i == 1 %}{% set seen = i %}{% endif %}[{{ seen }}]{% endfor %}
""".strip("\n").split("\n")

REFUSED = [
    "{{", "{{ }}", "{% %}", "{{ 1 +", "{{ 1 + }}", "{{ (1 }}", "{{ [1 }}", "{{ 'a }}", "{% if %}", "{% if x %}",
    "{% endif %}", "{% for %}", "{% for x %}{% endfor %}", "{% for x in %}{% endfor %}", "{% for 1 in s %}{% endfor %}",
    "{% set %}", "{% set 1 = 2 %}", "{% set x = %}", "{% nope %}", "{{ x.}}", "{{ x| }}", "{{ x is }}", "{{ x[ }}", "{{ f(a=1, 2) }}", "{{ f(**x, *y) }}", "{% with a %}{% endwith %}", "{# never", "{{ x }", "{% for x in s %}{% endif %}", "{% else %}", "{% elif x %}", "{{ not }}", "{{ 1 if }}",
    "{{ a b }}", "{{ ? }}", "{{ x ! y }}", "{% set true = 1 %}", "{% for loop in s %}{% endfor %}",
]  # fmt: skip


def ours(source: str, values: dict[str, Any], autoescape: bool, strict: bool = False) -> str:
    undefined = StrictUndefined if strict else Undefined
    return Template(source, Settings(autoescape=autoescape, undefined=undefined)).render(values)


def theirs(source: str, values: dict[str, Any], autoescape: bool, strict: bool = False) -> str:
    undefined = jinja2.StrictUndefined if strict else jinja2.Undefined
    environment = jinja2.Environment(autoescape=autoescape, undefined=undefined)
    return environment.from_string(source).render(values)


def same(
    source: str, values: Any, autoescape: bool, strict: bool = False
) -> tuple[str | None, str | None]:
    """What either makes of it, None where it raises."""
    results: list[str | None] = []
    for render in (ours, theirs):
        try:
            results.append(render(source, values(), autoescape, strict))
        except Exception:  # noqa: BLE001  each has errors of its own
            results.append(None)
    return results[0], results[1]


def test_the_table_is_long_enough() -> None:
    assert len(ONE_LINE) + len(REFUSED) >= 180
    assert sum(line.count("{{") + line.count("{%") for line in ONE_LINE) >= 900


@pytest.mark.parametrize("strict", [False, True], ids=["lenient", "strict"])
@pytest.mark.parametrize("autoescape", [True, False], ids=["escaped", "plain"])
@pytest.mark.parametrize("source", ONE_LINE)
def test_what_jinja_renders_we_render(source: str, autoescape: bool, strict: bool) -> None:
    found, wanted = same(source, context, autoescape, strict)
    assert found == wanted


@pytest.mark.parametrize("source", REFUSED)
def test_what_jinja_refuses_is_refused_with_a_line(source: str) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError):
        jinja2.Environment().from_string(source)
    with pytest.raises(TemplateSyntaxError) as caught:
        Template("first\n\n" + source, name="page.html")
    assert caught.value.line == 3 or (caught.value.name, caught.value.line) == ("page.html", 3)
    assert "page.html, line 3" in str(caught.value)


# A grammar of templates.

NAMES = st.sampled_from("a b c i n s t w x".split())
VALUES = st.recursive(
    st.one_of(
        st.integers(-9, 9), st.sampled_from([0.5, 2.0, -1.25]), st.booleans(), st.none(),
        st.text("ab<&'\"{}%\\ é", max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abn"), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip
CONTEXTS = st.dictionaries(NAMES, VALUES, max_size=8)
TEXT = st.text("ab <>&\"'\\\n}é.", max_size=6)
STRINGS = st.sampled_from(
    ["''", "'a'", '"b"', "'<'", "'&amp;'", "'{'", "'}}'", "'\\\\'", "'\\''", "'\"'", "'é'", "'a b'"]
)
NUMBERS = st.sampled_from(["0", "1", "2", "3", "2.5", "1e1", "0x10", "1_0"])
# Without `join(attribute=…)`, which does not know which undefined values are wanted.
FILTERS = st.sampled_from(
    "upper lower title capitalize trim length list string e escape safe forceescape first last sort "
    "reverse|list unique|list default('d') d('',true) join join('<') sum int "
    "float abs round replace('a','<') truncate(4,true,'.',0) wordcount striptags tojson urlencode "
    "select|list reject('odd')|list map('upper')|list map(attribute='a')|list batch(2)|list "
    "slice(2)|list items|list dictsort min max indent center(9) format pprint "
    "selectattr('a')|list groupby('a')|length attr('a') xmlattr filesizeformat count".split()
)
TESTS = st.sampled_from(
    "defined undefined none string number integer float boolean mapping iterable sequence true false "
    "odd even lower upper escaped callable divisibleby(2) eq(1) ne('a') gt(1) in('ab') sameas(1)".split()
)


def expressions() -> st.SearchStrategy[str]:
    leaves = st.one_of(
        NAMES, NAMES, NUMBERS, STRINGS, st.sampled_from(["true", "none", "[]", "{}"])
    )
    return st.recursive(leaves, operations, max_leaves=7)


def operations(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def put(pattern: str) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner).map(lambda parts: pattern.format(*parts))

    binary = st.sampled_from(
        [*"+ - * / // % ** ~ and or == != < > <= >= in".split(), "not in"]
    ).flatmap(lambda sign: put("{0} " + sign + " {1}"))
    return st.one_of(
        binary, binary,
        st.sampled_from(
            ["({0})", "(not {0})", "(-{0})", "+{0}", "[{0}, {1}]", "({0}, {1})", "{{'a': {0}, 'b': {1}}}",
             "({0})[{1}]", "s[{1}:{2}]", "w[::{1}]", "({0} if {1} else {2})", "({0} if {1})",
             "({0} ~ {1} ~ {2})", "({0} < {1} <= {2})", "range(({0})|int(2) % 5)", "dict(a={0}, b={1})"]
        ).flatmap(put),
        st.tuples(inner, st.sampled_from(["a", "b", "n", "nope", "upper()", "items()", "0"]))
        .map(lambda parts: f"({parts[0]}).{parts[1]}"),
        st.tuples(inner, FILTERS).map(lambda parts: f"({parts[0]})|{parts[1]}"),
        st.tuples(inner, st.sampled_from(["is", "is not"]), TESTS)
        .map(lambda parts: f"(({parts[0]}) {parts[1]} {parts[2]})"),
    )  # fmt: skip


EXPRESSIONS = expressions()
OPEN = st.sampled_from(["{%", "{%", "{%", "{%-", "{%+"])
CLOSE = st.sampled_from(["%}", "%}", "%}", "-%}"])
LOOPS = st.sampled_from(
    "loop.index loop.index0 loop.first loop.last loop.length loop.revindex loop.revindex0 "
    "loop.previtem loop.nextitem loop.cycle('a','b') loop.changed(i) loop.depth loop.nope "
    "loop.index+loop.length".split()
)


@st.composite
def tags(draw: st.DrawFn, *words: Any) -> str:
    parts = " ".join([word if isinstance(word, str) else draw(word) for word in words])
    return f"{draw(OPEN)} {parts} {draw(CLOSE)}"


def statements(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    targets = st.sampled_from(["i", "x", "a, b", "w"])
    condition = st.one_of(st.just(""), st.just(""), EXPRESSIONS.map(lambda test: f"if {test}"))
    sets = st.sampled_from(["x", "n", "q", "a, b", "i"])
    return st.one_of(
        st.tuples(body, body).map("".join),
        st.tuples(tags("if", EXPRESSIONS), body, tags("endif")).map("".join),
        st.tuples(
            tags("if", EXPRESSIONS), body, tags("elif", EXPRESSIONS), body, tags("else"), body, tags("endif")
        ).map("".join),
        st.tuples(tags("for", targets, "in", EXPRESSIONS, condition), body, tags("endfor")).map("".join),
        st.tuples(
            tags("for", targets, "in", EXPRESSIONS, condition), body, tags("else"), body, tags("endfor")
        ).map("".join),
        st.tuples(
            tags("for", "i", "in s"), LOOPS.map(lambda code: f"{{{{ {code} }}}}"), body, tags("endfor")
        ).map("".join),
        tags("set", sets, "=", EXPRESSIONS),
        st.tuples(tags("with", NAMES, "=", EXPRESSIONS), body, tags("endwith")).map("".join),
        st.tuples(
            tags("autoescape", st.sampled_from(["true", "false"])), body, tags("endautoescape")
        ).map("".join),
    )  # fmt: skip


OUTPUTS = st.tuples(
    st.sampled_from(["{{ ", "{{ ", "{{- "]), EXPRESSIONS, st.sampled_from([" }}", " }}", " -}}"])
).map("".join)
BODIES = st.recursive(
    st.one_of(TEXT, OUTPUTS, OUTPUTS, st.just("{# c #}")), statements, max_leaves=8
)
LIMITS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@LIMITS
@given(EXPRESSIONS, CONTEXTS, st.booleans())
def test_any_expression(source: str, values: dict[str, Any], autoescape: bool) -> None:
    found, wanted = same(f"[{{{{ {source} }}}}]", values.copy, autoescape)
    assert found == wanted


@LIMITS
@given(BODIES, CONTEXTS, st.booleans(), st.booleans())
def test_any_template(source: str, values: dict[str, Any], autoescape: bool, strict: bool) -> None:
    found, wanted = same(source, values.copy, autoescape, strict)
    assert found == wanted


@LIMITS
@given(st.text("ab{}%#-+ \n\\\"'é\x00\u2028", max_size=30), CONTEXTS)
def test_any_text(source: str, values: dict[str, Any]) -> None:
    """Text that may by chance be a template is one for both, or for none."""
    found, wanted = same(source, values.copy, True)
    if found is None:  # Jinja takes `{#` at the very end for a comment
        assert wanted is None or "{#" in source
    else:
        assert found == wanted


# Hostile templates and values.


def rendered(source: str, **values: Any) -> str:
    return Template(source).render(values)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("<p>{{ x }}</p>\n", "<p>&lt;</p>\n"), ("text\n", "text\n"), ("{{ 'a' }}\n", "a\n")],
)
def test_a_hundred_thousand_lines(line: str, expected: str) -> None:
    started = time.perf_counter()
    assert rendered(line * 100_000, x="<") == (expected * 100_000)[:-1]
    assert time.perf_counter() - started < 60


def test_an_error_in_the_last_of_many_lines() -> None:
    source = "<p>{{ x }}</p>\n" * 20_000 + "{{ 1 / 0 }}"
    with pytest.raises(ZeroDivisionError) as caught:
        Template(source, name="long.html").render(x=1)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].lineno == 20_001


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("{% if x %}", "", "{% endif %}"), ("{% for i in x %}", "", "{% endfor %}"),
        ("{% for i in x recursive %}", "", "{% endfor %}"), ("{% with %}", "", "{% endwith %}"),
        ("{{ " + "(", "x", ")" + " }}"), ("{{ ", "x", " }}"),
    ],
)  # fmt: skip
def test_ten_thousand_levels(opening: str, middle: str, closing: str) -> None:
    depth = 10_000
    if opening.startswith("{{ "):
        bracket, end = ("(", ")") if "(" in opening else ("not ", "")
        source = "{{ " + bracket * depth + middle + end * depth + " }}"
    else:
        source = opening * depth + middle + closing * depth
    with pytest.raises(TemplateSyntaxError, match="nested deeper"):
        Template(source)


@pytest.mark.parametrize(
    "expression",
    ["x" + " + x" * 100_000, "x" + " and x" * 100_000, "x" + " ~ x" * 20_000, "x" + ".a" * 10_000,
     "x" + "|upper" * 10_000, "x" + "()" * 10_000, "x" + "[0]" * 10_000, "[" + "x," * 50_000 + "]",
     "x" + " < x" * 50_000, "1" + " + 1" * 100_000, "99999" + " * 99999" * 20_000,
     "x" + " if x else x" * 10_000, "9" * 10_000, "'" + "a" * 1_000_000 + "'"],
    ids=range(14),
)  # fmt: skip
def test_long_expressions_end(expression: str) -> None:
    """Each renders, or is refused with its place."""
    try:
        Template("{{ (" + expression + ")|string|length }}").render(x=1)
    except TemplateSyntaxError as error:
        assert error.line == 1  # noqa: PT017
    except TemplateError:
        pass


def test_many_branches() -> None:
    source = "{% if a == 0 %}" + "".join(f"{{% elif a == {n} %}}{n}" for n in range(1, 10_000))
    try:
        assert rendered(source + "{% endif %}", a=9_999) == "9999"
    except TemplateSyntaxError as error:
        assert "too much" in str(error)  # noqa: PT017


def test_ten_megabytes() -> None:
    value = "<" * 10_000_000
    assert rendered("{{ x }}", x=value) == "&lt;" * 10_000_000
    assert len(rendered("{{ x|upper ~ 'a' }}", x=value)) == 40_000_001
    assert rendered("a" * 10_000_000 + "{{ x }}", x=1)[-3:] == "aa1"


def test_recursion_without_end() -> None:
    loop = Template("{% for i in x recursive %}{{ loop(x) }}{% endfor %}", name="endless.html")
    with pytest.raises(TemplateError, match=r"endless\.html: calls are nested too deeply"):
        loop.render(x=[1])
    page = Template("{{ page() }}", name="endless.html")

    def again() -> str:
        return page.render(page=again)

    with pytest.raises(TemplateError, match=r"endless\.html: calls are nested too deeply"):
        again()


# Attacks.

PLACES = [
    "<p>{}</p>", "<p title=\"{}\">", "<p title='{}'>", "<textarea>{}</textarea>", "<title>{}</title>",
    "<a href=\"/search?q={}\">", "<ul><li>{}</li></ul>",
]  # fmt: skip
WAYS = [
    "x", "x ~ ''", "x|upper|lower", "[x]|join", "[x, 'a'|safe]|join(x)", "x|default('')", "d.x", "d['x']",
    "x|replace('q', 'z')", "x|trim", "'%s'|format(x)", "('%s'|safe)|format(x)", "x|e", "x|string", "(x,)|first",
    "x|truncate(999)", "x|indent", "x|wordwrap(999)", "x|center(2)", "('<b>'|safe ~ x)|striptags", "x if x",
    "[x]|map('upper')|map('lower')|first", "{'k': x}|dictsort|last|last", "x|urlize", "'{}'.format(x)",
    "('{}'|safe).format(x)", "x + ''", "('' | safe) + x", "x * 1", "x[:]", "f(x)", "x|forceescape", "d|items|first|last",
    "namespace(x=x).x", "cycler(x).next()", "joiner(x)() ~ x", "dict(x=x).x", "x|list|join", "x|reverse|reverse",
]  # fmt: skip


class Reader(HTMLParser):
    """Counts what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.seen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.seen += "".join(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.seen += data


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", WAYS)
def test_no_attack_gets_out_of_its_place(place: str, way: str) -> None:
    harmless, attacked = Reader(), Reader()
    template = Template(place.replace("{}", "{{ " + way + " }}"))
    for reader, value in ((harmless, "abc"), (attacked, ATTACK)):
        reader.feed(template.render(x=value, d={"x": value}, f=lambda value: value))
        reader.close()
    assert attacked.tags == [tag for tag in harmless.tags if tag != "b"] or "b" in harmless.tags
    assert "script" not in attacked.tags
    assert attacked.attributes == harmless.attributes


@pytest.mark.parametrize(
    "way", ["x", "x|e", "x|e|e", "x|e ~ ''", "[x|e]|join", "x|escape|string", "x|e|trim"]
)
def test_nothing_is_escaped_twice(way: str) -> None:
    reader = Reader()
    reader.feed("<p>" + rendered("{{ " + way + " }}", x=ATTACK))
    reader.close()
    assert reader.seen == ATTACK


SECRETS = [
    "u.__class__", "u['__class__']", "u|attr('__class__')", "u.greet.__func__", "u.greet.__globals__",
    "call.__globals__", "call.__code__", "call['__globals__']", "call|attr('__globals__')", "gen.gi_frame",
    "gen.gi_code", "u.__init__", "''.__class__", "[].__class__", "{}.__class__", "(1).__class__", "kind.mro",
    "kind.__subclasses__", "[u]|map(attribute='__class__')|first", "[u]|sum(attribute='__class__')",
    "[u]|map('attr', '__class__')|first", "([u]|groupby('__class__'))[0].grouper", "range.__class__",
    "'{0.__class__}'.format(u)", "'{0.__class__}'|attr('format')(u)", "'{u.__class__}'.format_map({'u': u})",
    "('{0.__class__}'|safe).format(u)", "kind_of_text.format('{0.__class__}', u)", "'{1:{0.__class__}}'.format(u, '')",
    "kind_of_text['format']('{0.__class__}', u)", "(kind_of_text|attr('format'))('{0.__class__}', u)",
    "(['{0.__class__}']|map(attribute='format')|first)(u)", "namespace.__init__", "cycler.__init__", "joiner.__init__",
    "missing.__class__", "(u.nope).__class__", "error.__traceback__", "error.with_traceback.__self__",
    "trace.tb_frame", "frame.f_globals", "frame.f_back", "code.co_consts", "u._private",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_leads_to_the_insides(secret: str) -> None:
    try:
        raise ValueError
    except ValueError as caught:
        error = caught
    trace = error.__traceback__
    assert trace is not None
    values = {
        **context(), "kind": Guest, "kind_of_text": str, "error": error, "trace": trace,
        "frame": trace.tb_frame, "code": call.__code__, "gen": (n for n in [1]),
    }  # fmt: skip
    with pytest.raises(TemplateError) as refused:
        ours("{{ " + secret + " }}", values, autoescape=True, strict=True)
    assert isinstance(refused.value, SecurityError) or "undefined" in str(refused.value)
    try:
        assert rendered("{{ " + secret + " }}", **values) == ""
    except TemplateError as error:
        assert isinstance(error, SecurityError) or "undefined" in str(error)  # noqa: PT017


@pytest.mark.parametrize("name", ["é", "\uff41", "class", "None_"])
def test_no_argument_s_name_becomes_code(name: str) -> None:
    assert rendered("{{ f(" + name + "=1) }}", f=lambda **given: next(iter(given))) == name


def test_loop_is_guarded() -> None:
    for name in ("__class__", "_items", "_recurse", "__init__", "cycle.__func__"):
        with pytest.raises(SecurityError):
            rendered("{% for i in [1] %}{{ loop." + name + ".x }}{% endfor %}")

"""Templates that use each other, beside Jinja 3.1: inheritance, includes, imports, macros."""

# ruff: noqa: E501  templates stand in one line each

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import traceback
from wsgiref.validate import validator

import jinja2
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webtest import TestApp

from bistro.app import App
from bistro.static import StaticFiles
from bistro.templates import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileLoader,
    PackageLoader,
    TemplateError,
    TemplateNotFound,
    Templates,
    TemplateSyntaxError,
    nodes,
)
from tests.framework.conftest import FRAMEWORK

CONTEXT = {
    "x": "<x>",
    "xs": [1, 2, 3],
    "yes": True,
    "no": False,
    "none": None,
    "layout": "base",
    "dish": {"name": "Soup & bread", "price": 9},
    "tree": [{"n": 1, "kids": [{"n": 2, "kids": []}, {"n": 3, "kids": [{"n": 4, "kids": []}]}]}],
}

COMMON = {
    "base": "<{% block title %}Bistro{% endblock %}>{% block body %}base {{ x }}{% endblock %}",
    "mid": "{% extends 'base' %}{% block title %}mid {{ super() }}{% endblock %}",
    "leaf": "{% extends 'mid' %}{% block title %}leaf {{ super() }}{% endblock %}",
    "nest": "{% block a %}a({% block b %}b({% block c %}c{% endblock %}){% endblock %}){% endblock %}",
    "row": "[{{ i }}|{{ x }}]",
    "sets": "{% set q = 1 %}{{ q }}{{ x }}",
    "reads": "{{ q }}/{{ y }}/{{ z }}",
    "lib": "{% set v = 3 %}{% set _w = 4 %}"
    "{% macro field(name, value='', type='text') %}({{ name }}={{ value }}:{{ type }}{{ v }})"
    "{% endmacro %}"
    "{% macro box(title) %}<b>{{ title }}</b>{{ caller() }}{% endmacro %}"
    "{% macro _hidden() %}hidden{% endmacro %}text",
    "ctx": "{% macro m() %}{{ x }}{{ y }}{% endmacro %}{{ x }}{% set x2 = x %}",
    "loops": "{{ loop.index }}/{{ loop.length }} ",
    "fail": "{{ nothing.at.all }}",
    "bad": "{% if %}",
    "needs": "{% block q required %}{% endblock %}",
    "each": "{% for i in xs %}{% block row scoped %}{{ i }}{% endblock %},{% endfor %}",
    "plain": "{% for i in xs %}{% block row %}{{ i }}{% endblock %},{% endfor %}",
}
"""Templates that every case may use; a case is the text of one more."""

INHERITANCE = [
    "{% extends 'base' %}",
    "{% extends 'mid' %}{% block body %}{{ super() }}!{% endblock %}",
    "{% extends 'leaf' %}{% block title %}{{ super() }}+{{ super.super() }}{% endblock %}",
    "{% extends 'leaf' %}{% block title %}{{ super.super() }}{% endblock %}",
    "{% extends 'leaf' %}{% block title %}{{ super.super.super() }}{% endblock %}",
    "{% extends 'leaf' %}{% block title %}{{ super() }}{{ super() }}{% endblock %}",
    "{% extends 'base' %}{% block title %}{{ super.super() }}{% endblock %}",
    "{% extends 'base' %}{% block nowhere %}{{ 1/0 }}{% endblock %}",
    "{% extends 'base' %}{% block nowhere %}{{ super() }}{% endblock %}",
    "{% block a %}{{ super() }}{% endblock %}",
    "{% extends 'base' %}text {{ x }}{{ nothing.at.all }}",
    "before {{ x }}{% extends 'base' %}after",
    "{% extends layout %}{% block title %}dynamic{% endblock %}",
    "{% extends 'ba' ~ 'se' %}{% block title %}joined{% endblock %}",
    "{% extends nothing %}",
    "{% extends none %}",
    "{% extends 'nowhere' %}",
    "{% extends yes and 'mid' or 'base' %}",
    "{% extends 'mid' if no else 'base' %}{% block body %}c{% endblock %}",
    "{% if yes %}{% extends 'base' %}{% endif %}text{% block title %}T{% endblock %}",
    "{% if no %}{% extends 'base' %}{% endif %}text{% block title %}T{% endblock %}end",
    "{% if no %}{% extends 'base' %}{% else %}{% extends 'mid' %}{% endif %}t"
    "{% block body %}B{% endblock %}",
    "{% if yes %}{% extends 'base' %}{% else %}{% extends 'mid' %}{% endif %}",
    "{% if no %}{% extends 'base' %}{% endif %}{% for i in xs %}{{ i }}{% endfor %}{% include 'row' %}",
    "{% extends 'base' %}{% extends 'mid' %}",
    "{% if yes %}{% extends 'base' %}{% endif %}{% extends 'mid' %}",
    "{% if no %}{% extends 'base' %}{% endif %}{% extends 'mid' %}",
    "{% extends 'nest' %}{% block b %}B[{{ super() }}]{% endblock %}",
    "{% extends 'nest' %}{% block c %}C{% endblock %}{% block a %}A[{{ super() }}]{% endblock %}",
    "{% extends 'nest' %}{% block a %}A{% endblock %}{% block c %}C{% endblock %}",
    "{% extends 'nest' %}{% block a %}{% block new %}new{% endblock %}{{ self.new() }}{% endblock %}",
    "{% extends 'base' %}{% block body %}{% block inner %}i{% endblock %}{% endblock %}"
    "{% block title %}{{ self.inner() }}{% endblock %}",
    "{% extends 'base' %}{% set y = 5 %}{% block body %}{{ y }}{% endblock %}",
    "{% extends 'base' %}{% block body %}{{ y }}{% endblock %}{% set y = 5 %}",
    "{% extends 'base' %}{% set x = 5 %}",
    "{% set x = 5 %}{% block a %}{{ x }}{% set x = 6 %}{{ x }}{% endblock %}{{ x }}",
    "{% set y = 1 %}{% block a %}{% set y = 2 %}{% endblock %}{% block b %}{{ y }}{% endblock %}",
    "{% if yes %}{% set y = 1 %}{% endif %}{% block b %}{{ y }}{% endblock %}",
    "{% for i in xs %}{% set y = i %}{% endfor %}{% block b %}{{ y }}{{ i }}{% endblock %}",
    "{% with y = 1 %}{% block b %}[{{ y }}]{% endblock %}{% endwith %}",
    "{% with y = 1 %}{% block b scoped %}[{{ y }}]{% endblock %}{% endwith %}",
    "{% for i in xs %}{% block b scoped %}{{ i }}{{ loop.index }}{{ loop.last }}{% endblock %}{% endfor %}",
    "{% for i in xs %}{% block b %}{{ i }}{% endblock %}{% endfor %}",
    "{% for i in xs %}{% set j = i * 2 %}{% block b scoped %}{{ j }}{% endblock %}{% endfor %}",
    "{% for i in xs %}{% for k in xs %}{% block b scoped %}{{ i }}{{ k }}{{ loop.index }} "
    "{% endblock %}{% endfor %}{% endfor %}",
    "{% for i in xs %}{% block b scoped %}{% block c scoped %}{{ i }}{% endblock %}{% endblock %}{% endfor %}",
    "{% for i in xs %}{% block b scoped %}{% block c %}{{ i }}{% endblock %}{% endblock %}{% endfor %}",
    "{% extends 'each' %}{% block row %}<{{ i }}>{% endblock %}",
    "{% extends 'each' %}{% block row %}<{{ super() }}>{% endblock %}",
    "{% extends 'each' %}{% block row %}<{{ loop.index }}>{% endblock %}",
    "{% extends 'plain' %}{% block row scoped %}<{{ i }}>{% endblock %}",
    "{% extends 'plain' %}{% block row %}<{{ i }}{{ x }}>{% endblock %}",
    "{% extends 'needs' %}",
    "{% extends 'needs' %}{% block q %}ok{% endblock %}",
    "{% extends 'needs' %}{% block q required %}{% endblock %}",
    "{% include 'needs' %}",
    "{% block q required %} {# nothing #} {% endblock %}",
    "{% block q required %}text{% endblock %}",
    "{% block q scoped required %}{% endblock %}",
    "{{ self.a() }}{% block a %}A{{ x }}{% endblock %}{{ self.a()|upper }}{{ self.a() ~ '<' }}",
    "{{ self.nope() }}",
    "{{ self.nope }}",
    "{% extends 'base' %}{% block body %}{{ self.title() }}{% endblock %}",
    "{% block a %}{% set t = self.b() %}{{ t }}{% endblock %}{% block b %}<b>{{ x }}</b>{% endblock %}",
    "{% block a %}1{% endblock %}{% block a %}2{% endblock %}",
    "{% block a %}1{% endblock b %}",
    "{% block a %}1{% endblock a %}",
    "{% block a-b %}1{% endblock %}",
    "{% extends 'base' %}{% block title %}{% for i in xs %}{{ super() }}{{ i }}{% endfor %}{% endblock %}",
    "{% extends 'base' %}{% block title %}{% set t = super() %}{{ t|length }}{{ t }}{% endblock %}",
    "{% extends 'base' %}{% block title %}{{ super()|upper }}{% endblock %}",
    "{% extends 'base' %}{% block body %}{% filter upper %}{{ super() }}{% endfilter %}{% endblock %}",
    "{% extends 'base' %}{% macro m() %}M{{ x }}{% endmacro %}{% block body %}{{ m() }}{% endblock %}",
    "{% extends 'base' %}{% from 'lib' import field %}{% block body %}{{ field('a') }}{% endblock %}",
    "{% extends 'base' %}{% import 'lib' as l %}{% block body %}{{ l.field('a') }}{% endblock %}",
    "{% extends 'base' %}{% for i in xs %}{% block title %}{{ i }}{% endblock %}{% endfor %}",
    "{% extends 'base' %}{% if no %}{% block title %}T{% endblock %}{% endif %}",
    "{% autoescape false %}{% block body %}{{ x }}{% endblock %}{{ self.body() }}{% endautoescape %}",
    "{% extends 'fail' %}",
    "{% extends 'bad' %}",
    "{% for i in xs %}{% extends 'base' %}{% endfor %}",
    "{% block a %}{% extends 'base' %}{% endblock %}",
    "{% macro m() %}{% extends 'base' %}{% endmacro %}{{ m() }}",
    "{% extends 'base' %}{{ 1/0 }}",
    "{% extends 'base' %}{% set y = 1/0 %}",
    "{% macro m() %}{% block a %}A{% endblock %}{% endmacro %}{{ m() }}",
    "{% set y %}{% block a %}A{{ x }}{% endblock %}{% endset %}{{ y }}",
    "{% filter upper %}{% block a %}a{{ x }}{% endblock %}{% endfilter %}",
    "{{ super }}",
    "{{ super() }}",
    "{% block a %}{{ super is defined }}{% endblock %}{{ self is defined }}",
    "{% set self = 1 %}{{ self }}",
    "{% block a %}{% set super = 1 %}{{ super }}{% endblock %}",
]

INCLUDES = [
    "{% block b %}{{ q }}{% set q = 1 %}{% include 'reads' %}{% endblock %}",
    "{% block b %}{% for i in xs %}{{ q }}{% set q = i %}{% include 'reads' %}{% endfor %}{% endblock %}",
    "{% macro m() %}{{ q }}{% set q = 1 %}{% include 'reads' %}{% endmacro %}{{ m() }}{{ m() }}",
    "{% include 'row' %}",
    "{% for i in xs %}{% include 'row' %}{% endfor %}{% include 'row' %}",
    "{% for i in xs %}{% include 'row' without context %}{% endfor %}",
    "{% set i = 9 %}{% include 'row' %}{% include 'row' with context %}",
    "{% include 'sets' %}{{ q }}",
    "{% set q = 7 %}{% include 'sets' %}{{ q }}",
    "{% set q = 7 %}{% with y = 8 %}{% for z in xs %}{% include 'reads' %}{% endfor %}{% endwith %}",
    "{% block b %}{% set q = 7 %}{% include 'reads' %}{% endblock %}",
    "{% macro m(q) %}{% include 'reads' %}{% endmacro %}{{ m(3) }}",
    "{% macro m(q, y=2) %}{% set z = 4 %}{% include 'reads' %}{% endmacro %}{{ m(3) }}",
    "{% set q %}<b>{% endset %}{% include 'reads' %}",
    "{% include 'nowhere' ignore missing %}ok",
    "{% include 'nowhere' ignore missing without context %}ok",
    "{% include 'nowhere' %}",
    "{% include ['nowhere', 'row'] %}",
    "{% include ['nowhere', 'never'] %}",
    "{% include ['nowhere', 'never'] ignore missing %}ok",
    "{% include [] %}",
    "{% include [] ignore missing %}ok",
    "{% include ('nowhere', 'row') %}",
    "{% include nothing %}",
    "{% include nothing ignore missing %}ok",
    "{% include none %}",
    "{% include 5 %}",
    "{% include layout %}",
    "{% include 'ro' ~ 'w' %}",
    "{% include 'row' if yes else 'sets' %}",
    "{% include 'leaf' %}",
    "{% block title %}mine{% endblock %}{% include 'leaf' %}",
    "{% include 'fail' %}",
    "{% include 'fail' ignore missing %}",
    "{% include 'bad' ignore missing %}",
    "{% for i in xs %}{% include 'loops' %}{% endfor %}",
    "{% for i in xs %}{{ loop.index }}{% include 'loops' %}{% endfor %}",
    "{% for i in xs %}{{ loop.length }}{% include 'loops' %}{% endfor %}",
    "{% filter upper %}{% include 'row' %}{% endfilter %}",
    "{% set t %}{% include 'row' %}{% endset %}{{ t }}",
    "{% for i in xs if i != 2 %}{% include 'row' %}{% else %}none{% endfor %}",
    "{% for i in [] %}{% include 'row' %}{% else %}{% include 'row' %}{% endfor %}",
    "{% autoescape false %}{% include 'row' %}{% endautoescape %}",
    "{% set x = 'mine' %}{% include 'row' %}{% include 'row' without context %}",
    "{% for x in xs %}{% include 'row' %}{% endfor %}",
    "{% with %}{% set i = 1 %}{% include 'row' %}{% endwith %}{% include 'row' %}",
    "{% if yes %}{% set i = 1 %}{% endif %}{% include 'row' %}",
    "{% if no %}{% set i = 1 %}{% endif %}{% include 'row' %}",
    "{% for n in tree recursive %}{% set i = n.n %}{% include 'row' %}{{ loop(n.kids) }}{% endfor %}",
    "{% include 'row' ignore missing ignore missing %}",
    "{% include %}",
]

IMPORTS = [
    "{% import 'lib' as l %}{{ l.field('a', x) }}{{ l.v }}",
    "{% import 'lib' as l %}{{ l }}",
    "{% import 'lib' as l %}{{ l.nope }}",
    "{% import 'lib' as l %}{{ l.nope() }}",
    "{% import 'lib' as l %}{{ l._hidden is defined }}{{ l._w is defined }}",
    "{% import 'lib' as l %}{{ l.field(name='a', type='b') }}{{ l['field']('z') }}",
    "{% from 'lib' import field, box as b %}{{ field('q') }}{% call b('t') %}in {{ x }}{% endcall %}",
    "{% from 'lib' import nope %}{{ nope }}ok",
    "{% from 'lib' import nope %}{{ nope() }}",
    "{% from 'lib' import _hidden %}",
    "{% from 'lib' import v %}{{ v }}",
    "{% from 'lib' import v as x %}{{ x }}",
    "{% from 'lib' import field, %}{{ field('a') }}",
    "{% from 'nowhere' import a %}",
    "{% import 'nowhere' as a %}",
    "{% import nothing as a %}",
    "{% import 'ctx' as c %}{{ c.m() }}|{{ c }}|{{ c.x2 }}",
    "{% set y = 2 %}{% import 'ctx' as c with context %}{{ c.m() }}|{{ c }}|{{ c.x2 }}",
    "{% set y = 2 %}{% from 'ctx' import m with context %}{{ m() }}",
    "{% set y = 2 %}{% from 'ctx' import m without context %}{{ m() }}",
    "{% for y in xs %}{% import 'ctx' as c with context %}{{ c.m() }}{% endfor %}",
    "{% for y in xs %}{% from 'ctx' import m with context %}{{ m() }}{% endfor %}{{ m is defined }}",
    "{% macro o() %}{% import 'lib' as l %}{{ l.v }}{% endmacro %}{{ o() }}{{ l is defined }}",
    "{% if yes %}{% import 'lib' as l %}{% endif %}{{ l.v }}",
    "{% if no %}{% import 'lib' as l %}{% endif %}{{ l is defined }}",
    "{% import 'lib' as l %}{% block b %}{{ l.v }}{% endblock %}",
    "{% import 'lib' as l %}{% macro m() %}{{ l.v }}{% endmacro %}{{ m() }}",
    "{% import 'lib' as l %}{% import 'sets' as l %}{{ l.q }}",
    "{% import 'leaf' as l %}{{ l }}",
    "{% import 'row' as l with context %}{{ l }}",
    "{% import 'fail' as l %}",
    "{% from 'lib' import field without context %}{{ field('a') }}",
    "{% import 'reexport' as r %}{{ r.f is defined }}{{ r.mine }}{{ r.l is defined }}",
]

MACROS = [
    "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}{{ m() }}",
    "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3) }}",
    "{% macro m(a=x) %}{{ a }}{% endmacro %}{{ m() }}{{ m('<y>') }}{{ m(none) }}",
    "{% macro m(a=b, b=1) %}[{{ a }}{{ b }}]{% endmacro %}{{ m() }}{{ m(b=2) }}{{ m(3) }}",
    "{% set a = 5 %}{% macro m(a=a) %}[{{ a }}{{ a is defined }}]{% endmacro %}{{ m() }}{{ m(2) }}",
    "{% for i in xs %}{% macro m() %}{% if no %}{% set i = 9 %}{% endif %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% macro m(q, caller=2) %}{% set y = caller %}{% include 'reads' %}{% endmacro %}{{ m(1) }}",
    "{% macro m(loop) %}{% include ['loops'] %}{% endmacro %}{% for i in xs %}{{ m(loop) }}{% endfor %}",
    "{% include [nothing, 'reads'] %}{% include [nothing] ignore missing %}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{% endmacro %}{{ m() }}{{ m(1) }}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{{ kwargs }}{% endmacro %}{{ m(a=1, b=2) }}",
    "{% macro m(a) %}{{ kwargs }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(*[1]) }}{{ m(**{'a': 2}) }}",
    "{% macro m(a) %}{{ a }}{{ varargs|join }}{% endmacro %}{{ m(*xs) }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}{{ x }}<i>{% endcall %}",
    "{% macro m() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(a, b=5) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}no{% endmacro %}{% call m() %}{{ 1/0 }}{% endcall %}",
    "{% macro m(xs) %}{% for i in xs %}{{ caller(i, loop) }}{% endfor %}{% endmacro %}"
    "{% call(v, l) m(xs) %}{{ l.index }}={{ v }};{% endcall %}",
    "{% macro m() %}{% if caller %}{{ caller() }}{% else %}-{% endif %}{% endmacro %}"
    "{{ m() }}{% call m() %}c{% endcall %}",
    "{% macro m(n) %}{{ n }}{% if n %}({{ m(n-1) }}){% endif %}{% endmacro %}{{ m(3) }}",
    "{% macro a(n) %}a{% if n %}{{ b(n-1) }}{% endif %}{% endmacro %}"
    "{% macro b(n) %}b{% if n %}{{ a(n-1) }}{% endif %}{% endmacro %}{{ a(4) }}",
    "{% macro o() %}[{{ caller() }}]{% endmacro %}{% macro i() %}({{ caller() }}){% endmacro %}"
    "{% call o() %}{% call i() %}{{ x }}{% endcall %}{% endcall %}",
    "{% macro o() %}{% call i() %}{{ caller() }}{% endcall %}{% endmacro %}"
    "{% macro i() %}({{ caller() }}){% endmacro %}{% call o() %}x{% endcall %}",
    "{% macro m() %}{{ y }}{% endmacro %}{{ m() }}{% set y = 4 %}{{ m() }}",
    "{% set y = 1 %}{% macro m() %}{{ y }}{% set y = 2 %}{{ y }}{% endmacro %}{{ m() }}{{ y }}{{ m() }}",
    "{% for i in xs %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}",
    "{% for i in xs %}{% macro m(j) %}{{ i }}{{ j }}{{ loop is defined }}{% endmacro %}{{ m(i) }}{% endfor %}",
    "{% macro m() %}{% macro n() %}n{{ x }}{% endmacro %}{{ n() }}{{ n() }}{% endmacro %}{{ m() }}",
    "{% if yes %}{% macro m() %}1{% endmacro %}{% else %}{% macro m() %}2{% endmacro %}{% endif %}{{ m() }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(x) }}{{ m('<a>'|safe) }}{{ m(m(x)) }}",
    "{% macro m() %}<b>{% endmacro %}{{ m() }}{{ m()|upper }}{{ m() ~ x }}{{ [m()] }}",
    "{% macro m(a, b) %}{% endmacro %}{{ m.name }}{{ m.arguments }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ xs|map('string')|map('upper')|join }}{{ m|string|length > 0 }}",
    "{% macro m(a) %}{% for i in a %}{{ loop.index }}{{ i }}{% endfor %}{% endmacro %}{{ m(xs) }}",
    "{% macro m(a) %}{% set a = a + 1 %}{{ a }}{% endmacro %}{{ m(1) }}{{ m(2) }}",
    "{% macro m() %}{{ self is defined }}{% endmacro %}{{ m() }}",
    "{% set ns = namespace(n=0) %}{% macro m() %}{% set ns.n = ns.n + 1 %}{% endmacro %}{{ m() }}{{ m() }}{{ ns.n }}",
    "{% macro m(caller) %}{{ caller }}{% endmacro %}{{ m(1) }}",
    "{% macro m(caller=2) %}{{ caller }}{% endmacro %}{{ m() }}",
    "{% macro m(varargs) %}{{ varargs }}{% endmacro %}{{ m(1) }}",
    "{% macro m(a, a) %}{% endmacro %}",
    "{% macro m(a=1, b) %}{% endmacro %}",
    "{% macro m(a.b) %}{% endmacro %}",
    "{% macro m %}{% endmacro %}",
    "{% macro m() %}{% endmacro m %}",
    "{% call x %}{% endcall %}",
    "{% call nothing() %}{% endcall %}",
    "{% set y = 1 %}{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}{% set y = 2 %}{{ y }}{% endcall %}{{ y }}",
    "{% for i in xs %}{% call box() %}{{ i }}{{ loop.index }}{% endcall %}{% endfor %}"
    "{% macro box() %}{{ caller() }}{% endmacro %}",
    "{% macro box() %}{{ caller() }}{% endmacro %}"
    "{% for i in xs %}{% call box() %}{{ i }}{{ loop.index }}{% endcall %}{% endfor %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% block b %}{% call m() %}{{ x }}{% endcall %}{% endblock %}",
    "{% macro m() %}{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}{% endmacro %}{{ m() }}",
    "{% autoescape false %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endautoescape %}{{ m() }}",
    "{% macro m() %}{{ x }}{% endmacro %}{% autoescape false %}{{ m() }}{% endautoescape %}",
    "{% set m = 1 %}{% macro m() %}2{% endmacro %}{{ m() }}",
    "{% macro m() %}1{% endmacro %}{% set m = m() %}{{ m }}",
    "{{ m() }}{% macro m() %}1{% endmacro %}",
    "{% block b %}{{ m() }}{% endblock %}{% macro m() %}1{% endmacro %}",
    "{% macro m(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ m() }}",
    "{% macro m(a) %}{{ a.b }}{% endmacro %}{{ m() }}",
    "{% macro m(e) %}{{ e }}{% endmacro %}{% for i in xs %}{{ m(i) }}{% if loop.last %}.{% endif %}{% endfor %}",
]

BODIES = [
    "{% set t %}<b>{{ x }}</b>{% endset %}{{ t }}",
    "{% set t %}{% endset %}[{{ t }}]",
    "{% set t|upper %}q{{ x }}{% endset %}{{ t }}",
    "{% set t|replace('a', '<')|upper %}banana{% endset %}{{ t }}",
    "{% set t|length %}abc{% endset %}{{ t + 1 }}",
    "{% set ns = namespace() %}{% set ns.t %}<i>{{ x }}{% endset %}{{ ns.t }}",
    "{% set a, b %}xy{% endset %}{{ a }}{{ b }}",
    "{% for i in xs %}{% set t %}{{ i }}{{ t }}{% endset %}{{ t }}{% endfor %}",
    "{% for i in xs %}{% set t %}{{ i }}{{ loop.index }}{% endset %}{{ t }}{% endfor %}{{ t }}",
    "{% set t %}{% set u = 1 %}{{ u }}{% endset %}{{ t }}{{ u }}",
    "{% set u = 1 %}{% set t %}{% set u = 2 %}{{ u }}{% endset %}{{ t }}{{ u }}",
    "{% set t %}{% set v %}{{ x }}{% endset %}[{{ v }}]{% endset %}{{ t }}",
    "{% set t %}a{% endset %}{% block b %}{{ t }}{% endblock %}",
    "{% filter upper %}a{{ x }}{% endfilter %}",
    "{% filter upper|replace('A', '<') %}a{{ x }}{% endfilter %}",
    "{% filter escape %}<{{ x }}{% endfilter %}",
    "{% filter e %}<{% endfilter %}",
    "{% filter default('none') %}{% endfilter %}",
    "{% filter indent(2, true) %}a\nb{% endfilter %}",
    "{% filter upper %}{% filter replace('A', 'b') %}aA{% endfilter %}{% endfilter %}",
    "{% for i in xs %}{% filter upper %}a{{ i }}{% set z = i %}{% endfilter %}{{ z }}{% endfor %}",
    "{% autoescape false %}{% set t %}{{ x }}{% endset %}{% endautoescape %}{{ t }}",
    "{% autoescape false %}{% filter upper %}{{ x }}{% endfilter %}{% endautoescape %}",
    "{% filter nope %}a{% endfilter %}",
    "{% set t|nope %}a{% endset %}",
    "{% filter %}a{% endfilter %}",
    "{% filter trim|title %}  soup {{ dish.name }} {% endfilter %}",
]

CASES = [*INHERITANCE, *INCLUDES, *IMPORTS, *MACROS, *BODIES]
COMMON["reexport"] = (
    "{% from 'lib' import field as f %}{% import 'lib' as l %}{% set mine = f('r') %}"
)


ON_PURPOSE = [
    # A child writes nothing outside of its blocks; Jinja writes what an include, or a block that
    # stands in another tag, gives there, in front of the layout's first byte.
    (
        "{% extends 'base' %}{% include 'row' %}{% block body %}{% include 'row' %}{% endblock %}",
        "<Bistro>[|&lt;x&gt;]",
    ),
    (
        "{% if yes %}{% extends 'base' %}{% endif %}{% for i in xs %}{{ i }}{% endfor %}"
        "{% include 'row' %}",
        "<Bistro>base &lt;x&gt;",
    ),
    (
        "{% extends 'base' %}{% autoescape false %}{% block body %}{{ x }}{% endblock %}"
        "{% endautoescape %}",
        "<Bistro>&lt;x&gt;",
    ),
    (
        "{% extends 'base' %}{% filter upper %}{% block title %}a{{ x }}{% endblock %}"
        "{% endfilter %}",
        "<a&lt;x&gt;>base &lt;x&gt;",
    ),
    # Jinja writes what is included without context here before the body, and not into it.
    ("{% set t %}[{% include 'row' without context %}]{% endset %}{{ t }}", "[[|]]"),
    # What is set further down does not take away what a loop reads before.
    ("{% for i in xs %}{{ x }}{% endfor %}{% set x = 1 %}", "&lt;x&gt;" * 3),
    # A list of names is fine wherever one name is; Jinja takes it for `include` alone.
    ("{% extends ['nowhere', 'mid'] %}{% block body %}b{% endblock %}", "<mid Bistro>b"),
    ("{% import ['nowhere', 'lib'] as l %}{{ l.v }}", "3"),
    # A filter's value is written as any other; Jinja joins it, and fails if it is no string.
    ("{% filter length %}abc{% endfilter %}", "3"),
    # What a function, which is no macro, gives to `call` is escaped unless it is markup.
    ("{% call plainly() %}<b>{{ x }}{% endcall %}", "&lt;i&gt;"),
    # A block is escaped if its template is, or the place where it stands.
    (
        "{% autoescape false %}{% block b %}{{ x }}{% endblock %}{{ x }}{% endautoescape %}",
        "&lt;x&gt;<x>",
    ),
]


def environments(templates):
    """Ours and Jinja's, with the same templates."""
    theirs = jinja2.Environment(loader=jinja2.DictLoader(templates), autoescape=True)
    return Environment(DictLoader(templates)), theirs


def outcome(environment, name, context):
    """The text, or `error` where there is an error."""
    try:
        return environment.get_template(name).render(**context)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other must fail, too
        return Failed(error)


class Failed:
    """What failed, here and there; equal to any other."""

    def __init__(self, error):
        self.error = error

    def __eq__(self, other):
        return isinstance(other, Failed)

    def __repr__(self):
        return f"{type(self.error).__name__}: {self.error}"


@pytest.mark.parametrize("case", CASES)
def test_as_jinja(case):
    """Each template renders as Jinja renders it, or fails as it fails there."""
    ours, theirs = environments({**COMMON, "main": case})
    assert outcome(ours, "main", CONTEXT) == outcome(theirs, "main", CONTEXT)


@pytest.mark.parametrize(("case", "text"), ON_PURPOSE)
def test_unlike_jinja(case, text):
    """Where we differ from Jinja on purpose, and how."""
    ours = Environment(DictLoader({**COMMON, "main": case}))
    assert ours.get_template("main").render(CONTEXT, plainly=lambda caller: "<i>") == text
    assert len(CASES) >= 250


def test_what_is_refused_at_once():
    """A second `extends` is refused when the template is compiled, whatever runs of it."""
    environment = Environment(DictLoader(COMMON))
    for source, line in [
        ("{% extends 'base' %}\n{% if no %}{% extends 'mid' %}{% endif %}", 2),
        ("\n\n{% for i in xs %}{% extends 'base' %}{% endfor %}", 3),
        ("\n{% block b %}{% extends 'base' %}{% endblock %}", 2),
        ("\n{% macro m(caller) %}{% endmacro %}", 2),
        ("{% block b %}{% endblock %}\n{% block b %}{% endblock %}", 2),
    ]:
        with pytest.raises(TemplateSyntaxError) as caught:
            environment.from_string(source)
        assert caught.value.line == line


# ---- Sets of templates that a machine makes up ---------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["{{ x }}", "{{ y }}", "{{ z }}", "{{ a }}", "text ", "{{ xs|length }}"])
NUMBERS = st.sampled_from("123")
SIMPLE = st.one_of(
    VALUES,
    # Read first: see ON_PURPOSE.
    st.builds("{{{{ {0} }}}}{{% set {0} = {1} %}}".format, st.sampled_from("xyza"), NUMBERS),
    st.builds("{{% include '{0}' %}}".format, st.sampled_from(["p0", "p1", "nowhere"])),
    st.builds("{{% include '{0}' ignore missing %}}".format, st.sampled_from(["p0", "nowhere"])),
    st.builds(
        "{{% import 'p2' as lib {0} %}}{{{{ lib.m({1}) }}}}".format,
        st.sampled_from(["", "with context"]),
        st.sampled_from(["", "1", "x", "b=2", "*xs"]),
    ),
    st.builds(
        "{{% from 'p2' import m {0} %}}{{{{ m({1}) }}}}".format,
        st.sampled_from(["", "with context"]),
        st.sampled_from(["", "y", "1, 2", "q=3"]),
    ),
)


def bigger(inner):
    """Bodies within tags."""
    body = st.lists(inner, min_size=1, max_size=3).map("".join)
    return st.one_of(
        st.builds("{{% for y in xs %}}{0}{{% endfor %}}".format, body),
        st.builds("{{% for z in xs %}}{{{{ loop.index }}}}{0}{{% endfor %}}".format, body),
        st.builds("{{% if {0} %}}{1}{{% endif %}}".format, st.sampled_from("xyz"), body),
        st.builds("{{% with y = x %}}{0}{{% endwith %}}".format, body),
        st.builds("{{{{ z }}}}{{% set z %}}{0}{{% endset %}}".format, body),
        st.builds("{{% filter upper %}}{0}{{% endfilter %}}".format, body),
        st.builds("{{% call(y) wrap() %}}{0}{{% endcall %}}".format, body),
    )


BODY = st.lists(st.recursive(SIMPLE, bigger, max_leaves=5), max_size=4).map("".join)
MACROS_FIRST = "{% macro wrap() %}({{ caller(4) }}{{ y }}){% endmacro %}"


@st.composite
def layouts(draw):
    """A layout with blocks, one of them in a loop, one in another."""
    first, inner, last = draw(BODY), draw(BODY), draw(BODY)
    scoped = draw(st.sampled_from(["", " scoped"]))
    return (
        f"{MACROS_FIRST}{first}{{% block a %}}A{inner}{{% block b %}}{last}{{% endblock %}}"
        f"{{% endblock %}}{{% for y in xs %}}{{% block c{scoped} %}}{inner}{{% endblock %}}"
        f"{{% endfor %}}{{{{ self.b() }}}}{last}"
    )


@st.composite
def children(draw, parent):
    """A template that extends another: sets on top, then blocks."""
    text = f"{{% extends {parent!r} %}}{MACROS_FIRST}"
    text += draw(st.sampled_from(["", "{% set z = 'up' %}", "{% set y %}<i>{% endset %}"]))
    for name in draw(st.lists(NAMES, unique=True)):
        again = draw(st.sampled_from(["", "{{ super() }}"]))
        text += f"{{% block {name} %}}{draw(BODY)}{again}{{% endblock %}}"
    return text


@st.composite
def sets(draw):
    """A layout, two generations of children, partials and a library."""
    macro = draw(st.sampled_from(["a", "a, b=x", "a=1, b=a"]))
    return {
        "layout": draw(layouts()),
        "child": draw(children("layout")),
        "main": draw(children("child")),
        "p0": draw(st.lists(VALUES, max_size=4).map("".join)) + "{% set x = 9 %}",
        "p1": "{% include 'p0' %}" + draw(st.lists(VALUES, max_size=2).map("".join)),
        "p2": "{% set v = x %}{% macro m("
        + macro
        + ") %}{{ a }}{{ x }}{{ v }}{{ y }}{{ varargs }}{% endmacro %}",
    }


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sets())
def test_sets_as_jinja(templates):
    """Any set of a layout, children, partials and a library renders as Jinja renders it."""
    ours, theirs = environments(templates)
    for name in ("layout", "main"):
        mine = outcome(ours, name, CONTEXT)
        assert mine == outcome(theirs, name, CONTEXT)
        if isinstance(mine, str):
            assert mine == "".join(ours.get_template(name).stream(CONTEXT))


# ---- Errors --------------------------------------------------------------------------------------


def lines_of(error):
    """The places of a traceback that are in templates: name and line."""
    return [
        (entry.filename, entry.lineno)
        for entry in traceback.extract_tb(error.__traceback__)
        if not entry.filename.endswith(".py")
    ]


def test_an_error_names_its_template_and_line():
    """The traceback shows the way through the templates, each with its own line."""
    environment = Environment(
        DictLoader(
            {
                "layout": "<html>\n{% block a %}{% endblock %}",
                "page": "{% extends 'layout' %}\n\n{% block a %}\n{% include 'row' %}{% endblock %}",
                "row": "\n\n\n{% import 'lib' as lib %}{{ lib.m(0) }}",
                "lib": "{% macro m(n) %}\n{{ 1 / n }}{% endmacro %}",
            }
        )
    )
    with pytest.raises(ZeroDivisionError) as caught:
        environment.get_template("page").render()
    places = [("page", 1), ("layout", 2), ("page", 4), ("row", 4), ("lib", 2)]
    assert lines_of(caught.value) == places


def test_a_wrong_template_names_itself():
    """A syntax error in an included template names that template, its line and its column."""
    environment = Environment(DictLoader({"page": "{% include 'row' %}", "row": "\n{{ a b }}"}))
    with pytest.raises(TemplateSyntaxError, match="row, line 2, column 6") as caught:
        environment.get_template("page").render()
    assert caught.value.name == "row"
    assert ("page", 1) in lines_of(caught.value)


ENDLESS = {
    "include": "{% include 'include' %}",
    "include_in_a_loop": "{% for i in [1, 2] %}x{% include 'include_in_a_loop' %}{% endfor %}",
    "extends": "{% extends 'extends' %}",
    "extends_by_turns": "{% extends 'back' %}",
    "back": "{% extends 'extends_by_turns' %}{% block a %}{{ super() }}{% endblock %}",
    "import": "{% import 'import' as x %}",
    "import_by_turns": "{% import 'import_back' as x %}",
    "import_back": "{% from 'import_by_turns' import x with context %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macros": "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "caller": "{% macro m() %}{{ caller() }}{% call m() %}{% endcall %}{% endmacro %}"
    "{% call m() %}{% endcall %}",
    "block": "{% block a %}{{ self.a() }}{% endblock %}",
    "loop": "{% for i in [1] recursive %}{{ loop([i]) }}{% endfor %}",
}
TRY_ENDLESS = """
import sys
from bistro.templates import DictLoader, Environment, TemplateError
environment = Environment(DictLoader({endless!r}))
for name in {endless!r}:
    for way in ("render", "stream"):
        try:
            "".join(getattr(environment.get_template(name), way)())
        except TemplateError as error:
            assert name in str(error) and "without end" in str(error), error
        else:
            sys.exit(f"{{name}} came to an end")
print(environment.from_string("{{{{ 6 * 7 }}}}").render())
"""


def test_templates_without_end():
    """Endless recursion of any kind is a TemplateError, and the interpreter goes on."""
    done = subprocess.run(
        [sys.executable, "-c", TRY_ENDLESS.format(endless=ENDLESS)],
        env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")


def test_templates_that_go_deep():
    """A hundred generations, and a hundred includes in each other, are no trouble."""
    generations = {"0": "{% block a %}0{% endblock %}"}
    for number in range(1, 101):
        generations[str(number)] = (
            f"{{% extends '{number - 1}' %}}{{% block a %}}{{{{ super() }}}} {number}{{% endblock %}}"
        )
    environment = Environment(DictLoader(generations))
    assert environment.get_template("100").render() == " ".join(map(str, range(101)))
    chain = {str(n): f"{n} {{% include '{n + 1}' ignore missing %}}" for n in range(100)}
    environment = Environment(DictLoader(chain))
    assert environment.get_template("0").render().split() == [str(n) for n in range(100)]


# ---- Loaders and the cache -----------------------------------------------------------------------

HOSTILE = [
    "../secret.txt",
    "menu/../../secret.txt",
    "menu/../menu/card.html",
    "/etc/passwd",
    "//etc/passwd",
    "..\\secret.txt",
    "menu\\card.html",
    "C:/secret.txt",
    "C:secret.txt",
    "secret.txt::$DATA",
    "card.html\0.txt",
    "./card.html",
    "menu//card.html",
    "menu/card.html/",
    "",
    ".",
    "..",
    "menu",
    "\ud800.html",
    "x" * 5000,
    "menu/card.html/x",
    "pipe",
    "round",
    "gone",
]


@pytest.fixture
def folder(tmp_path):
    """A folder of templates, a secret beside it, and odd things in it."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "templates"
    (folder / "menu").mkdir(parents=True)
    (folder / "menu" / "card.html").write_text("card")
    with contextlib.suppress(OSError, AttributeError):
        os.mkfifo(folder / "pipe")
    with contextlib.suppress(OSError):
        (folder / "round").symlink_to("round")
        (folder / "gone").symlink_to("nowhere")
    return folder


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:30]))
def test_names_that_are_none(folder, name):
    """A name that leads elsewhere, or to what is no file, is not found, however it is asked for."""
    environment = Environment(FileLoader(folder))
    with pytest.raises(TemplateNotFound) as caught:
        environment.get_template(name)
    assert caught.value.name == name
    assert environment.from_string("{% include n ignore missing %}ok").render(n=name) == "ok"
    assert environment.select_template([name, "menu/card.html"]).render() == "card"


def test_what_a_file_may_hold(folder):
    """Text in the loader's encoding, with line ends of any kind; else the error names it."""
    (folder / "menu" / "latin.html").write_bytes("Crème\r\nbrûlée".encode("latin-1"))
    loader = FileLoader(folder, encoding="latin-1")
    assert Environment(loader).get_template("menu/latin.html").render() == "Crème\nbrûlée"
    with pytest.raises(TemplateError, match=r"'menu/latin\.html' is not in utf-8: .*position 2"):
        Environment(FileLoader(folder)).get_template("menu/latin.html")


def test_a_file_that_vanishes(folder, monkeypatch):
    """A file that is removed between being found and being read is not found."""
    monkeypatch.setattr(os.path, "isfile", lambda path: True)
    with pytest.raises(TemplateNotFound):
        FileLoader(folder).load("vanished.html")


def test_a_link_is_followed(folder, tmp_path):
    """A template may be a symbolic link; when what it leads to changes, the template does."""
    try:
        (folder / "linked.html").symlink_to(tmp_path / "secret.txt")
    except OSError as error:
        pytest.skip(f"no symbolic links here: {error}")
    environment = Environment(FileLoader(folder))
    assert environment.get_template("linked.html").render() == "secret"
    (tmp_path / "secret.txt").write_text("changed")
    assert environment.get_template("linked.html").render() == "changed"


def test_changes_are_seen(folder):
    """A changed file is compiled anew, a deleted one is not found, an unchanged one is kept."""
    path = folder / "page.html"
    path.write_text("one")
    watching = Environment(FileLoader(folder))
    resting = Environment(FileLoader(folder), auto_reload=False)
    first = watching.get_template("page.html")
    assert watching.get_template("page.html") is first
    assert resting.get_template("page.html").render() == "one"
    path.write_text("two")
    os.utime(path, ns=(10**18, 10**18))
    assert watching.get_template("page.html").render() == "two"
    path.write_text("six!")  # the same time, another size
    os.utime(path, ns=(10**18, 10**18))
    assert watching.get_template("page.html").render() == "six!"
    path.unlink()
    with pytest.raises(TemplateNotFound):
        watching.get_template("page.html")
    assert resting.get_template("page.html").render() == "one"


def test_a_change_in_a_layout_is_seen():
    """What a template extends, includes and imports is looked at anew, too."""
    texts = {
        "layout": "<{% block a %}{% endblock %}{% include 'row' %}>",
        "page": "{% extends 'layout' %}{% import 'lib' as l %}{% block a %}{{ l.v }}{% endblock %}",
        "row": "row",
        "lib": "{% set v = 1 %}",
    }
    environment = Environment(DictLoader(texts))
    page = environment.get_template("page")
    assert page.render() == "<1row>"
    texts.update(layout="[{% block a %}{% endblock %}]", lib="{% set v = 2 %}")
    assert page.render() == "[2]"


@pytest.mark.parametrize("size", [0, 1, 7])
def test_the_cache_is_bounded(size):
    """No more templates are kept than it was said, whatever is asked for."""
    environment = Environment(DictLoader({str(n): str(n) for n in range(50)}), cache_size=size)
    for number in [*range(50), *range(20)]:
        assert environment.get_template(str(number)).render() == str(number)
        assert len(environment.cache) <= size


def test_many_threads_at_once():
    """Threads that ask, render and change templates at once all get whole pages."""
    texts = {**COMMON, **{f"row{n}": f"[{n}]" for n in range(20)}}
    texts["page"] = (
        "{% extends 'leaf' %}{% from 'lib' import field %}{% block body %}"
        "{% for n in range(20) %}{% include 'row' ~ n %}{% endfor %}{{ field(x) }}{% endblock %}"
    )
    environment = Environment(DictLoader(texts), cache_size=5)
    rows = "".join(f"[{n}]" for n in range(20))
    failures = []

    def guest(number):
        try:
            for turn in range(30):
                texts[f"row{number}"] = f"[{number}]" + "{# changed #}" * (turn % 2)
                page = environment.get_template("page").render(x=number)
                assert page == f"<leaf mid Bistro>{rows}({number}=:text3)"
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=guest, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_a_package_and_a_choice(tmp_path, monkeypatch):
    """Templates come from a package's folder, and from the first loader that has them."""
    (tmp_path / "house" / "cards").mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").touch()
    (tmp_path / "house" / "cards" / "a.html").write_text("packed")
    monkeypatch.syspath_prepend(tmp_path)
    package = PackageLoader("house", "cards")
    loader = ChoiceLoader(DictLoader({"b.html": "mine"}), package, DictLoader({"a.html": "last"}))
    environment = Environment(loader)
    assert environment.get_template("a.html").render() == "packed"
    assert environment.get_template("b.html").render() == "mine"
    with pytest.raises(TemplateNotFound, match=r"'c\.html'.* in .*cards"):
        environment.get_template("c.html")
    for name in ("no_such_house", "no_such_house.cards", "math"):
        with pytest.raises(ImportError):
            PackageLoader(name)


# ---- What an application adds --------------------------------------------------------------------


def test_filters_tests_and_globals():
    """An environment's own filters, tests and globals hold in all of its templates alone."""
    environment = Environment(
        DictLoader(
            {"row": "{{ 3|twice }}{{ 4 is even_more }}{{ house }}", "page": "{% include 'row' %}"}
        ),
        filters={"twice": lambda value: value * 2},
        tests={"even_more": lambda value: value % 4 == 0},
        globals={"house": "<Bistro>"},
    )
    assert environment.get_template("page").render() == "6True&lt;Bistro&gt;"
    assert environment.get_template("page").render(house="H") == "6TrueH"
    with pytest.raises(TemplateSyntaxError, match="twice"):
        Environment().from_string("{{ 3|twice }}")


def test_escaping_by_name():
    """Whether values are escaped may depend on the template's name."""
    texts = {"a.html": "{{ x }}", "a.txt": "{{ x }}{% include 'a.html' %}"}
    environment = Environment(DictLoader(texts), autoescape=lambda name: name.endswith(".html"))
    assert environment.get_template("a.txt").render(x="<x>") == "<x>&lt;x&gt;"


def test_a_tag_of_ones_own():
    """A tag that keeps what its body wrote: `{% cache key %}…{% endcache %}`."""
    kept = {}

    def remember(key, caller):
        if key not in kept:
            kept[key] = caller()
        return kept[key]

    def parse_cache(parser, position):
        arguments = nodes.Arguments(position, [parser.expression()], [], None, None)
        call = nodes.Call(position, nodes.Constant(position, remember), arguments)
        return nodes.CallBlock(position, call, [], parser.closed_body("cache", position))

    environment = Environment(tags={"cache": parse_cache})
    page = environment.from_string("{% cache dish.id %}<b>{{ dish.name }}</b>{% endcache %}")
    assert page.render(dish={"id": 1, "name": "Soup & bread"}) == "<b>Soup &amp; bread</b>"
    assert page.render(dish={"id": 1, "name": "changed"}) == "<b>Soup &amp; bread</b>"
    assert page.render(dish={"id": 2, "name": "Tart"}) == "<b>Tart</b>"
    assert kept == {1: "<b>Soup &amp; bread</b>", 2: "<b>Tart</b>"}
    with pytest.raises(TemplateSyntaxError, match="'cache' is not closed"):
        environment.from_string("{% cache 1 %}")


# ---- Pages ---------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    """An application with templates, static files and context processors; `site.app` and more."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("h1 {}")
    (folder / "layout.html").write_text(
        '<link href="{{ static_url("site.css") }}"><a href="{{ url_for("menu", n=1) }}">{{ house }}'
        "</a>{{ guest }}|{% block body %}{% endblock %}"
    )
    (folder / "menu.html").write_text(
        '{% extends "layout.html" %}{% block body %}{{ request.path }} {{ n }}{% endblock %}'
    )
    (folder / "rows.html").write_text(
        "{% for row in rows %}{{ row }}{{ 'x' * 1000 }}\n{% endfor %}end"
    )
    app = App()
    app.mount("/static", StaticFiles(tmp_path / "static"))
    app.context_processor(lambda request: {"house": "<Bistro>", "guest": "app"})
    templates = Templates(folder, [lambda request: {"guest": "templates"}])
    app.get("/menu/<int:n>", name="menu")(
        lambda request, n: templates.render(request, "menu.html", n=n)
    )
    app.templates = templates
    return app


def test_a_page(site):
    """A page knows the request, URLs, and what context processors give; its own values win."""
    page = TestApp(site).get("/menu/4")
    assert page.content_type == "text/html"
    assert re.fullmatch(
        r'<link href="/static/site\.css\?v=[0-9a-f]{16}"><a href="/menu/1">&lt;Bistro&gt;</a>'
        r"templates\|/menu/4 4",
        page.text,
    )
    site.get("/mine")(
        lambda request: site.templates.render(
            request, "menu.html", guest="own", status=418, headers={"X-Cup": "tea"}
        )
    )
    page = TestApp(site).get("/mine", status=418)
    assert page.headers["X-Cup"] == "tea"
    assert "own|/mine " in page.text


def test_a_stream_begins_at_once(site):
    """The first bytes of a long page are sent before its last row is made."""
    made = []

    def rows(number):
        for row in range(number):
            made.append(row)
            yield row

    site.get("/rows")(lambda request: site.templates.stream(request, "rows.html", rows=rows(500)))
    statuses = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/rows", "wsgi.url_scheme": "http"}
    environ |= {"SERVER_NAME": "here", "SERVER_PORT": "80"}
    body = site(environ, lambda status, fields, info=None: statuses.append(status))
    pieces = iter(body)
    first = next(pieces)
    assert len(first) >= 1024
    assert len(made) < 50
    rest = list(pieces)
    assert len(made) == 500
    assert b"".join([first, *rest]).endswith(b"\nend")
    assert len(rest) < 100
    assert statuses == ["200 OK"]


def test_a_stream_through_a_validator(site):
    """A streamed page keeps PEP 3333, to its end, and when the guest leaves half-way."""
    site.get("/rows")(lambda request: site.templates.stream(request, "rows.html", rows=range(50)))
    page = TestApp(validator(site)).get("/rows")
    assert page.text == "".join(f"{n}{'x' * 1000}\n" for n in range(50)) + "end"
    assert TestApp(validator(site)).head("/rows").body == b""


def test_an_error_cuts_a_stream_short(site, serve):
    """An error half-way ends the connection without the last chunk; the server goes on."""

    def rows():
        yield from range(100)
        raise ValueError("the kitchen is closed")

    site.get("/rows")(lambda request: site.templates.stream(request, "rows.html", rows=rows()))
    host, port = serve(site).address
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"http://{host}:{port}/rows", timeout=5)
    assert requests.get(f"http://{host}:{port}/menu/1", timeout=5).status_code == 200


def test_without_an_application(tmp_path):
    """Templates render for anything that is given as a request, and from any environment."""
    environment = Environment(DictLoader({"a": "{{ request }}{{ b }}"}))
    templates = Templates(environment=environment)
    assert templates.render(None, "a", b=1).body == "None1"
    assert "".join(templates.stream("r", "a", b=2).body) == "r2"
    with pytest.raises(TemplateNotFound):
        Templates(tmp_path).render(None, "nowhere.html")

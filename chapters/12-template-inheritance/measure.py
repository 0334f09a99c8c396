"""What inheritance costs: one page on your templates and on Jinja's, in microseconds."""

import time

import jinja2

from bistro.templates.environment import Environment
from bistro.templates.loaders import DictLoader

TEXTS = {
    "layout": "<title>{% block title %}Bistro{% endblock %}</title>{% block body %}{% endblock %}",
    "card": "{% extends 'layout' %}{% from 'macros' import price %}"
    "{% block title %}{{ super() }}, tonight{% endblock %}"
    "{% block body %}{% for dish in dishes %}{% include 'dish' %}{% endfor %}{% endblock %}",
    "dish": "{% from 'macros' import price %}<li>{{ dish.name|title }} {{ price(dish.price) }}",
    "macros": "{% macro price(amount) %}<b>{{ amount }} €</b>{% endmacro %}",
}
DISHES = [{"name": f"dish & {number}", "price": number} for number in range(20)]


def page(house):
    """The card, found and rendered."""
    return house.get_template("card").render(dishes=DISHES)


def microseconds(function, rounds=300):
    """The shortest of seven averages."""
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        for _ in range(rounds):
            function()
        times.append((time.perf_counter() - begin) / rounds)
    return min(times) * 1e6


def main():
    """Print the time of a page with looking for changes, without, and with compiling each time."""
    ours = {
        "looked at": Environment(DictLoader(TEXTS)),
        "kept": Environment(DictLoader(TEXTS), auto_reload=False),
        "compiled": Environment(DictLoader(TEXTS), cache_size=0),
    }
    loader = jinja2.DictLoader(TEXTS)
    theirs = {
        "looked at": jinja2.Environment(loader=loader, autoescape=True),
        "kept": jinja2.Environment(loader=loader, autoescape=True, auto_reload=False),
        "compiled": jinja2.Environment(loader=loader, autoescape=True, cache_size=0),
    }
    print(f"{'':12}{'yours':>8}{'Jinja':>8}")
    for name in ours:
        rounds = 300 if name != "compiled" else 1
        mine = microseconds(lambda house=ours[name]: page(house), rounds)
        other = microseconds(lambda house=theirs[name]: page(house), rounds)
        print(f"{name:12}{mine:8.0f}{other:8.0f}")


if __name__ == "__main__":
    main()

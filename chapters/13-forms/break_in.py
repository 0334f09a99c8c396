"""Break it: a guest sends what no browser would.

The same bookings go to a function as many tutorials have it, and to a form of yours. What each of
them makes of a booking is printed in a word: `booked`, `refused`, or what went wrong.
"""

from __future__ import annotations

from bistro.forms import CharField, ChoiceField, Form, IntegerField, URLField

GOOD = {"name": "Ada", "guests": "4", "time": "18:00", "site": ""}
ATTACKS = {
    "four guests": {},
    "guests=40": {"guests": "40"},
    "guests=nan": {"guests": "nan"},
    "guests=1_0": {"guests": "1_0"},
    "time=03:00": {"time": "03:00"},
    "paid=yes": {"paid": "yes"},
    "a name of two lines": {"name": "Ada\r\nBcc: everyone@bistro.example"},
    "site=javascript:...": {"site": "javascript:alert(1)"},
    "a name with a script": {"name": '"><script>alert(1)</script>', "guests": "40"},
}


class Booking(Form):
    """A table for some guests, with a link to who they are."""

    name = CharField(max_length=40)
    guests = IntegerField(min_value=1, max_value=12)
    time = ChoiceField(["18:00", "19:30"])
    site = URLField(required=False)


def careless(sent):
    """Return a booking if its numbers are right, else the page with what was typed."""
    booking = {**sent, "guests": float(sent["guests"])}
    if booking["guests"] < 1 or booking["guests"] > 12 or len(booking["name"]) > 40:
        return f'<form><input name="name" value="{sent["name"]}"></form>'
    return booking


def yours(sent):
    """Return the same by a form."""
    form = Booking(sent)
    return form.data if form.is_valid() else str(form)


def verdict(result) -> str:
    """Say what came of a booking."""
    if isinstance(result, str):
        return "SCRIPT" if "<script" in result else "refused"
    return "PAID" if "paid" in result else "booked"


print(f"{'':21} careless  yours")
for name, attack in ATTACKS.items():
    sent = {**GOOD, **attack}
    print(f"{name:21} {verdict(careless(sent)):9} {verdict(yours(sent))}")

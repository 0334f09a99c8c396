"""How long a form takes: ours and, where Django is installed, the same one by Django.

A booking with five fields is read, found wrong, and shown again with its messages. The best of
five rounds is printed, in microseconds for a form.
"""

from __future__ import annotations

from timeit import repeat

from bistro import forms
from bistro.multidict import MultiDict

ROUND = 200
SENT = {"name": "Ada", "guests": "forty", "day": "2030-12-31", "time": "18:00", "note": "a\r\nb"}


class Booking(forms.Form):
    """The booking with our fields."""

    name = forms.CharField(max_length=40, help_text="As on your bell.")
    guests = forms.IntegerField(min_value=1, max_value=12)
    day = forms.DateField()
    time = forms.ChoiceField(["18:00", "19:30"])
    note = forms.TextField(required=False)


def django_booking():
    """Return the booking with Django's fields, and what was sent as Django has it."""
    import django
    from django import forms
    from django.conf import settings
    from django.http import QueryDict

    settings.configure(USE_I18N=False)
    django.setup()

    class Booking(forms.Form):
        """The same in Django."""

        name = forms.CharField(max_length=40, help_text="As on your bell.")
        guests = forms.IntegerField(min_value=1, max_value=12)
        day = forms.DateField()
        time = forms.ChoiceField(choices=[("18:00", "18:00"), ("19:30", "19:30")])
        note = forms.CharField(required=False, widget=forms.Textarea)

    sent = QueryDict(mutable=True)
    sent.update(SENT)
    return Booking, sent


def measure(name: str, form, sent) -> None:
    """Print how long it takes to check what was sent, and to show it again."""
    checking = min(repeat(lambda: form(sent).is_valid(), number=ROUND)) / ROUND
    showing = min(repeat(lambda: str(form(sent)), number=ROUND)) / ROUND
    print(f"{name:7} checked {checking * 1e6:6.0f} µs, checked and shown {showing * 1e6:6.0f} µs")


measure("Bistro", Booking, MultiDict(SENT))
try:
    measure("Django", *django_booking())
except ImportError:
    print("Django is not installed.")

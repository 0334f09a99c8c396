"""Asks Django's fields: reads questions as JSON from the standard input, and answers them.

A question is a field and a value; the answer is what is stored of it, in `repr`, or None where
`clean` refuses it. `clean` is what a Django form calls; ours is asked by each `save`.
"""

import datetime  # noqa: F401  the values of the questions are read by eval
import json
import sys
from decimal import Decimal  # noqa: F401  likewise

from django.conf import settings

settings.configure(USE_TZ=False)

import django  # noqa: E402  the settings come first

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import models  # noqa: E402

FIELDS = {
    "whole": models.BigIntegerField(),
    "number": models.FloatField(),
    "money": models.DecimalField(max_digits=5, decimal_places=2),
    "truth": models.BooleanField(),
    "short": models.CharField(max_length=5, blank=True),
    "day": models.DateField(),
    "wall": models.DateTimeField(),
}


def answer(name, written):
    """What Django stores of a value, or None."""
    try:
        return repr(FIELDS[name].clean(eval(written), None))
    except (ValidationError, ValueError, TypeError, OverflowError):
        return None


print(json.dumps([answer(*question) for question in json.load(sys.stdin)]))

"""Chapter 4: many guests at once, and a real Django site for all of them.

The menu and a form that books a table, a database, and Django's admin to manage both: one file of
Django, and nothing of ours in it but the last lines, which serve it. Where Django is not installed,
a small WSGI restaurant is served instead.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

from bistro.server import serve

STYLE = """<style>
body { font: 18px/1.6 Georgia, serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }
h1 { color: #8c2f1b; border-bottom: 3px double #8c2f1b }
a { color: #8c2f1b }  nav { float: right }  td:last-child { text-align: right }
table { width: 100%; border-collapse: collapse }  td { border-bottom: 1px dotted #b9a58f }
input { font: inherit; width: 9rem; margin-right: .5rem }  .errorlist { color: #8c2f1b }
button { font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .2rem 1rem }
</style>"""

PAGE = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Bistro</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">{STYLE}
<nav><a href="/admin/">Staff only</a></nav>
<h1>Bistro</h1>
{{% for message in messages %}}<p><strong>{{{{ message }}}}</strong></p>{{% endfor %}}
<table>{{% for dish in dishes %}}
<tr><td>{{{{ dish.name }}}}<td>{{{{ dish.price }}}} €{{% endfor %}}
</table>
<h2>Book a table</h2>
<form method="post">{{% csrf_token %}}{{{{ form.as_p }}}}<button>Book</button></form>
<h2>Expected tonight</h2>
<p>{{% for booking in bookings %}}{{{{ booking }}}}{{% if not forloop.last %}}, {{% endif %}}
{{% empty %}}Nobody yet.{{% endfor %}}</p>
"""


def plain_restaurant(environ, start_response):
    """The restaurant without Django."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f"<!doctype html><title>Bistro</title>{STYLE}<h1>Bistro</h1>".encode(), b"<p>Soup."]


def django_restaurant(folder: Path):
    """Django's WSGI application; its database is made in `folder`."""
    from django import forms, setup
    from django.apps import AppConfig, apps
    from django.conf import settings

    class Restaurant(AppConfig):
        name, label, path = __name__, "restaurant", str(Path(__file__).parent)

    this = sys.modules[__name__]  # Django imports what it is to find by name; here it is
    this.Restaurant = Restaurant

    settings.configure(
        # The quickest there is: everybody knows this password. Yours wants Django's default.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        SECRET_KEY=os.urandom(32).hex(),
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            f"django.contrib.{name}"
            for name in ("admin", "auth", "contenttypes", "messages", "sessions", "staticfiles")
        ]
        + [f"{__name__}.Restaurant"],
        STATIC_URL="/static/",
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
    )

    setup()

    from django.contrib import admin, messages
    from django.contrib.auth.models import User
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, models
    from django.http import HttpResponse
    from django.shortcuts import redirect
    from django.template import engines
    from django.urls import path

    class Dish(models.Model):
        name = models.CharField(max_length=60, unique=True)
        price = models.DecimalField(max_digits=5, decimal_places=2)

        class Meta:
            app_label = "restaurant"
            verbose_name_plural = "dishes"

        def __str__(self):
            return self.name

    class Booking(models.Model):
        name = models.CharField(max_length=40)
        guests = models.PositiveSmallIntegerField(default=2)

        class Meta:
            app_label = "restaurant"

        def __str__(self):
            return f"{self.name} ({self.guests})"

    class BookingForm(forms.ModelForm):
        guests = forms.IntegerField(min_value=1, max_value=12, initial=2)

        class Meta:
            model = Booking
            fields = ("name", "guests")

    page = engines["django"].from_string(PAGE)

    def home(request):
        form = BookingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            booking = form.save()
            messages.success(request, f"A table for {booking}. Until tonight!")
            return redirect("/")
        context = {"dishes": Dish.objects.all(), "bookings": Booking.objects.all(), "form": form}
        return HttpResponse(page.render(context, request))

    admin.site.register(Dish, list_display=("name", "price"))
    admin.site.register(Booking, list_display=("name", "guests"))
    this.urlpatterns = [path("", home), path("admin/", admin.site.urls)]

    with connection.schema_editor() as editor:  # a new database at each start needs no migrations
        for model in apps.get_models():
            editor.create_model(model)
    for name, price in (("Leek tart", 11), ("Trout with almonds", 19), ("Chestnut soup", 9)):
        Dish.objects.create(name=name, price=price)
    User.objects.create_superuser("chef", password="bistro")  # noqa: S106 - for an evening
    return StaticFilesHandler(get_wsgi_application())


def restaurant(folder: Path):
    """The Django site, or what there is without Django."""
    try:
        app = django_restaurant(folder)
    except ModuleNotFoundError as error:
        if error.name != "django":
            raise
        print("Django is not installed; here is a plain restaurant instead.")
        return plain_restaurant
    print('Staff log in at /admin/ as "chef" with the password "bistro".')
    return app


def main():
    """Serve the restaurant until Ctrl-C, and log where."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout)
    with tempfile.TemporaryDirectory() as folder:
        app = restaurant(Path(folder))
        print("Ctrl-C ends it.", flush=True)
        serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

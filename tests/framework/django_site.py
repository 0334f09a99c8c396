"""A Django site with its admin, an upload and a streamed page, in one file: dishes of a menu."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings


def make(folder: Path):
    """Set up Django with its database and uploads in `folder`; return the application."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
        ],
        MEDIA_ROOT=folder / "media",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="django_site_urls",
        SECRET_KEY="for these tests",
        STATIC_URL="/static/",
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
        USE_TZ=True,
    )
    django.setup()
    make_pages()
    from django.contrib.auth.models import User
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(sys.modules["django_site_urls"].Dish)
    User.objects.create_superuser("chef", "", "soup of the day")
    return StaticFilesHandler(get_wsgi_application())


def make_pages():
    """Define the model, its admin and the URLs, in a module of their own as Django wants them."""
    import types

    module = types.ModuleType("django_site_urls")
    sys.modules["django_site_urls"] = module
    from django.contrib import admin
    from django.db import models
    from django.http import JsonResponse, StreamingHttpResponse
    from django.urls import path

    class Dish(models.Model):
        name = models.CharField(max_length=50)
        picture = models.FileField(blank=True)

        class Meta:
            app_label = "auth"
            verbose_name_plural = "dishes"

        def __str__(self):
            return self.name

    admin.site.register(Dish)

    def menu(request):
        return JsonResponse({"dishes": [dish.name for dish in Dish.objects.order_by("name")]})

    def stream(request):
        dishes = Dish.objects.order_by("name").iterator()
        return StreamingHttpResponse(f"{dish.name}\n" for dish in dishes)

    module.Dish = Dish
    module.urlpatterns = [
        path("", menu),
        path("stream", stream),
        path("admin/", admin.site.urls),
    ]


if __name__ == "__main__":  # python django_site.py FOLDER: serves it, on a port of its own
    from bistro.server import serve

    serve(make(Path(sys.argv[1])), port=0)

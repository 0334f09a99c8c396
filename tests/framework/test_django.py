"""Django with its admin runs on this server unchanged: by HTTP, and in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.framework.conftest import FRAMEWORK

SITE = Path(__file__).parent / "django_site.py"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The address of a Django site in a process of its own: it can be set up once a process."""
    process = subprocess.Popen(
        [sys.executable, str(SITE), str(tmp_path_factory.mktemp("site"))],
        env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stderr.readline()
    assert "listening on http://" in line, line + process.stderr.read()
    yield line.split()[-1].rstrip("/")
    process.terminate()
    _, errors = process.communicate(timeout=10)
    assert "Traceback" not in errors


def token(page):
    """Return the CSRF token of a form in `page`."""
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]


def test_the_admin_logs_in_adds_changes_uploads_and_deletes(url):
    session = requests.Session()
    page = session.get(f"{url}/admin/")
    login = {"username": "chef", "password": "soup of the day", "csrfmiddlewaretoken": token(page)}
    page = session.post(page.url, data=login)
    assert "Site administration" in page.text

    add = f"{url}/admin/auth/dish/add/"
    fields = {"name": "Bœuf", "csrfmiddlewaretoken": token(session.get(add))}
    page = session.post(add, data=fields, files={"picture": ("b.png", b"x" * 3_000_000)})
    assert "was added successfully" in page.text
    assert session.get(url).json() == {"dishes": ["Bœuf"]}

    change = f"{url}/admin/auth/dish/1/change/"
    page = session.get(change)
    assert "b.png" in page.text
    fields = {"name": "Bœuf <b>", "csrfmiddlewaretoken": token(page)}
    assert "was changed successfully" in session.post(change, data=fields).text
    assert session.get(f"{url}/stream").text == "Bœuf <b>\n"

    delete = f"{url}/admin/auth/dish/1/delete/"
    fields = {"post": "yes", "csrfmiddlewaretoken": token(session.get(delete))}
    assert "was deleted successfully" in session.post(delete, data=fields).text
    assert session.get(url).json() == {"dishes": []}


def test_a_form_without_its_token_is_forbidden(url):
    login = {"username": "chef", "password": "soup of the day"}
    assert requests.post(f"{url}/admin/login/", data=login).status_code == 403


@pytest.mark.needs("chromium")
def test_the_admin_works_in_a_browser(url, browser, tmp_path):
    picture = tmp_path / "tart.png"
    picture.write_bytes(b"x" * 100_000)
    page = browser.new_page()
    page.goto(f"{url}/admin/")
    page.fill("#id_username", "chef")
    page.fill("#id_password", "soup of the day")
    page.click("text=Log in")
    page.click("a[href='/admin/auth/dish/add/']")
    page.fill("#id_name", "Tarte")
    page.set_input_files("#id_picture", picture)
    page.click("input[name=_save]")
    assert "was added successfully" in page.inner_text(".success")
    page.click("#result_list tbody a")
    page.fill("#id_name", "Tarte Tatin")
    page.click("input[name=_save]")
    assert "was changed successfully" in page.inner_text(".success")
    assert requests.get(url).json() == {"dishes": ["Tarte Tatin"]}
    page.click("#result_list tbody a")
    page.click("a.deletelink")
    page.click("input[type=submit]")
    assert "was deleted successfully" in page.inner_text(".success")
    assert requests.get(url).json() == {"dishes": []}
    # The stylesheet came, too: the header is as the admin's CSS has it, not as plain HTML.
    assert page.evaluate("getComputedStyle(document.querySelector('#header')).display") == "flex"

"""Step 12.2: compiled once."""

import threading

import pytest

from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateError, TemplateNotFound, TemplateSyntaxError
from bistro.templates.loaders import FileLoader, Loaded
from bistro.templates.undefined import Undefined


def test_a_template_by_its_name(environment):
    """`get_template` gives the template of a name, compiled with the environment's settings."""
    house = environment({"page": "{{ name|loud }}"}, filters={"loud": str.upper})
    template = house.get_template("page")
    assert template.render(name="bistro & co") == "BISTRO &amp; CO"
    assert template.name == "page"


def test_it_is_compiled_once(environment):
    """The same name gives the same template, as long as its text is the same."""
    house = environment({"page": "one", "other": "two"})
    page = house.get_template("page")
    assert house.get_template("other") is not page
    assert house.get_template("page") is page


def test_a_change_is_seen(environment):
    """A template whose text has changed is compiled anew, and then kept."""
    texts = {"page": "one"}
    house = environment(texts)
    assert house.get_template("page").render() == "one"
    texts["page"] = "two"
    page = house.get_template("page")
    assert page.render() == "two"
    assert house.get_template("page") is page


def test_nobody_looks(environment):
    """Without `auto_reload` nobody asks whether a template has changed, or gone."""
    texts = {"page": "one"}
    house = environment(texts, auto_reload=False)
    page = house.get_template("page")
    texts["page"] = "two"
    assert house.get_template("page") is page
    del texts["page"]
    assert house.get_template("page") is page
    with pytest.raises(TemplateNotFound):
        house.get_template("other")


class Asked:
    """A loader that notes how often it is asked whether a template is fresh."""

    def __init__(self):
        self.questions = 0

    def load(self, name):
        return Loaded("one", None, self.is_fresh)

    def is_fresh(self):
        self.questions += 1
        return True


def test_who_is_asked():
    """Whether a kept template is fresh is asked at each use with `auto_reload`, else never."""
    for auto_reload, questions in [(True, 2), (False, 0)]:
        loader = Asked()
        house = Environment(loader, auto_reload=auto_reload)
        for _ in range(3):
            house.get_template("page")
        assert loader.questions == questions


def test_a_file_knows_its_path(folder):
    """A template out of a file has the file's path, which tracebacks show."""
    path = folder / "menu" / "card.html"
    path.write_text("\n{{ 1 / n }}")
    template = Environment(FileLoader(folder)).get_template("menu/card.html")
    assert template.path == str(path)
    with pytest.raises(ZeroDivisionError) as caught:
        template.render(n=0)
    places = [(str(entry.path), entry.lineno + 1) for entry in caught.traceback]
    assert places[-1] == (str(path), 2)


def test_what_has_gone(environment):
    """A template that has gone is not found, however long it was kept."""
    texts = {"page": "one"}
    house = environment(texts)
    house.get_template("page")
    del texts["page"]
    with pytest.raises(TemplateNotFound) as caught:
        house.get_template("page")
    assert caught.value.name == "page"


def test_without_a_loader():
    """Without a loader no template is found; the error says that there is no loader."""
    with pytest.raises(TemplateNotFound, match="loader") as caught:
        Environment().get_template("page")
    assert caught.value.name == "page"


def test_a_wrong_template(environment):
    """A wrong template is an error with its name, each time, until it is mended."""
    texts = {"page": "\n{% if %}"}
    house = environment(texts)
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError) as caught:
            house.get_template("page")
        assert (caught.value.name, caught.value.line) == ("page", 2)
    texts["page"] = "mended"
    assert house.get_template("page").render() == "mended"


def test_the_oldest_goes(environment):
    """No more than `cache_size` are kept: the one that is kept longest goes."""
    house = environment({name: name for name in "abcd"}, cache_size=3)
    first = {name: house.get_template(name) for name in "abc"}
    house.get_template("d")
    assert len(house.cache) == 3
    assert house.get_template("b") is first["b"]
    assert house.get_template("c") is first["c"]
    assert house.get_template("a") is not first["a"]
    assert len(house.cache) == 3
    assert house.get_template("c") is first["c"]
    assert house.get_template("b") is not first["b"]


def test_a_new_version_is_new(environment):
    """A template that was compiled anew counts as kept from then on, and takes one place only."""
    texts = {name: name for name in "abc"}
    house = environment(texts, cache_size=2)
    house.get_template("a")
    b = house.get_template("b")
    texts["a"] = "changed"
    a = house.get_template("a")
    assert house.get_template("b") is b
    house.get_template("c")
    texts["c"] = "changed"
    house.get_template("c")
    assert house.get_template("a") is a
    assert house.get_template("b") is not b


def test_nothing_is_kept(environment):
    """With `cache_size=0` nothing is kept, and all works."""
    house = environment({"a": "a", "b": "b"}, cache_size=0)
    assert [house.get_template(name).render() for name in "abab"] == ["a", "b", "a", "b"]
    assert len(house.cache) == 0


def test_threads(environment):
    """Who keeps a template waits for the lock before anything is changed, and lets it go."""
    house = environment({"page": "one"})
    page = house.get_template("page")
    before = dict(house.cache)
    thread = threading.Thread(target=house.keep, args=("page", page, lambda: True))
    with house.lock:
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        assert house.cache == before
    thread.join(4)
    assert house.lock.locked() is False


def test_every_change_is_locked(environment):
    """The lock is held while a template comes into the cache, and while others go."""
    house = environment({"a": "a", "b": "b"}, cache_size=1)
    unlocked = []

    def noting(change):
        def method(self, *args):
            if not house.lock.locked():
                unlocked.append(change.__name__)
            return change(self, *args)

        return method

    changes = ("__setitem__", "__delitem__", "pop", "popitem")
    house.cache = type("Cache", (dict,), {name: noting(getattr(dict, name)) for name in changes})()
    for name in "aba":
        assert house.get_template(name).render() == name
    assert unlocked == []


def test_many_threads(environment):
    """Eight threads that go through more templates than are kept all get theirs."""
    house = environment({str(n): f"{n}" for n in range(20)}, cache_size=4)
    wrong = []

    def guest():
        try:
            for n in range(100):
                if house.get_template(str(n % 20)).render() != str(n % 20):
                    wrong.append(n)
        except Exception as error:  # noqa: BLE001 - it would be lost with the thread
            wrong.append(error)

    threads = [threading.Thread(target=guest) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(4)
    assert wrong == []
    assert len(house.cache) <= 4


def test_the_first_that_exists(environment):
    """`select_template` gives the first of some templates that exists."""
    house = environment({"b": "B", "c": "C"})
    assert house.select_template(["a", "b", "c"]).render() == "B"
    assert house.select_template(iter(["c"])).render() == "C"
    ready = house.from_string("ready")
    assert house.select_template(["a", ready, "b"]) is ready
    assert house.select_template([Undefined("special"), "c"]).render() == "C"


def test_none_of_them_exists(environment):
    """If none exists the error names them all; one that is wrong is not passed over."""
    house = environment({"wrong": "{% if %}", "right": "right"})
    with pytest.raises(TemplateNotFound) as caught:
        house.select_template(["lunch", "dinner"])
    assert "lunch" in str(caught.value)
    assert "dinner" in str(caught.value)
    with pytest.raises(TemplateNotFound):
        house.select_template([])
    with pytest.raises(TemplateSyntaxError):
        house.select_template(["wrong", "right"])
    with pytest.raises(TemplateError, match="NoneType"):
        house.select_template([None, "right"])

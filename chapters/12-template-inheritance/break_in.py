"""Attacks on templates, on what many write first and on yours; prints what each gives away."""

import tempfile
from pathlib import Path

from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateError
from bistro.templates.loaders import FileLoader

SECRET = {"house": {"recipe": "RECIPE"}}


def careless_part(folder, name):
    """A part of a page, by a name from the query."""
    return (folder / name).read_text(encoding="utf-8")


def our_part(folder, name):
    """The same as a template includes it."""
    page = Environment(FileLoader(folder)).from_string("{% include part %}")
    return page.render(part=name)


def careless_greeting(folder, name):
    """A template that is put together of what a guest typed."""
    page = Environment(autoescape=False).from_string("Good evening, " + name)
    return page.render(SECRET)


def our_greeting(folder, name):
    """A template that was there before the guest, who is a value."""
    page = Environment().from_string("Good evening, {{ guest }}")
    return page.render({**SECRET, "guest": name})


def careless_card(folder, name):
    """An include that puts the other file's text into this one, as often as it is asked to."""
    text = (folder / name).read_text()
    return text.replace('{% include "round.html" %}', careless_card(folder, "round.html"))


def our_card(folder, name):
    """An include of chapter 12."""
    return Environment(FileLoader(folder)).get_template(name).render()


def word(function, folder, name):
    """What comes out, in a word."""
    try:
        text = function(folder, name)
    except (OSError, TemplateError, RecursionError) as error:
        return type(error).__name__
    return "RECIPE" if "RECIPE" in text else "<b>" if "<b>" in text else "page"


def main():
    """Print a line for each attack."""
    with tempfile.TemporaryDirectory() as house:
        folder = Path(house) / "templates"
        (folder / "parts").mkdir(parents=True)
        (Path(house) / "recipe.txt").write_text("RECIPE")
        (folder / "parts" / "day.html").write_text("open")
        (folder / "round.html").write_text('{% include "round.html" %}')
        parts = ["parts/day.html", "../recipe.txt", "parts/../../recipe.txt"]
        rows = [
            *[("include " + part, careless_part, our_part, part) for part in parts],
            ("include /.../recipe.txt", careless_part, our_part, str(Path(house) / "recipe.txt")),
            ("guest {{ house.recipe }}", careless_greeting, our_greeting, "{{ house.recipe }}"),
            ("guest <b>Zoë</b>", careless_greeting, our_greeting, "<b>Zoë</b>"),
            ("a card that includes itself", careless_card, our_card, "round.html"),
        ]
        print(f"{'':31}{'careless':16}yours")
        for label, careless, ours, name in rows:
            print(f"{label:31}{word(careless, folder, name):16}{word(ours, folder, name)}")


if __name__ == "__main__":
    main()

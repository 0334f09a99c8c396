"""What the tests of this chapter share: sets of templates, and a folder of them."""

import pytest


@pytest.fixture
def written():
    """`written(texts, name, **context)`: the text of a template out of a dict of templates."""
    from bistro.templates.environment import Environment
    from bistro.templates.loaders import DictLoader

    def render(texts, name="page", /, **context):
        return Environment(DictLoader(texts)).get_template(name).render(**context)

    return render


@pytest.fixture
def environment():
    """`environment(texts, **settings)`: an environment with these templates."""
    from bistro.templates.environment import Environment
    from bistro.templates.loaders import DictLoader

    return lambda texts, **settings: Environment(DictLoader(texts), **settings)


@pytest.fixture
def folder(tmp_path):
    """A folder of templates; beside it lies what is none of theirs."""
    (tmp_path / "recipes.txt").write_text("the recipe")
    folder = tmp_path / "templates"
    (folder / "menu").mkdir(parents=True)
    (folder / "menu" / "card.html").write_text("a card")
    (folder / "layout.html").write_text("the layout")
    return folder

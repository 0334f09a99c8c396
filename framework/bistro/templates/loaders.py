"""Loaders: where templates come from.

A loader gives a template's text for its name, and can tell later whether that text is still the
one. Names are paths with `/`, such as `menu/card.html`, and never lead out of a loader's folders.
"""

from __future__ import annotations

import os

from bistro.templates.errors import TemplateError, TemplateNotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    class Loader(Protocol):
        """What an environment asks of a loader."""

        def load(self, name: str) -> Loaded:
            """The template of this name; raises TemplateNotFound."""
            ...


class Loaded:
    """What a loader has found: `source`, the text; `path`, the file, or None without one.

    `is_fresh()` is whether the loader would give the same text now.
    """

    __slots__ = ("is_fresh", "path", "source")

    def __init__(self, source: str, path: str | None, is_fresh: Callable[[], bool]) -> None:
        self.source = source
        self.path = path
        self.is_fresh = is_fresh


class FileLoader:
    """Templates in the files of one or more directories, of which the first that has one wins."""

    def __init__(self, *directories: str | os.PathLike[str], encoding: str = "utf-8") -> None:
        self.directories = [os.fspath(directory) for directory in directories]
        self.encoding = encoding

    def load(self, name: str) -> Loaded:
        """Read the template from the first of the directories that has a regular file there.

        Raises TemplateNotFound with the name, and says which directories were searched.
        """
        parts = safe_parts(name)
        for directory in self.directories:
            path = os.path.join(directory, *parts)
            if os.path.isfile(path):
                return self.read(name, path)
        searched = ", ".join(self.directories)
        raise TemplateNotFound(name, f"there is no template {name!r} in {searched}")

    def read(self, name: str, path: str) -> Loaded:
        """The template in a file, in the loader's encoding, its line ends as they are.

        It is fresh as long as the file's `state` is what it was before it was opened, so that no
        change is missed. Raises TemplateNotFound if the file is gone, TemplateError, with the name,
        if it is in another encoding; other errors of the system stay as they are.
        """
        before = state(path)
        try:
            with open(path, encoding=self.encoding, newline="") as file:
                source = file.read()
        except FileNotFoundError:
            raise TemplateNotFound(name) from None
        except UnicodeDecodeError as error:
            raise TemplateError(
                f"the template {name!r} is not in {self.encoding}: {error}"
            ) from error
        return Loaded(source, path, lambda: state(path) == before)


FORBIDDEN = frozenset("\\:\0")
"""What Windows separates parts and drives by, and what ends a path for the operating system."""


def safe_parts(name: str) -> list[str]:
    """The parts of a template's name, between the slashes.

    Raises TemplateNotFound, with the name, if one is empty, `.` or `..`, or has a character in
    FORBIDDEN.
    """
    parts = name.split("/")
    for part in parts:
        if part in {"", ".", ".."} or not FORBIDDEN.isdisjoint(part):
            raise TemplateNotFound(
                name, f"{name!r} is no template's name: those are paths below the templates' folder"
            )
    return parts


def state(path: str) -> tuple[int, int] | None:
    """What changes with a file: its time in nanoseconds and its size; None if it is gone."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class DictLoader:
    """Templates in a mapping of names to texts."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self.mapping = mapping

    def load(self, name: str) -> Loaded:
        """Take a template's text; raises TemplateNotFound."""
        source = self.mapping.get(name)
        if source is None:
            raise TemplateNotFound(name)
        return Loaded(source, None, lambda: self.mapping.get(name) == source)


class PackageLoader(FileLoader):
    """Templates in a folder of an installed package."""

    def __init__(self, package: str, directory: str = "templates", encoding: str = "utf-8") -> None:
        """Find the package; raises ImportError if there is none, or it has no folder on disk."""
        from importlib.util import find_spec

        spec = find_spec(package)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places:
            raise ImportError(f"{package!r} is not a package with files", name=package)
        super().__init__(*[os.path.join(place, directory) for place in places], encoding=encoding)


class ChoiceLoader:
    """Several loaders, of which the first that has a template wins."""

    def __init__(self, *loaders: Loader) -> None:
        self.loaders = loaders

    def load(self, name: str) -> Loaded:
        """Ask the loaders in turn; raises TemplateNotFound, which says what each of them said."""
        said = []
        for loader in self.loaders:
            try:
                return loader.load(name)
            except TemplateNotFound as error:
                said.append(str(error))
        raise TemplateNotFound(name, "; ".join(said) or None)

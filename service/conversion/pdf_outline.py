"""The outline (bookmarks) of a PDF, made from the named places that LibreOffice exports."""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf

from service.errors import DocumentRefused


def set_outline(opened: pikepdf.Pdf, entries: Sequence[tuple[str, str]]) -> None:
    """Give an opened PDF an outline that opens beside it.

    Args:
        opened: changed in place.
        entries: (named place, title) in the order of the outline.

    Raises:
        DocumentRefused: the PDF lacks a named place.
    """
    places = _named_places(opened)
    missing = [name for name, _ in entries if name not in places]
    if missing:
        raise DocumentRefused("В PDF комплекта не найдено начало документа. Повторите создание.")
    with opened.open_outline() as outline:
        outline.root.clear()
        for name, title in entries:
            item = pikepdf.OutlineItem(title)
            item.destination = places[name]
            outline.root.append(item)
    opened.Root.PageMode = pikepdf.Name.UseOutlines


def _named_places(opened: pikepdf.Pdf) -> dict[str, pikepdf.Array]:
    """Return name -> explicit destination, from the name tree or from the older dictionary."""
    places: dict[str, pikepdf.Array] = {}
    old = opened.Root.get("/Dests")
    if isinstance(old, pikepdf.Dictionary):
        places.update({name.removeprefix("/"): _explicit(place) for name, place in old.as_dict().items()})
    names = opened.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    if names is not None:
        places.update({str(name): _explicit(place) for name, place in pikepdf.NameTree(names).items()})
    return places


def _explicit(place: pikepdf.Object) -> pikepdf.Array:
    found = place.get("/D") if isinstance(place, pikepdf.Dictionary) else place
    return pikepdf.Array(found)

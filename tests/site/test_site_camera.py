"""A card shows its own place with the cells beside it, and at most two of the places it is compared with."""

from __future__ import annotations

from typing import Any

from site_examples import PROSE, TABLE_ID, box, cell, cells, document, finding, related, table

from rendicion_etl.site.album import Photo
from rendicion_etl.site.camera import Picture, take_pictures
from rendicion_etl.site.cards import cards_of
from rendicion_etl.site.cells import gather
from rendicion_etl.site.data import Curated
from rendicion_etl.site.tabular import tables_of
from rendicion_etl.site.words import Words

OTHERS = [TABLE_ID.replace("t01", f"t0{n}") for n in (2, 3, 4)]


class Pages:
    """An album of four blank pages."""

    def photo(self, number: int | None) -> Photo | None:
        return Photo(number, 400, 500, 10, "data:,") if number in {1, 2, 3, 4} else None


def pictures(*findings: dict[str, Any]) -> list[Picture]:
    """The pictures of the first card; tables 2, 3 and 4 stand on pages 2, 1 and 4."""
    shown = [table(), *(table(table_id=t, table_index=n, number=f"Tabla No. {n}") for n, t in enumerate(OTHERS, 2))]
    body = [cells()]
    for table_id, page in zip(OTHERS, (2, 1, 4), strict=True):
        body.append([cell(15, col, "Q 1.00", table_id=table_id, page=page) for col in (0, 1)])
    data = Curated(document(), shown, gather(body, shown, findings), list(findings), [])
    tables = tables_of(data)
    found = cards_of(data, tables, Words("es"))
    take_pictures(found, tables, Pages(), Words("es"))  # type: ignore[arg-type]
    return list(found[0].pictures)


def elsewhere(n: int, page: int) -> dict[str, Any]:
    return {**related(15, 1, "1.00"), "table_id": OTHERS[n], "page": page}


def marks(picture: Picture) -> list[tuple[str, str, list[float]]]:
    return [(m.kind, m.label, list(m.box)) for view in picture.panes for m in view.marks]


def test_the_figure_and_its_addends_are_marked() -> None:
    (own,) = pictures(finding(1))
    assert marks(own) == [("related", "", box(1, 1)), ("related", "", box(2, 1)), ("figure", "1", box(3, 1))]
    assert own.whole is not None
    assert [m.kind for m in own.whole.marks] == ["figure"]


def test_two_findings_about_one_cell_share_its_box() -> None:
    (own,) = pictures(finding(1, related=[]), finding(2, check_id="identities.row", related=[]))
    assert marks(own) == [("figure", "1, 2", box(3, 1))]


def test_a_figure_that_another_finding_adds_up_is_marked_once() -> None:
    (own,) = pictures(finding(1, related=[related(3, 2, "95.00")]), finding(2, col=2, related=[]))
    assert marks(own) == [("figure", "1", box(3, 1)), ("figure", "2", box(3, 2))]


def test_another_table_of_the_same_page_has_its_own_picture() -> None:
    own, other = pictures(finding(1, related=[elsewhere(1, page=1)]))
    assert marks(own) == [("figure", "1", box(3, 1))]
    assert marks(other) == [("related", "", box(15, 1))]
    assert other.caption.startswith("Tabla No. 3, página 1")
    assert other.whole is None


def test_no_more_than_two_other_places_are_shown() -> None:
    shown = pictures(finding(1, related=[elsewhere(0, page=2), elsewhere(1, page=1), elsewhere(2, page=4)]))
    assert [picture.page for picture in shown] == [1, 2, 1]


def test_a_sentence_is_shown_with_the_lines_around_it_and_then_what_it_is_compared_with() -> None:
    own, other = pictures(finding(1, **PROSE, related=[elsewhere(0, 2)]))
    # The sentence stands from 50, 100 to 350, 180; air is around it, so that no letter lies under the frame.
    assert marks(own) == [("figure", "1", [47.0, 97.0, 353.0, 183.0])]
    assert own.panes[0].box.height > own.panes[0].marks[0].box.height
    assert (other.page, [kind for kind, _, _ in marks(other)]) == (2, ["related"])


def test_the_table_as_a_whole_can_be_the_place() -> None:
    (own,) = pictures(finding(1, row=None, col=None, related=[]))
    assert marks(own) == [("figure", "1", [50.0, 100.0, 350.0, 180.0])]


def test_there_is_no_picture_without_a_page_or_a_box() -> None:
    assert pictures(finding(1, page=9)) == []
    assert pictures(finding(1, x0=None)) == []

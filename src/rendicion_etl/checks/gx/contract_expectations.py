"""The contract of the datasets as expectations; what each asserts stands at its function in `contract`,
`conservation` and `coherence`. Importing this module imports Great Expectations.
"""

from __future__ import annotations

from rendicion_etl.checks.gx.expectations import GroupedExpectation


class ExpectColumnsToBeComplete(GroupedExpectation):
    """No value is null in the given columns."""

    check = "columns_complete"
    columns: list[str]


class ExpectAmountsToBeExact(GroupedExpectation):
    """Amounts are decimals, never binary floating-point numbers."""

    check = "amounts_exact"
    columns: list[str]


class ExpectRowsToHaveAParent(GroupedExpectation):
    """Every row belongs to a row of the dataset `parent` (a foreign key); nulls belong to none."""

    check = "parents_exist"
    columns: list[str]
    parent: str
    parent_columns: list[str] | None = None


class ExpectEveryParentToHaveRows(GroupedExpectation):
    """Every row of `parent`, or every document of the `run`, has rows here."""

    check = "parents_have_rows"
    columns: list[str]
    parent: str
    parent_columns: list[str] | None = None
    maximum: int | None = None


class ExpectCountsToMatchRows(GroupedExpectation):
    """A count in `documents` is the number of rows staged in the dataset that it counts."""

    check = "counts_match"
    counts: dict[str, str]


class ExpectPagesToExist(GroupedExpectation):
    """A page is between 1 and the number of pages of its document."""

    check = "pages_exist"
    columns: list[str]


class ExpectSameAsDocument(GroupedExpectation):
    """What is repeated of the document beside each row is what `documents` says."""

    check = "same_as_document"
    columns: list[str]


class ExpectOutcomesToBeCounted(GroupedExpectation):
    """No check passes without having compared."""

    check = "outcomes_counted"


class ExpectSpansNotToOverlap(GroupedExpectation):
    """The cells of a table lie inside its grid and no two cover the same slot."""

    check = "spans_apart"


class ExpectNumbersToLandOnce(GroupedExpectation):
    """Every number in the body of a table lands once, in budget_execution or in indicators."""

    check = "numbers_land_once"
    value_types: list[str]
    row_roles: list[str]
    naming_columns: list[str]


class ExpectAmountsToBeRead(GroupedExpectation):
    """The numeric columns of a document were understood; shares are texts, compared exactly."""

    check = "amounts_read"
    column_roles: list[str]
    row_roles: list[str]
    max_unread_cells: str
    max_unread_columns: str


class ExpectFindingsToQuoteTheirCells(GroupedExpectation):
    """A finding on a cell stands on its page, quotes its text and value, and its difference adds up."""

    check = "findings_quote_cells"


class ExpectFindingsToBeDerived(GroupedExpectation):
    """The findings and results staged are those that the rules give when they are run again."""

    check = "findings_derived"


class ExpectValuesToBeWhatTextsSay(GroupedExpectation):
    """The value of a cell is what its text says; a number of the given types has a value."""

    check = "values_read"
    value_types: list[str]


class ExpectTablesToAgreeWithTheirCells(GroupedExpectation):
    """A table is as large as its cells, lies on their pages, and copies an earlier table only."""

    check = "tables_agree"


class ExpectLinesToAgreeWithTheirCells(GroupedExpectation):
    """A line has the page, role and texts of its row, and the kind and currency of its table."""

    check = "lines_agree"


class ExpectPlacesToBelongTogether(GroupedExpectation):
    """Department, municipality, ISO code and region are of one place."""

    check = "places_belong"


class ExpectRowsToNest(GroupedExpectation):
    """A row stands one level below the row of its table that contains it."""

    check = "rows_nest"


class ExpectPercentagesToFollow(GroupedExpectation):
    """pct_computed follows from devengado and vigente, of the row or of the table's total."""

    check = "percentages_follow"

"""The columns in the words of the Fiscal Data Package: what is an amount, of which phase, whose, when, where, for what.

Specification 1.0-rc.1 and its budget taxonomy, https://specs.frictionlessdata.io/fiscal-data-package/ and
https://specs.frictionlessdata.io/fiscal-data-package--budgets/. Amounts of several phases stand side by side, so each
names its phase in `normalize`, and `extraFields` holds the two columns that unpivoting gives. In one column `code`
stand codes of several classifications, which a `columnType` cannot say: `columnTypeBy` tells it by classification.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rendicion_etl.curated.field import PHASES, Field

_COLUMN_TYPES = {
    "institution": "administrative-classification:generic:level1:code",
    "institution_name": "administrative-classification:generic:level1:label",
    "fiscal_year": "date:fiscal-year",
    "period_start": "date:fiscal:activity-start",
    "period_end": "date:fiscal:activity-end",
    "currency": "value-currency:code",
    "iso_3166_2": "geo:target:code",
    "department_code": "geo:target:level1:code",
    "municipality_code": "geo:target:level2:code",
}
# What the taxonomy has no name for (transfers, products, physical targets) is left without one.
_CLASSIFICATIONS = {
    "grupo_gasto": ("economic-classification:generic:level1:code", "economic-classification:generic:level1:label"),
    "renglon": ("economic-classification:generic:code", "economic-classification:generic:label"),
    "fuente_financiamiento": ("fin-source:generic:code", "fin-source:generic:label"),
    "finalidad": ("functional-classification:generic:level1:code", "functional-classification:generic:level1:label"),
    "funcion": ("functional-classification:generic:level2:code", "functional-classification:generic:level2:label"),
    "programa": ("activity:generic:program:code", "activity:generic:program:label"),
    "unidad_ejecutora": (
        "administrative-classification:generic:level2:code",
        "administrative-classification:generic:level2:label",
    ),
    "ubicacion_geografica": ("geo:target:level1:code", "geo:target:level1:title"),
    "region": ("geo:target:code", "geo:target:title"),
    "municipal": ("geo:target:level2:code", "geo:target:level2:title"),
}
_CLASSIFIED = ("code", "label")


def fiscal_properties(field: Field, names: Iterable[str]) -> Mapping[str, Any]:
    """What the Fiscal Data Package says of a field, among the names of its dataset's fields; empty where nothing."""
    if field.name in PHASES:
        return {"columnType": "value", "normalize": {"phase": field.name}}
    if field.type == "decimal(18,2)":
        return {"columnType": "value"}
    if field.name in _CLASSIFIED and "classification" in names:
        place = _CLASSIFIED.index(field.name)
        types = {kind: both[place] for kind, both in _CLASSIFICATIONS.items()}
        return {"columnTypeBy": {"field": "classification", "columnTypes": types}}
    return {"columnType": _COLUMN_TYPES[field.name]} if field.name in _COLUMN_TYPES else {}


def extra_fields(names: Iterable[str]) -> list[dict[str, Any]]:
    """The columns that a dataset of several phases has once each phase is a row of its own; else none."""
    if not set(PHASES) <= set(names):
        return []
    return [
        {"name": "value", "type": "number", "columnType": "value", "normalizationTarget": True},
        {"name": "phase", "type": "string", "columnType": "phase:id"},
        {"name": "direction", "type": "string", "columnType": "direction", "constant": "expenditure"},
    ]

"""Takes what `site.spending` found, gives charts as SVG and the same numbers as tables.

Not its business: asking the datasets, or the page around a chart.
"""

from rendicion_etl.site.charts.groups import draw_groups
from rendicion_etl.site.charts.map import draw_map
from rendicion_etl.site.charts.numbers import DataTable, TableCell
from rendicion_etl.site.charts.phases import draw_phases
from rendicion_etl.site.charts.svg import Chart
from rendicion_etl.site.charts.tables import department_table, group_table, phase_table

__all__ = [
    "Chart",
    "DataTable",
    "TableCell",
    "department_table",
    "draw_groups",
    "draw_map",
    "draw_phases",
    "group_table",
    "phase_table",
]

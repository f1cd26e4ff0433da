"""A whole small report as PDF, with a total that holds or does not: what a run is tried on."""

from __future__ import annotations

from pathlib import Path

from pdfs import Ruled, write_pdf

LINES = [("000", "Servicios Personales", "100.00", "50.00"), ("100", "Servicios no Personales", "300.00", "30.00")]


def write_report(path: Path, total: str = "400.00", year: int = 2021) -> Path:
    """One ruled table of two lines and a printed `total` of their vigente; 400.00 is right."""
    return write_pdf(
        path,
        "Secretaría de Coordinación Ejecutiva de la Presidencia",
        f"Informe de rendición de cuentas, enero a abril de {year}",
        Ruled(
            rows=[
                ("Código", "Grupo de gasto", "Vigente", "Devengado"),
                *LINES,
                ("", "TOTAL", total, "80.00"),
            ],
            caption=("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto", "(En quetzales)"),
            bold=(3,),
            widths=(60, 200, 90, 90),
        ),
    )

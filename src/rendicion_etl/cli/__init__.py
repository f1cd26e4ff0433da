"""The `rendicion` command: takes arguments, calls the pipeline, tells people what came out.

Not its business: anything that a flow or a notebook would need too. Heavy libraries are imported inside the
commands, so that `rendicion --help` answers at once.
"""

from rendicion_etl.cli.overview import main

__all__ = ["main"]

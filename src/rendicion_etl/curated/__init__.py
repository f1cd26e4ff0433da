"""The product: takes a judged document, gives Parquet datasets, the queries over them, their dictionary and exports.

Not its business: reading, normalising or judging. Nothing is computed here that was not printed or proven before.
"""

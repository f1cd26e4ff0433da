"""The product: takes a judged document, gives Parquet datasets, the queries over them and their dictionary.

Not its business: reading, normalising or judging. Nothing is computed here that was not printed or proven before.
"""

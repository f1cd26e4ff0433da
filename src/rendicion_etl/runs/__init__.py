"""Takes files and folders, gives published datasets: each document read in a child, all validated, published, told of.

Not its business: how one document is read (that is `pipeline`), or what the reader of a terminal sees.
"""

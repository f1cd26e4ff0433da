"""Takes files as received, or fetches them from where institutions publish, and gives them back under their content.

Each byte sequence is kept once and never changed, with every place where it was found.

Not its business: what is in a file beyond the question whether it is a PDF at all.
"""

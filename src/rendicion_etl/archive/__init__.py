"""Takes files as received, gives them back under their content: each byte sequence is kept once, never changed.

Not its business: what is in a file beyond the question whether it is a PDF at all.
"""

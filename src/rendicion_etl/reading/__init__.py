"""Takes a PDF file, gives its pages as characters with boxes, and pictures of them.

Not its business: what the characters mean, or where a table is.
"""

"""Takes pages, gives tables: cells with text, box and spans, captions, parts on several pages joined.

Not its business: what a number, a column or a row means.
"""

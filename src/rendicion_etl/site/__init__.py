"""Takes the curated datasets and the archived PDF, gives pages for people: the quality report of a document.

Not its business: judging. What a page says was found and confirmed before; here it is put into words and pictures.
"""

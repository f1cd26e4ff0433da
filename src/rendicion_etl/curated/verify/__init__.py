"""Takes a curated folder and its archive, tells all that is wrong with them, document by document, and changes nothing.

`folder.verify` is the way through it; `document` looks at the files of one document, `archive` at the PDFs, `leftovers`
at what nobody needs any more. What the documents say is not its business: that is for the checks.
"""

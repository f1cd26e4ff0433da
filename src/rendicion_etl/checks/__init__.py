"""Takes a document whose tables are understood, gives what does not add up in it, with evidence.

Not its business: reading files, or changing anything that it judges.
"""

"""Takes the staged datasets of a run, gives a verdict by Great Expectations: the contract, and the rules once more.

Not its business: what a rule asserts (the modules of `checks` do), or what happens after the verdict.
"""

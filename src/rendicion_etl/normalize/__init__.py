"""Takes tables as printed, gives them typed: values, roles, places, classifications, periods.

Not its business: whether the numbers agree. What cannot be resolved stays null, with the printed text kept.
"""

"""Takes what is published and what is remembered of visits, gives alarms: what a person should look at.

Not its business: who is told of them, and how often (that is `runs.notify`).
"""

from rendicion_etl.runs.monitors.alarm import Alarm
from rendicion_etl.runs.monitors.watch import Watched, note_seen, watch

__all__ = ["Alarm", "Watched", "note_seen", "watch"]

"""Takes what is published, a run, visits and alarms; tells people what is new, once, through the services they chose.

`news_of` says what there is to tell, `notify` sends it. Not its business: what an alarm is (that is `runs.monitors`).
"""

from rendicion_etl.runs.notify.gather import news_of
from rendicion_etl.runs.notify.news import Item, News
from rendicion_etl.runs.notify.send import Unsent, notify, send_test

__all__ = ["Item", "News", "Unsent", "news_of", "notify", "send_test"]

"""Who a community is: its inception, its keys over time, where it is reached."""

"""Working time: named calendars, holidays and make-up workdays, and when a limit runs out."""

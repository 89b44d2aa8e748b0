"""The core: complaints, cases and the rules they live by; clock, calendar and scheme are handed in."""

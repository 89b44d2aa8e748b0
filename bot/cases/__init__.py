"""The core: complaints, cases and the rules they live by. Standard library only; clock, calendar and scheme are handed in."""

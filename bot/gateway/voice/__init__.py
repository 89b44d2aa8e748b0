"""The telephone: what callers say and press becomes turns like any other, and what is said to them is spoken."""

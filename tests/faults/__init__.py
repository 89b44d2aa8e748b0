"""Faults: processes that die, customers who mean harm, logs that must not talk."""

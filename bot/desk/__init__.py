"""The desk: where agents see who waits, and talk with them."""

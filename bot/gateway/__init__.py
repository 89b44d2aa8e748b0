"""The public side: web chat, order of turns, transcript, limits, the cases API, health and the demo page."""

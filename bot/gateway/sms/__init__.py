"""Texting: what comes in by SMS becomes turns like any other, and each is answered with one text."""

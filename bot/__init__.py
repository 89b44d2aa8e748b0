"""Recourse: an assistant that takes telecom complaints, keeps them, and tries to put them right."""

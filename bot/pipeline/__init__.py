"""What plugs into Rasa: thin shells over our own packages, and the repairs Rasa needs."""

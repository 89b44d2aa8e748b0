"""What leaves the system: SMS, e-mail and letters."""

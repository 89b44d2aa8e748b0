"""What customers say aloud, letter by letter and figure by figure, turned into the value they mean."""

from bot.reading.spoken.digits import digits_said, digits_written
from bot.reading.spoken.emails import email_said
from bot.reading.spoken.numbers import number_said
from bot.reading.spoken.phones import PhoneSaid, phone_said
from bot.reading.spoken.postal_codes import postal_code_said
from bot.reading.spoken.spellings import name_spelled, spelling_written

__all__ = [
    "PhoneSaid",
    "digits_said",
    "digits_written",
    "email_said",
    "name_spelled",
    "number_said",
    "phone_said",
    "postal_code_said",
    "spelling_written",
]

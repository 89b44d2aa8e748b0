"""From a customer's words to values: dates, amounts, references, contacts, language, nature, danger."""

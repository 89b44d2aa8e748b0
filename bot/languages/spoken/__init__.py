"""How texts are made ready for a voice; what a caller needs of it is in bot.languages.speech."""

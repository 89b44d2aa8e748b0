"""What every test needs: Rasa without TensorFlow, before anything imports it."""

from bot.pipeline import without_tensorflow

without_tensorflow.install()

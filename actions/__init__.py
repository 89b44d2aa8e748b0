"""The custom actions: one module per phase of the conversation, thin shells between the dialogue and the core."""

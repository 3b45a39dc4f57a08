"""Who calls the engine: a sound card, a clock, or a loop over an array; and audio files."""

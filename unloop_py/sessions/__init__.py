"""What was played, kept: a folder for each session, written while it goes on, so that nothing is lost to a crash.

    2026-11-21 21.14.03/
        session.toml            how things stand: loops, takes, parameters, what sounds (replaced whole, every second or so)
        log.jsonl               everything that happened, a line each, in engine frames (only ever appended to)
        loop-1/take-0003.wav    a state of a loop: 32-bit float, with what came before and after it, its loop marked
        loop-1/layer-0002.wav   a layer of such a state
        loop-1/variation-000017.wav    a repetition that was heard
        loop-1/variations-0001.npz     the tokens of those that were heard
        loop-1/learned-0003.safetensors    what the model learned of that take
        input-0001.wav          what was being recorded or overdubbed, as it came in
        name.txt                what the player calls it; a named session is never deleted for room
        playing.lock            held while the session goes on
        restored                it ended without warning, and its player has it back

The room knows nothing of the engine but its messages; the room `session` tells it what happens and gives it audio.
"""

"""OSC address patterns: ``*``, ``?``, ``[a-z]``, ``[!a-z]`` and ``{one,two}``, part by part between the slashes.

A set of places is carried along the text instead of backtracking, so that no pattern, however malicious, takes longer
than its length times the text's.
"""

from collections.abc import Callable

_SPECIAL = frozenset("*?[]{}")

Step = Callable[[str, set[int]], set[int]]
"""From the places in the text where the pattern may stand to those where it may stand after one more token."""


def is_pattern(part: str) -> bool:
    """Whether a part of an address holds a wildcard or a list."""
    return not _SPECIAL.isdisjoint(part)


def is_list(part: str) -> bool:
    """Whether a pattern names its members, by ``{one,two}`` alone, so that nothing is matched unawares."""
    return is_pattern(part) and set(part).isdisjoint("*?[]")


def matches(pattern: str, text: str) -> bool:
    """Whether one part of an address pattern matches one part of an address.

    Pure. A bracket or brace that is never closed matches nothing.
    """
    steps = _steps(pattern)
    if steps is None:
        return False
    places = {0}
    for step in steps:
        places = step(text, places)
        if not places:
            return False
    return len(text) in places


def _steps(pattern: str) -> list[Step] | None:
    steps: list[Step] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        closing = {"[": "]", "{": "}"}.get(character)
        if closing is None:
            steps.append(_any_run if character == "*" else _one(character))
            at += 1
            continue
        end = pattern.find(closing, at + 1)
        if end < 0:
            return None
        inside = pattern[at + 1 : end]
        steps.append(_one_of(inside) if character == "[" else _word_of(inside.split(",")))
        at = end + 1
    return steps


def _any_run(text: str, places: set[int]) -> set[int]:
    return set(range(min(places), len(text) + 1))


def _one(character: str) -> Step:
    return lambda text, places: {p + 1 for p in places if p < len(text) and character in ("?", text[p])}


def _one_of(inside: str) -> Step:
    negated = inside.startswith("!")
    characters = inside[negated:]
    ranges: list[tuple[str, str]] = []
    while characters:
        is_range = characters[1:2] == "-" and len(characters) > 2
        ranges.append((characters[0], characters[2] if is_range else characters[0]))
        characters = characters[3 if is_range else 1 :]

    def fits(character: str) -> bool:
        return any(low <= character <= high for low, high in ranges) != negated

    return lambda text, places: {p + 1 for p in places if p < len(text) and fits(text[p])}


def _word_of(words: list[str]) -> Step:
    return lambda text, places: {p + len(word) for p in places for word in words if text.startswith(word, p)}

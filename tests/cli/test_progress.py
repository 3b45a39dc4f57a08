"""A bar where somebody can see it, and not one character where nobody can."""

import io

import pytest

from unloop_py.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("total", [4, None])
def test_a_terminal_sees_the_bar_move(monkeypatch: pytest.MonkeyPatch, total: float | None) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with progress_bar("varying", total) as progress:
        progress(2)
    assert "varying" in screen.getvalue()
    assert total is None or "50 %" in screen.getvalue()


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with progress_bar("varying", 4) as progress:
        progress(2)
    assert pipe.getvalue() == ""

"""SooperLooper's set and get over real UDP."""

import pytest


def test_controls_are_set_by_sooperloopers_names_and_numbers(client, bus):
    client.send("/sl/1/set", "feedback", 0.5)
    client.send("/sl/0/set", "rate", 0.5)
    client.send("/sl/-1/set", "fade_samples", 480)
    client.send("/set", "eighth_per_cycle", 8)
    client.send("/sl/-2/set", "tempo", 90)
    assert client.news() == []
    assert [(loop, name, value) for loop, name, value, _ in bus.sets] == [
        (1, "feedback", 0.5), (0, "speed", 0.5), (0, "seam_ms", 10.0), (1, "seam_ms", 10.0), (0, "eighth_per_cycle", 8), (0, "tempo", 90.0)]


def test_what_is_a_press_there_is_a_command_here(client, bus):
    client.send("/set", "tap_tempo", 1)
    client.send("/set", "selected_loop_num", 1)
    client.send("/set", "save_loop", 1)
    client.send("/set", "selected_loop_num", -1)
    client.send("/sl/-3/hit", "record")
    assert client.news() == []
    assert [(call.loop, call.name, call.argument) for call in bus.given] == [
        (None, "tap", None), (None, "select", 2), (1, "save_loop", None), (None, "select_all", None),
        (0, "hit", "record"), (1, "hit", "record")]


def test_get_is_answered_at_the_address_and_path_that_it_names(client, bus):
    bus.become(1, state="paused", length_s=4.0)
    returns = f"osc.udp://127.0.0.1:{client.port}/"
    for control in ("state", "loop_len", "rate"):
        client.send("/sl/1/get", control, returns, "/answer")
    client.send("/get", "tempo", f"localhost:{client.port}", "/answer")
    client.send("/get", "selected_loop_num", returns, "/answer")
    assert client.news() == [("/answer", 1, "state", 14), ("/answer", 1, "loop_len", 4), ("/answer", 1, "rate", 1),
                             ("/answer", -2, "tempo", 120), ("/answer", -2, "selected_loop_num", 0)]


@pytest.mark.parametrize(("address", "arguments", "says"), [
    ("/sl/0/set", ("feedbak", 1.0), "the nearest is 'feedback'"),
    ("/sl/0/set", ("feedback", 1.5), "feedback must be in 0..1"),
    ("/sl/0/set", ("feedback", float("nan")), "feedback must be in 0..1"),
    ("/sl/0/set", ("feedback",), "set takes a control and its value"),
    ("/sl/0/set", ("state", 4), "can only be asked for"),
    ("/sl/9/set", ("feedback", 1.0), "loop must be in 0..1"),
    ("/set", ("tempo", 1e9), "tempo must be in 0..1000"),
    ("/set", ("tempo", 0), "tempo must be in 20..300"),
    ("/set", ("sync_source", -4), "another SooperLooper"),
    ("/sl/0/get", ("state", "10.1.2.3:9000", "/answer"), "host must be this machine"),
    ("/sl/0/get", ("state",), "get takes a control"),
])  # fmt: skip
def test_what_cannot_be_is_answered_with_the_reason_and_changes_nothing(client, bus, address, arguments, says):
    client.send(address, *arguments)
    (answer,) = client.news()
    assert answer[0] == "/unloop/error" and says in answer[2]
    assert bus.sets == [] and bus.given == []

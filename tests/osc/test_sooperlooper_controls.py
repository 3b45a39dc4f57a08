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


def test_parameters_of_ours_are_controls_by_their_names_and_so_is_what_varying_does(client, bus):
    bus.become(1, progress=0.25)
    client.send("/sl/1/set", "variation", 0.75)
    client.send("/sl/0/set", "vary_mode", 3)
    client.send("/sl/1/set", "lock", 1)
    client.send("/sl/0/set", "generate", 0)
    returns = f"127.0.0.1:{client.port}"
    for control in ("variation", "gen_state", "lock", "gen_progress", "generate", "late"):
        client.send("/sl/1/get", control, returns, "/answer")
    assert client.news() == [("/answer", 1, "variation", 0.75), ("/answer", 1, "gen_state", 0), ("/answer", 1, "lock", 1),
                             ("/answer", 1, "gen_progress", 0.25), ("/answer", 1, "generate", 0), ("/answer", 1, "late", 0)]
    assert [(call.loop, call.name, call.argument) for call in bus.given] == [(1, "lock", 1), (None, "generate", 0)]


def test_a_press_of_a_loop_is_given_to_that_loop(client, bus):
    client.send("/sl/1/set", "delay_trigger", 1)
    assert client.news() == []
    assert [(call.loop, call.name) for call in bus.given] == [(1, "delay_trigger")]


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
    ("/sl/0/set", ("feedback",), "/sl/N/set takes control value, got 1 arguments"),
    ("/sl/0/set", ("feedback", "loud"), "a number is wanted, got 'loud'"),
    ("/sl/0/set", ("lock", 2), "lock must be in 0..1"),
    ("/sl/0/set", ("state", 4), "can only be asked for"),
    ("/sl/9/set", ("feedback", 1.0), "loop must be in 0..1"),
    ("/set", ("selected_loop_num", float("nan")), "selected_loop_num must be a number, got nan"),
    ("/set", ("tempo", 1e9), "tempo must be in 0..1000"),
    ("/set", ("tempo", 0), "tempo must be in 20..300"),
    ("/set", ("sync_source", -4), "another SooperLooper"),
    ("/sl/0/get", ("state", "10.1.2.3:9000", "/answer"), "host must be this machine"),
    ("/sl/0/get", ("state",), "/sl/N/get takes control returl retpath"),
    ("/sl/0/get", ("state", "osc.udp://127.0.0.1:99999/", "/answer"), "port must be a whole number in 1..65535"),
    ("/sl/0/get", ("state", "nowhere", "/answer"), "such as osc.udp://127.0.0.1:9000/"),
    ("/sl/0/get", ("state", "osc.udp://127.0.0.1:9000/", "answer"), "such as osc.udp://127.0.0.1:9000/"),
    ("/sl/0/get_prop", ("colour", "osc.udp://127.0.0.1:9000/", "/answer"), "the only property is name"),
    ("/loop_add", (7, 40.0), "a loop has 1 or 2 channels, got 7"),
    ("/loop_del", (0,), "only the last loop can go, which is -1 or 1, got 0"),
    ("/ping", ("osc.udp://127.0.0.1:9000/",), "/ping takes returl retpath [n], got 1 arguments"),
])  # fmt: skip
def test_what_cannot_be_is_answered_with_the_reason_and_changes_nothing(client, bus, address, arguments, says):
    client.send(address, *arguments)
    (answer,) = client.news()
    assert answer[0] == "/unloop/error" and says in answer[2]
    assert bus.sets == [] and bus.given == []

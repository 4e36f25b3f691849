"""How trouble slows us down, and how that wears off."""

from oodaemon.failures.tempo import DELAYS, FORGOTTEN, ONE_BROWSER, WARNING, Tempo


def test_one_two_and_three_seconds_after_one_two_and_three_failures() -> None:
    tempo, delays = Tempo(), []
    for at in range(6):
        delays.append(DELAYS[tempo.at(at)])
        tempo = tempo.failed(at)
    assert delays == [0, 1, 2, 3, 3, 3]
    assert (ONE_BROWSER, WARNING) == (2, 3)


def test_each_success_is_a_step_back() -> None:
    tempo, levels = Tempo(3, 0), []
    for at in range(5):
        tempo = tempo.succeeded(at)
        levels.append(tempo.at(at))
    assert levels == [2, 1, 0, 0, 0]


def test_without_any_news_a_failure_is_forgotten_every_ten_minutes() -> None:
    tempo = Tempo().failed(0).failed(0).failed(100)
    assert [tempo.at(100 + seconds) for seconds in (0, FORGOTTEN - 1, FORGOTTEN, 2 * FORGOTTEN, 3 * FORGOTTEN, 1e9)] == [
        3,
        3,
        2,
        1,
        0,
        0,
    ]
    assert tempo.failed(100 + FORGOTTEN).at(100 + FORGOTTEN) == 3
    assert tempo.succeeded(100 + 2 * FORGOTTEN).at(100 + 2 * FORGOTTEN) == 0

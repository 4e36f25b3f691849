"""Which tests begin first, and which stay together in one process."""

ALONE = ("tests/simulation/", "tests/crashes/", "tests/acceptance/", "tests/integration/browser/", "tests/integration/app/")
"""What lies here takes long and shares nothing: each test may run in another process. All others stay with their file."""

TOGETHER = frozenset(f"tests/acceptance/test_{name}.py" for name in ("faults_of_practice", "main_job", "wizard"))
"""Of those the files whose tests share a fixture."""

LONGEST = (
    "tests/chaos/test_chaos.py",
    "tests/acceptance/test_faults_of_practice.py",
    "tests/faults/test_stale_pages.py",
    "tests/faults/test_course_of_results.py",
    "tests/faults/test_form.py",
    "tests/faults/test_sessions_and_outages.py",
    "tests/acceptance/test_drift.py",
    "tests/integration/browser/test_parameters.py",
    "tests/acceptance/test_recovery.py",
    "tests/acceptance/test_growing_runs.py",
    "tests/integration/metrics/test_prometheus.py",
    "tests/mutants/test_gate.py",
    "tests/properties/analysis/test_tradelog.py",
    "tests/properties/store/test_machine.py",
)
"""Who begins late here ends last."""


def rank(test: str) -> int:
    """The place of a test by its name: those of the longest files first, all others equal."""
    file = test.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


def unit(test: str) -> str:
    """What is given to a process at once: the test itself, or its file."""
    file = test.partition("::")[0]
    return test if file.startswith(ALONE) and file not in TOGETHER else file

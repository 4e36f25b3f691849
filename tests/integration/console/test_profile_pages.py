"""The profile over the service and on the console: of all attempts, of one task, and when nothing is known."""

import html
import re
from collections.abc import AsyncIterator

import grpc
import pytest

from oodaemon.api.v1 import daemon_pb2
from oodaemon.browser.profile import Part, Record
from tests.integration.console.serving import Site, console
from tests.integration.rpc.support import short_folder


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    with short_folder() as folder:
        async with console(folder) as running:
            yield running


def bare(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def remember(site: Site, run_id: str, index: int, outcome: str = "recorded", **seconds: float) -> None:
    """An attempt, as a browser actor leaves it."""
    spent = {Part(name): value for name, value in seconds.items()}
    number = len(site.service.parts.workshop.profiles.records()) + 1
    record = Record(run_id, index, number, "site/oo/browser/1", outcome, spent, sum(spent.values()), is_over=True)
    site.service.parts.workshop.profiles._keep(record)


async def ask(site: Site, **asked: object) -> daemon_pb2.GetProfileResponse:
    request = daemon_pb2.GetProfileRequest(**asked)  # type: ignore[arg-type]
    found: daemon_pb2.GetProfileResponse = await site.service.ask(lambda stubs: stubs.daemon.GetProfile(request))
    return found


async def test_the_service_tells_medians_of_results_and_the_newest_attempts_of_all(site: Site) -> None:
    remember(site, "A", 0, calculate=2.0, result_still=2.0)
    remember(site, "A", 1, calculate=3.0, result_still=1.0)
    remember(site, "B", 0, "timing", calculate=50.0)
    found = await ask(site, limit=2)
    assert (found.attempts, found.median.ToMilliseconds()) == (2, 4000)
    assert [(part.name, part.owner, part.median.ToMilliseconds(), part.longest.ToMilliseconds()) for part in found.parts] == [
        ("calculate", daemon_pb2.PROFILE_OWNER_SITE, 2500, 3000),
        ("result_still", daemon_pb2.PROFILE_OWNER_PROOF, 1500, 2000),
    ]
    assert [part.share for part in found.parts] == pytest.approx([5 / 8, 3 / 8])
    assert [(each.run_id, each.index, each.outcome) for each in found.newest] == [("B", 0, "timing"), ("A", 1, "recorded")]
    one = await ask(site, run_id="A", index=0)
    assert [(each.attempt_id, each.whole.ToMilliseconds()) for each in one.newest] == [(1, 4000)]


async def test_a_task_without_its_run_is_refused(site: Site) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        await ask(site, index=0)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(grpc.RpcError):
        await ask(site, limit=-1)


async def test_the_page_shows_a_bar_in_words_a_legend_and_a_table(site: Site) -> None:
    run = await site.service.submit(2)
    remember(site, run.run_id, 1, calculate=3.0, result_still=1.0)
    async with site.visitor() as visitor:
        assert 'href="/daemon/profile"' in await visitor.page("/daemon")
        page = await visitor.page("/daemon/profile")
    assert 'role="img" aria-label="Shares of the time: the site 75.0 %, proof 25.0 %"' in page
    assert re.search(r'<rect class="spent-site" x="0.0" width="75.0"', page)
    assert re.search(r'<rect class="spent-proof" x="75.0" width="25.0"', page)
    assert "calculate the site 3,000 3,000 75.0 %" in bare(page)
    assert f'href="/runs/{run.run_id}/tasks/1#profile"' in page
    assert "style=" not in page


async def test_the_page_of_a_task_shows_its_own_attempts_or_says_that_they_are_forgotten(site: Site) -> None:
    run = await site.service.submit(2)
    remember(site, run.run_id, 1, "timing", fill=0.5)
    remember(site, run.run_id, 1, calculate=3.0, result_still=1.0)
    async with site.visitor() as visitor:
        found = bare(await visitor.page(f"/runs/{run.run_id}/tasks/1"))
        assert found.index("Attempt 2, recorded: 4,000 ms") < found.index("Attempt 1, timing: 500 ms")
        assert "Not known any more" in bare(await visitor.page(f"/runs/{run.run_id}/tasks/0"))


async def test_before_any_attempt_the_page_says_so(site: Site) -> None:
    async with site.visitor() as visitor:
        assert "No attempt came to a result" in await visitor.page("/daemon/profile")

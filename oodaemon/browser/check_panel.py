"""Checks the fields of the New Backtest panel, one section after the other. Asyncio-flavoured."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from playwright.async_api import Locator, Page

from oodaemon.browser import locate, needs
from oodaemon.browser.checkup import Finding, Report, Verdict, look, not_reached
from oodaemon.browser.locate import Named
from oodaemon.browser.needs import Need, Undo, Unmet
from oodaemon.browser.recordings import PANEL, Check, Recordings
from oodaemon.clock import SECONDS

LATE = 1 * SECONDS
"""For a field whose neighbours are there already."""


class PanelCheck:
    """One open panel. `may_switch`: toggles are switched on and off again to see the fields behind them; nothing is submitted."""

    def __init__(self, page: Page, panel: Locator, recordings: Recordings, report: Report, *, may_switch: bool) -> None:
        self._page, self._panel, self._recordings, self._report = page, panel, recordings, report
        self._may_switch = may_switch

    async def run(self) -> None:
        """Look for every field that is not known to be right."""
        for section in self._recordings.sections:
            alternatives = self._recordings.section(section)
            found = await self._look_at(self._panel, alternatives, Named(section, PANEL))
            self._report.note(found)
            if found.verdict is Verdict.UNIQUE:
                probe = await locate.probe(self._panel, alternatives)
                place = probe.element or self._panel.locator(alternatives[probe.alternative]).first
                for wanted, labels in self._groups(section).items():
                    await self._check_group(place, section, wanted, labels)
            else:
                self._without_section(section, found)

    def _groups(self, section: str) -> Mapping[tuple[str, ...], list[str]]:
        """The labels of a section by what they need; those that need nothing first."""
        groups: dict[tuple[str, ...], list[str]] = {(): []}
        for place, label in self._recordings.fields:
            if place == section and self._report.verdict(Named(label, section)) is Verdict.NOT_REACHED:
                groups.setdefault(self._recordings.needs.get((place, label), ()), []).append(label)
        return groups

    def _without_section(self, section: str, found: Finding) -> None:
        for place, label in self._recordings.fields:
            if place == section:
                why = f"the section {Named(section)} is {found.verdict}"
                self._report.note(not_reached(Named(label, section), self._recordings.field(section, label), why))

    async def _check_group(self, place: Locator, section: str, wanted: Sequence[str], labels: Sequence[str]) -> None:
        parsed = [needs.parse(text, section, self._recordings) for text in wanted]
        remark = next((need.remark for need in parsed if need.remark), "")
        undo: list[Undo] = []
        why = ""
        try:
            await self._meet([need for need in parsed if not need.remark], undo)
        except Unmet as error:
            why = str(error)
        await self._wait(place, section, labels if undo else ())
        for label in labels:
            self._report.note(await self._look(place, section, label, Check(absent=why or remark)))
        for step in reversed(undo):
            await step()

    async def _meet(self, wanted: Sequence[Need], undo: list[Undo]) -> None:
        for need in wanted:
            if self._may_switch:
                undone = await needs.meet(self._page, self._panel, self._recordings, need)
                if undone is not None:
                    undo.append(undone)
            elif not await needs.is_met(self._panel, self._recordings, need):
                raise Unmet(f"needs {need}")

    async def _wait(self, place: Locator, section: str, labels: Sequence[str]) -> None:
        """For the first of some fields, which come together."""
        alternatives = [selector for label in labels for selector in self._recordings.field(section, label)]
        if alternatives:
            await locate.appears(place, alternatives, timeout=self._recordings.timing["field"])

    async def _look(self, place: Locator, section: str, label: str, check: Check) -> Finding:
        alternatives, named = self._recordings.field(section, label), Named(label, section)
        found = await self._look_at(place, alternatives, named, check)
        if found.verdict is Verdict.GONE and self._may_switch:
            await locate.appears(place, alternatives, timeout=LATE)
            found = await self._look_at(place, alternatives, named, check)
        return found

    async def _look_at(self, scope: Locator, alternatives: Sequence[str], named: Named, check: Check = Check()) -> Finding:  # noqa: B008 - frozen
        """As `look`; but what a test with several leg groups has once for each of them is no ambiguity: its group tells it."""
        found = await look(scope, alternatives, named, check)
        if found.verdict is not Verdict.AMBIGUOUS:
            return found
        groups = len(await locate.many(self._panel, self._recordings.locator("panel", "group_names")))
        if groups < 2 or found.count != groups:
            return found
        held = (await locate.probe(scope, alternatives)).alternative + 1
        return replace(found, verdict=Verdict.UNIQUE, alternative=held, why="one for each leg group")

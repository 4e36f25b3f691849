// Follows the page from before the Run click until its figures stand still. Made with the state reader; leaves `window.__ooWatch`.
// What was remembered of the page is forgotten (`forget`) before anything is decided.
(pageState, forget) => (spec) => {
  // Milliseconds: between two looks at a page that changes, and at one of which no change is heard (a stylesheet can do it unheard).
  const TOGETHER = 50, PULSE = 200;
  const ROW = 3; // cards of a row of figures, at least
  if (window.__ooWatch) window.__ooWatch.stop();
  // Cards change group by group: a group that still shows what an earlier page showed makes the whole page suspect.
  const groupsOf = (cards) => {
    const groups = {};
    for (const [label, value, group] of cards) (groups[group] = groups[group] || []).push([label, value]);
    return Object.values(groups).map((group) => JSON.stringify(group));
  };
  const profitOf = (state) => state.metrics.find(([label]) => spec.profitLabels.some((name) => name.toLowerCase() === label.toLowerCase()));
  const suspects = new Set(spec.suspects.flatMap(groupsOf));
  const watch = { popup: false, state: null, signature: "", since: performance.now(), clicked: null, previous: new Set(), said: [] };
  const look = () => {
    const state = pageState(spec);
    if (!spec.before) {
      spec.before = { running: state.running, spinning: state.spinning, alerts: state.alerts, maintenance: state.maintenance };
      // Words about trades that stand beside the figures of the saved test are no screen that says that there were none.
      if (profitOf(state)) spec.aside = pageState.lineOf(spec.noTrades);
    }
    const heard = watch.clicked === null ? spec.before.alerts : watch.said;
    for (const line of state.alerts) if (!spec.before.alerts.includes(line) && !heard.includes(line)) heard.push(line);
    if (watch.clicked === null) groupsOf(state.metrics).forEach((group) => watch.previous.add(group));
    state.isRunning = state.running > spec.before.running || state.spinning > spec.before.spinning;
    if (state.isRunning && watch.clicked !== null) watch.popup = true;
    const signature = JSON.stringify([state.heading, state.isUnsaved, state.metrics, state.bullets, state.facts, state.noTrades, state.legs]);
    const whole = signature + state.isRunning + state.dialogs.length;
    if (whole !== watch.whole) {
      watch.whole = whole;
      watch.since = performance.now();
    }
    watch.signature = signature;
    watch.state = state;
  };
  // The first of several changes is looked at as it happens, so that nothing short is missed; those right behind it together.
  let timer = 0, looked = -Infinity;
  const see = () => { looked = performance.now(); look(); };
  const soon = () => {
    const wait = looked + TOGETHER - performance.now();
    if (wait <= 0) see();
    else timer = timer || setTimeout(() => { timer = 0; see(); }, wait);
  };
  const observer = new MutationObserver(soon);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const pulse = setInterval(see, PULSE);
  watch.stop = () => { observer.disconnect(); clearInterval(pulse); clearTimeout(timer); };
  watch.start = () => { watch.clicked = watch.since = performance.now(); };

  // Falsy while undecided; else what the page came to. A page with the signature `rejected` must stand still for `patience` more.
  // Asked often, so it is decided on the last look; what then seems decided is looked at once more.
  // With `asked`, also "answered": what the site calculated is on the page, which must stand still yet before it is believed.
  watch.verdict = (quiet, rejected, patience, asked) => {
    const isDecided = () => decide(quiet, rejected, patience) || (asked && answered());
    if (!isDecided()) return null;
    forget();
    see();
    return isDecided();
  };
  const wholeOf = (state) => {
    const profit = profitOf(state);
    return Boolean(profit && /\d/.test(profit[1]) && !state.metrics.some(([, value]) => value === ""));
  };
  const answered = () => {
    const state = watch.state;
    const isDone = watch.popup && !state.isRunning && !state.panels && !state.dialogs.length;
    return isDone && state.isUnsaved && wholeOf(state) && !isKnown(state) ? { kind: "answered", state } : null;
  };
  const isOfBefore = (group) => watch.previous.has(group) || suspects.has(group);
  const isKnown = (state) => groupsOf(state.metrics).some(isOfBefore);
  // Some rows of cards are those of before and others are not; a few cards may well be the same again.
  const isMixed = (state) => {
    const groups = groupsOf(state.metrics);
    return groups.some((group) => isOfBefore(group) && JSON.parse(group).length >= ROW) && !groups.every(isOfBefore);
  };
  const isAt = (place, state) => state.path === place || state.path.startsWith(`${place}/`);
  // Something spins on although nothing says that a backtest runs: a page of new figures that stands still for long is believed.
  const isOver = (state, calm, quiet) => {
    const profit = profitOf(state), isSilent = state.running <= spec.before.running && !state.dialogs.length;
    return isSilent && calm > quiet.spinning && state.isUnsaved && profit && /[1-9]/.test(profit[1]) && !isKnown(state);
  };
  const decide = (quiet, rejected, patience) => {
    const state = watch.state, calm = (performance.now() - watch.since) / 1000;
    const answer = (kind) => ({ kind, state, popup: watch.popup, signature: watch.signature, calm, said: watch.said, isMixed: isMixed(state) });
    if (state.isSignIn || state.challenge) return answer("signed_out");
    if (state.isRunning && !isOver(state, calm, quiet)) return null;
    if (state.panels && calm > quiet.panel_close) return answer("panel_open");
    const isWhole = wholeOf(state);
    const isResult = state.isUnsaved && isWhole;
    if (!isResult && state.maintenance && state.maintenance !== spec.before.maintenance && calm > quiet.told) return answer("maintenance");
    if (state.strangers.length && calm > (isResult ? quiet.told : quiet.no_figures)) return answer("dialog");
    // Words of trouble are believed soon; others only when nothing else comes for long.
    const isTrouble = watch.said.some((line) => spec.trouble.some((word) => line.toLowerCase().includes(word)));
    const isSilent = isResult || state.noTrades || state.dialogs.length > 0 || !watch.said.length;
    if (!isSilent && calm > (isTrouble ? quiet.told : quiet.no_figures)) return answer("told");
    const isElsewhere = !state.isUnsaved && calm > quiet.left;
    if (isElsewhere && (state.path === "/" || isAt("/login", state))) return answer("signed_out");
    if (isElsewhere && !state.dialogs.length && (!state.heading || isAt("/dashboard", state))) return answer("left");
    if (state.dialogs.length || !state.isUnsaved) return null;
    if (!isWhole && !state.noTrades) {
      return calm > quiet.no_figures ? answer("no_figures") : null;
    }
    if (watch.signature === rejected) return calm > patience ? answer("rejected") : null;
    const isSame = state.noTrades || isKnown(state);
    const needed = quiet[(watch.popup ? "quiet_after_popup" : "quiet_without_popup") + (isSame ? "_same_figures" : "")];
    return calm > needed ? answer("settled") : null;
  };
  look();
  window.__ooWatch = watch;
}

// Follows the page from before the Run click until its figures stand still. Made with the state reader; leaves `window.__ooWatch`.
(pageState) => (spec) => {
  if (window.__ooWatch) window.__ooWatch.stop();
  const suspects = spec.suspects.map((cards) => JSON.stringify(cards));
  const watch = { popup: false, state: null, signature: "", since: performance.now(), clicked: null, previous: "" };
  const look = () => {
    const state = pageState(spec);
    if (!spec.before) spec.before = { running: state.running, spinning: state.spinning };
    if (watch.clicked === null) watch.previous = JSON.stringify(state.metrics);
    state.isRunning = state.running > spec.before.running || state.spinning > spec.before.spinning;
    if (state.isRunning && watch.clicked !== null) watch.popup = true;
    const signature = JSON.stringify([state.heading, state.isUnsaved, state.metrics, state.bullets, state.legs]);
    const whole = signature + state.isRunning + state.dialogs.length;
    if (whole !== watch.whole) {
      watch.whole = whole;
      watch.since = performance.now();
    }
    watch.signature = signature;
    watch.state = state;
  };
  let timer = 0;
  const soon = () => {
    if (!timer) timer = setTimeout(() => { timer = 0; look(); }, 15);
  };
  const observer = new MutationObserver(soon);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const pulse = setInterval(look, 100);
  watch.stop = () => { observer.disconnect(); clearInterval(pulse); clearTimeout(timer); };
  watch.start = () => { watch.clicked = watch.since = performance.now(); };

  // Falsy while undecided; else what the page came to. `rejected` is a signature that did not prove its parameters.
  watch.verdict = (quiet, rejected) => {
    look();
    const state = watch.state, calm = (performance.now() - watch.since) / 1000;
    const answer = (kind) => ({ kind, state, popup: watch.popup, signature: watch.signature, calm });
    if (state.isSignIn || state.challenge) return answer("signed_out");
    if (state.isRunning) return null;
    if (state.panels && calm > quiet.panel_close) return answer("panel_open");
    if (!state.heading && !state.dialogs.length && calm > quiet.left) return answer("left");
    if (state.dialogs.length || !state.isUnsaved) return null;
    if (!state.metrics.some(([label]) => spec.profitLabels.includes(label))) return null;
    if (state.metrics.some(([, value]) => value === "")) return null;
    if (watch.signature === rejected) return calm > quiet.mismatch ? answer("rejected") : null;
    const figures = JSON.stringify(state.metrics), isSame = figures === watch.previous || suspects.includes(figures);
    const needed = quiet[(watch.popup ? "quiet_after_popup" : "quiet_without_popup") + (isSame ? "_same_figures" : "")];
    return calm > needed ? answer("settled") : null;
  };
  look();
  window.__ooWatch = watch;
  return watch.state;
}

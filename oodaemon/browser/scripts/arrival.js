// Made with the state reader. Where opening an address ended, "test", "list", "signed_out" or "nothing", with the state of the page
// and, for the last of these and the first, the seconds for which it had stood still (`calm`); null while it is open.
// The address of the list is there before its page knows whether anybody is signed in: to know that, it is wanted "drawn".
// A saved test has arrived once its figures stand still; one without figures is waited for no longer than `patience` allows.
// What was remembered of the page is forgotten (`forget`) before a page that stood still is believed.
(pageState, forget) => ([spec, wanted, patience]) => {
  const look = () => {
    const state = pageState(spec), path = location.pathname, now = performance.now() / 1000;
    const at = (place, calm = 0) => ({ place, state, calm });
    if (state.isSignIn || state.challenge || path === "/" || path.startsWith("/login")) return at("signed_out");
    const isList = path.startsWith("/dashboard");
    if (isList && wanted !== "drawn") return at("list");
    if (wanted === "list") return null;
    const isTest = Boolean(state.heading && state.hasNewBacktest);
    const content = JSON.stringify([isTest, state.metrics, isTest ? "" : document.body.innerText]);
    const seen = window.__ooArrival || {};
    if (seen.content !== content || seen.path !== path) {
      window.__ooArrival = { content, path, since: now };
      return null;
    }
    const calm = now - seen.since;
    const isShown = document.body.innerText.trim() && !state.spinning;
    if (wanted === "drawn") return isList && isShown && calm > (state.hasNewBacktest ? patience.list_still : patience.told) ? at("list", calm) : null;
    if (!isTest) return calm > patience.nothing && isShown ? at("nothing", calm) : null;
    const hasFigures = state.metrics.some(([label, value]) => spec.profitLabels.some((name) => name.toLowerCase() === label.toLowerCase()) && value);
    return calm > (hasFigures ? patience.saved_still : patience.saved_figures) ? at("test", calm) : null;
  };
  if (!look()) return null;
  forget();
  return look();
}

// Made with the state reader. True once the page of an unsaved result shows figures and nothing runs any more.
(pageState) => (spec) => {
  const state = pageState(spec);
  return state.isUnsaved && !state.running && !state.dialogs.length && state.metrics.some(([, value]) => /\d/.test(value));
}

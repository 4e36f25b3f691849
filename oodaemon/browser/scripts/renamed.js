// Made with the state reader. True once the page of a test shows a name, and nothing lies over it.
(pageState) => ([spec, name]) => {
  const state = pageState(spec);
  return state.heading === name && state.dialogs.length === 0;
}

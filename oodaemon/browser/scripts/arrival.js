// Made with the state reader. Where opening an address ended: "test", "list", "signed_out", or null while it is open.
(pageState) => ([spec, wanted]) => {
  const state = pageState(spec), path = location.pathname;
  if (state.isSignIn || state.challenge || path === "/" || path.startsWith("/login")) return "signed_out";
  if (path.startsWith("/dashboard")) return "list";
  return wanted === "test" && state.heading && state.hasNewBacktest ? "test" : null;
}

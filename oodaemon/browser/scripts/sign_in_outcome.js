// Made with the state reader. What signing in came to: "in", "refused", "challenge", or null while it is open.
(pageState) => ([spec, words, before]) => {
  const state = pageState(spec);
  if (state.challenge) return "challenge";
  if (!state.isSignIn && !location.pathname.startsWith("/login")) return "in";
  const body = document.body.innerText.toLowerCase();
  return words.some((word) => body.includes(word) && !before.includes(word)) ? "refused" : null;
}

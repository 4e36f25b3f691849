// Made with the state reader. What signing in came to: "in", "refused", "challenge", or null while it is open.
// Without words of refusal: whether there is a form to fill ("form") at all.
(pageState) => ([spec, words, before]) => {
  const state = pageState(spec);
  if (state.challenge) return "challenge";
  if (state.isSignIn && !words) return "form";
  const isInside = location.pathname !== "/" && !location.pathname.startsWith("/login");
  if (!state.isSignIn && isInside && document.body.innerText.trim()) return "in";
  const body = document.body.innerText.toLowerCase();
  return words && words.some((word) => body.includes(word) && !before.includes(word)) ? "refused" : null;
}

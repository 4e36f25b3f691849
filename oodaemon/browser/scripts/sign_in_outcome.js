// Made with the state reader. What signing in came to: "in", "challenge", "said" once a line that was not there `before` holds one of the
// words, or null while it is open. Without words: whether there is a form to fill ("form") at all.
(pageState) => ([spec, words, before]) => {
  const state = pageState(spec);
  if (state.challenge) return "challenge";
  if (state.isSignIn && !words) return "form";
  const isInside = location.pathname !== "/" && !location.pathname.startsWith("/login");
  const text = document.body.innerText;
  if (!state.isSignIn && isInside && text.trim()) return "in";
  const isSaid = (line) => words.some((word) => line.includes(word)) && !before.includes(line);
  return words && text.toLowerCase().split("\n").some((line) => isSaid(line.trim())) ? "said" : null;
}

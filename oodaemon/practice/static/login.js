// The way in: landing page and sign-in form.

import * as api from "./api.js";
import { go, signedIn } from "./app.js";
import { h } from "./dom.js";
import { changed, state } from "./store.js";

export function landing() {
  return h(
    "div",
    { class: "landing" },
    h("img", { src: "/static/logo.svg", alt: "Option Omega", class: "logo logo--large" }),
    h("h1", { class: "text-3xl font-bold" }, "Backtest option strategies"),
    h("p", { class: "text-gray-300" }, "A stand-in for practice: made-up prices, made-up account, no orders."),
    h("div", {}, h("span", { class: "btn-primary", onClick: () => go("/login") }, "Sign in")),
  );
}

async function signIn(event) {
  event.preventDefault();
  const form = state.login;
  if (form.isBusy) return;
  form.isBusy = true;
  form.error = "";
  changed();
  try {
    const { status, data } = await api.post("Session", { email: form.email, password: form.password });
    form.error = data?.error ?? "";
    if (status === 200 && !form.error) {
      await api.pause(data.seconds);
      form.isBusy = false;
      signedIn();
      return;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    form.error = "Firebase: Error (auth/network-request-failed).";
  }
  form.isBusy = false;
  changed();
}

function credential(label, type, name) {
  return h(
    "div",
    { class: "pb-4" },
    h("label", { class: "label" }, label),
    h("input", {
      class: "input mt-1",
      type,
      required: true,
      autocomplete: type === "email" ? "username" : "current-password",
      value: state.login[name],
      onInput: (event) => {
        state.login[name] = event.target.value;
        changed();
      },
    }),
  );
}

function challenge() {
  return h(
    "div",
    { class: "captcha" },
    h("p", {}, "Please complete the captcha challenge"),
    h("label", {}, h("input", { type: "checkbox" }), " I'm not a robot"),
  );
}

export function login() {
  return h(
    "div",
    { class: "login" },
    h("img", { src: "/static/logo.svg", alt: "Option Omega", class: "logo logo--large" }),
    h("h2", { class: "text-xl font-semibold" }, "Sign in to your account"),
    h(
      "form",
      { onSubmit: signIn },
      credential("Email address", "email", "email"),
      credential("Password", "password", "password"),
      h("div", { class: "pb-4 text-sm" }, h("span", { class: "link" }, "Forgot your password?")),
      h("div", {}, h("button", { type: "submit", class: "btn-primary w-full" }, "Sign in")),
    ),
    state.settings?.captcha && challenge(),
    state.login.error && h("p", { class: "text-sm text-ooRed" }, state.login.error),
  );
}

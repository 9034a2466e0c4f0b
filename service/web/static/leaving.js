// Asks before a filled form is left by a link, by «Назад» or by closing the window. Without it the form works as well.
"use strict";
(() => {
  const form = () => document.getElementById("paper");
  let touched = false;
  let sending = false;
  const notes = (event) => {
    if (event.target.closest("#paper")) touched = true;
  };
  document.addEventListener("input", notes);
  document.addEventListener("htmx:afterSwap", () => { touched = true; });
  document.addEventListener("submit", (event) => {
    const own = event.target.id === "paper" && event.submitter?.formTarget !== "_blank";
    if (own) sending = true;
  });
  // The session ended in between: the form is kept and waits behind the page to sign in.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) sending = true;
  });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (form() && !sending && (touched || "touched" in form().dataset)) event.preventDefault();
  });
})();

// The bell looks for news every few minutes and when one comes back to the page; a page nobody looks at asks nothing.
(function () {
  const EVERY = 180000; // milliseconds
  let asked = Date.now(); // the page itself has just asked

  function look() {
    const bell = document.querySelector("[data-notice-bell]");
    if (!bell || document.visibilityState !== "visible" || Date.now() - asked < EVERY) return;
    asked = Date.now();
    htmx.trigger(bell, "look");
  }
  setInterval(look, EVERY / 6);
  document.addEventListener("visibilitychange", look);
})();

// Loaded before the style sheets: "as the device" follows the device without a flash of the other theme.
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
  root.classList.add("js");
  apply();
  dark.addEventListener("change", function () {
    apply();
    document.dispatchEvent(new Event("themechange"));
  });
})();

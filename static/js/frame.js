// Sidebar, menus, tabs, toasts, announcements and the search box of lists. Every one of them works without this file.
(function () {
  const body = document.body;
  const phone = window.matchMedia("(max-width: 991px)");
  const YEAR = 31536000;

  function setCookie(name, value) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  }

  // --- sidebar -------------------------------------------------------------------------------------------------------
  const sidebar = document.getElementById("sidebar");

  function openDrawer(open) {
    body.toggleAttribute("data-drawer", open);
    if (open) sidebar.querySelector("a, button").focus();
    else document.querySelector("[data-sidebar-open]").focus();
  }

  document.addEventListener("click", function (event) {
    if (!sidebar) return;
    const toggle = event.target.closest("[data-sidebar-toggle]");
    if (toggle) {
      event.preventDefault();
      const collapsed = body.dataset.sidebar !== "collapsed";
      body.dataset.sidebar = collapsed ? "collapsed" : "open";
      toggle.setAttribute("aria-expanded", String(!collapsed));
      setCookie("sidebar", body.dataset.sidebar);
    } else if (event.target.closest("[data-sidebar-open]")) {
      event.preventDefault();
      openDrawer(true);
    } else if (event.target.closest("[data-sidebar-close]")) {
      event.preventDefault();
      openDrawer(false);
    }
  });

  // --- menus: one open at a time, closed by Esc and by a click elsewhere ---------------------------------------------
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const menu = document.activeElement && document.activeElement.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (body.hasAttribute("data-drawer") && phone.matches) {
      openDrawer(false);
    }
  });

  // --- tabs of a record: arrow keys, and the chosen one stays marked ---------------------------------------------------
  document.addEventListener("keydown", function (event) {
    const tab = event.target.closest && event.target.closest("[role=tab]");
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const tabs = Array.from(tab.parentElement.querySelectorAll("[role=tab]"));
    const step = { ArrowLeft: tabs.indexOf(tab) - 1, ArrowRight: tabs.indexOf(tab) + 1, Home: 0, End: -1 }[event.key];
    tabs.at(step % tabs.length).focus();
  });
  function bringIntoStrip(tab) {
    const strip = tab.parentElement; // moved by hand: scrollIntoView would move the page as well
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }
  document.querySelectorAll("[role=tab][aria-selected=true]").forEach(bringIntoStrip);
  document.addEventListener("htmx:beforeRequest", function (event) {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    bringIntoStrip(tab);
    tab.parentElement.querySelectorAll("[role=tab]").forEach(function (other) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    });
    document.getElementById("tab-panel").setAttribute("aria-labelledby", tab.id);
  });

  // --- toasts --------------------------------------------------------------------------------------------------------
  const toasts = document.getElementById("toasts");
  const SHAPES = { success: "circle-check", info: "info-circle", warning: "alert-triangle", danger: "alert-circle" };

  function drawing(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${toasts.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }
  function leave(note) {
    if (note.dataset.tone === "success" || note.dataset.tone === "info") setTimeout(() => note.remove(), 8000);
  }
  function showToast(message, level) {
    const note = document.createElement("div");
    note.className = "toast-note";
    note.dataset.tone = level;
    const text = document.createElement("p");
    text.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-quiet";
    close.setAttribute("data-toast-close", "");
    close.setAttribute("aria-label", toasts.dataset.closeLabel);
    close.append(drawing("x"));
    note.append(drawing(SHAPES[level] || "info-circle"), text, close);
    toasts.append(note);
    leave(note);
  }
  if (toasts) {
    toasts.querySelectorAll(".toast-note").forEach(leave);
    toasts.addEventListener("click", function (event) {
      const close = event.target.closest("[data-toast-close]");
      if (close) close.closest(".toast-note").remove();
    });
    body.addEventListener("toast", (event) => showToast(event.detail.message, event.detail.level));
    body.addEventListener("htmx:sendError", () => showToast(toasts.dataset.failed, "danger"));
    body.addEventListener("htmx:responseError", function (event) {
      const status = event.detail.xhr.status;
      showToast(status === 403 || status === 404 ? toasts.dataset.refused : toasts.dataset.failed, "danger");
    });
  }

  // --- lists: search while typing (not in the middle of composing Chinese), clean addresses, spoken counts -----------
  let waiting;
  document.addEventListener("input", function (event) {
    const input = event.target.closest("[data-list-search]");
    if (!input || event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => htmx.trigger(input.form, "list-search"), 250);
  });
  document.addEventListener("change", function (event) {
    // typing has searched already; a second request on leaving the box would undo a sort or page just asked for
    if (event.target.matches("[data-list-search]")) event.stopPropagation();
  }, true);
  document.addEventListener("compositionend", function (event) {
    if (event.target.matches("[data-list-search]")) htmx.trigger(event.target.form, "list-search");
  });
  document.addEventListener("htmx:configRequest", function (event) {
    if (!event.target.matches("form[data-clean]")) return;
    const parameters = event.detail.parameters;
    Object.keys(parameters).forEach(function (name) {
      if (parameters[name] === "") delete parameters[name];
    });
  });
  document.addEventListener("htmx:afterSwap", function () {
    const spoken = document.querySelector("#rows[data-announce]");
    const announcer = document.getElementById("announcer");
    if (spoken && announcer && announcer.textContent !== spoken.dataset.announce) announcer.textContent = spoken.dataset.announce;
  });
})();

// The desk by keyboard, and places and duplicates while somebody types. Every page works without this module.

const PAUSE_MS = 300;

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")];
}

function opener(row) {
  return row?.querySelector("[data-open]");
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  opener(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function tickRow() {
  const row = rows().find((one) => one.contains(document.activeElement));
  row?.querySelector("input[type=checkbox]")?.click();
}

function toForm() {
  const form = document.querySelector(".moves form");
  const first = form?.querySelector("textarea, select, input:not([type=hidden]), button");
  first?.focus();
}

// Let the next one at this computer: with a form that was begun, it is kept for the one who began it.
function changeUser() {
  const begun = [...document.querySelectorAll("[data-change-user]")].find((button) =>
    [...button.form.elements].some((field) => field.type !== "hidden" && field.value !== field.defaultValue && "defaultValue" in field));
  (begun ?? document.querySelector("[data-change-user-bare]"))?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: tickRow,
  e: toForm,
  l: () => changeUser(),
  u: () => document.querySelector("[data-back]")?.click(),
  "/": () => document.getElementById("find")?.focus(),
  "?": () => document.getElementById("key-sheet")?.showModal(),
};

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    && target.getAttribute("type") !== "checkbox";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A form that came back begins with what is wrong.
document.querySelector(".faults")?.focus();

const call = document.querySelector("form[data-near]");
if (call) {
  const near = document.getElementById("near");
  let waiting;
  let asked;

  async function look() {
    asked?.abort();
    asked = new AbortController();
    const said = new URLSearchParams();
    for (const name of ["csrfmiddlewaretoken", "address", "lon", "lat", "class_key"]) {
      said.set(name, call.elements[name].value);
    }
    try {
      // What a caller tells stands in no address, and so in no log.
      const answer = await fetch(call.dataset.near, { method: "POST", body: said, signal: asked.signal });
      if (answer.ok && !answer.redirected) near.innerHTML = await answer.text();
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault;
    }
  }

  call.addEventListener("input", (event) => {
    if (!["address", "lon", "lat", "class_key"].includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE_MS);
  });

  near.addEventListener("click", (event) => {
    const picked = event.target.closest("[data-pick]");
    if (!picked) return;
    event.preventDefault();
    [call.elements.lon.value, call.elements.lat.value] = picked.value.split(",");
    look();
  });

  // A telephone system opens the page with #caller=NUMBER, which no server is told; with ?caller= it leaves the history.
  const caller = new URLSearchParams(location.hash.slice(1)).get("caller");
  if (caller || new URLSearchParams(location.search).has("caller")) history.replaceState(null, "", location.pathname);
  if (caller && !call.elements.phone.value) {
    call.elements.phone.value = caller;
    call.querySelector("button[name=look]").click();
  }
}

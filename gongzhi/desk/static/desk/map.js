// Maps of the desk: a case with those of its class nearby, and a point that is set by a tap where a form asks for one.

import { openPicker } from "../web/picker.js";

const field = (name) => document.getElementById(`f-${name}`);

// The cases nearby that the page lists, and none else: whoever may not read one has no line of it.
function listed() {
  return [...document.querySelectorAll("li[data-lon]")].map((line) => ({
    lon: Number(line.dataset.lon),
    lat: Number(line.dataset.lat),
    // Not `innerText`: it is empty while the list is folded.
    words: [...line.children].map((part) => part.textContent.replace(/\s+/g, " ").trim()).join(" · "),
    href: line.querySelector("a").href,
  }));
}

function pointOf(box) {
  const typed = [field("lon")?.value, field("lat")?.value];
  const given = typed.every(Boolean) ? typed : [box.dataset.lon, box.dataset.lat];
  const point = given.map(Number);
  return given.every(Boolean) && point.every(Number.isFinite) ? point : undefined;
}

async function showCase(box) {
  box.hidden = false;
  const picker = await openPicker(box.querySelector("[data-map]"), { start: pointOf(box), words: box.dataset.pin, zoom: 13.2 });
  picker?.showOthers(listed());
}

async function pickPlace(box) {
  box.hidden = false;
  const [lon, lat] = [field("lon"), field("lat")];
  const start = pointOf(box);
  let last = String(start);
  const picker = await openPicker(box.querySelector("[data-map]"), {
    start,
    words: box.dataset.pin,
    picked(x, y, errorM) {
      [lon.value, lat.value] = [x, y];
      const error = field("position_error_m");
      if (error) error.value = String(errorM);
      last = String([Number(x), Number(y)]);
      lon.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  if (!picker) return;

  function follow() {
    const point = pointOf(box);
    if (point && String(point) !== last) picker.show(...point);
    last = String(point);
    picker.showOthers(listed());
  }

  follow();
  for (const one of [lon, lat]) one.addEventListener("change", follow);
  const near = document.getElementById("near");
  if (near) new MutationObserver(follow).observe(near, { childList: true });
}

document.querySelectorAll("[data-show-map]").forEach(showCase);
document.querySelectorAll("[data-pick-map]").forEach(pickPlace);

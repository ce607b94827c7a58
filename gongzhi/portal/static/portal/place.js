// The map on the page "where": it comes only when somebody opens it, and nobody needs it.

import { openPicker } from "../web/picker.js";

const box = document.querySelector("[data-pick-place]");
const form = box.closest("form");
const line = form.querySelector("[data-mapped]");
let picker;

function startOf() {
  const said = form.elements.map_lon.value ? [form.elements.map_lon, form.elements.map_lat] : [form.elements.lon, form.elements.lat];
  const typed = said.map((one) => one.value);
  const given = typed.every(Boolean) ? typed : [box.dataset.lon, box.dataset.lat];
  return given.every(Boolean) ? given.map(Number) : undefined;
}

async function open() {
  if (!box.open || picker) return;
  picker = openPicker(box.querySelector("[data-map]"), {
    start: startOf(),
    words: line.textContent.trim(),
    picked(lon, lat, errorM) {
      form.elements.map_lon.value = lon;
      form.elements.map_lat.value = lat;
      form.elements.map_error_m.value = String(errorM);
      line.hidden = false;
      line.querySelector("input").checked = true;
    },
  });
  picker = (await picker) || undefined;
}

box.hidden = false;
box.addEventListener("toggle", open);
form.addEventListener("located", ({ detail }) => picker?.show?.(detail.lon, detail.lat));

// The public map: clusters with counts, a spot for each place, the same things in the list, everything in the address.

import { colour, isStill, openMap } from "../web/map.js";

const STANDINGS = ["avoid", "open", "fixed", "closed"];
const HUES = { avoid: "--late", open: "--cat-1", fixed: "--on-time", closed: "--held" };
const SVG = "http://www.w3.org/2000/svg";

const main = document.querySelector("[data-map-data]");
const side = document.querySelector("[data-map-list]");
const form = document.querySelector("[data-map-form]");
const words = main.dataset;
const shown = new Map(); // markers in sight, by what they stand for
let map;
let library;
let features = [];

const params = () => new URLSearchParams(location.search);
const chosen = () => params().get("spot") || "";

// --- the address and the list -------------------------------------------------------------------------------------

function formParams() {
  const said = new URLSearchParams();
  const ticked = [...form.querySelectorAll("[name=show]:checked")].map((one) => one.value);
  if (ticked.length < STANDINGS.length) for (const one of ticked) said.append("show", one);
  if (form.elements.days.value !== "30") said.set("days", form.elements.days.value);
  if (form.elements.major.value) said.set("major", form.elements.major.value);
  const at = params().get("at");
  if (at) said.set("at", at);
  return said;
}

async function go(said, { replace = false } = {}) {
  const query = said.toString();
  const address = query ? `?${query}` : location.pathname;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  await Promise.all([fillList(), fillMap()]);
}

async function fillList() {
  const said = params();
  said.delete("at");
  said.set("part", "list");
  const answer = await fetch(`?${said}`, { credentials: "same-origin" });
  if (!answer.ok) return;
  side.innerHTML = await answer.text();
  dressList();
  mark();
}

async function fillMap() {
  const said = params();
  for (const name of ["at", "spot", "page"]) said.delete(name);
  const address = `${words.mapData.split("?")[0]}?${said}`;
  if (address === fillMap.last) return;
  fillMap.last = address;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) return;
  const found = await answer.json();
  features = found.features;
  const source = map?.getSource("spots");
  if (source) {
    forget();
    source.setData(found);
  }
}

function dressList() {
  if (!map) return;
  for (const button of side.querySelectorAll("[data-show-spot]")) button.hidden = false;
}

side.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn], [data-all-spots]");
  if (turn) {
    event.preventDefault();
    const said = new URL(turn.href).searchParams;
    const at = params().get("at");
    if (at) said.set("at", at);
    go(said).then(() => side.focus());
    return;
  }
  const show = event.target.closest("[data-show-spot]");
  if (show) flyTo(show.dataset.showSpot);
});

for (const name of ["pointerover", "focusin"]) side.addEventListener(name, (event) => glow(event.target.closest("li")?.dataset.spot));
for (const name of ["pointerleave", "focusout"]) side.addEventListener(name, () => glow(""));

form.addEventListener("change", () => go(formParams()));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(formParams());
});
form.querySelector("button").hidden = true;
addEventListener("popstate", () => {
  const said = params();
  const ticked = said.getAll("show");
  for (const one of form.querySelectorAll("[name=show]")) one.checked = !ticked.length || ticked.includes(one.value);
  form.elements.days.value = said.get("days") || "30";
  form.elements.major.value = said.get("major") || "";
  fillList();
  fillMap();
});

// --- markers ------------------------------------------------------------------------------------------------------

function sizeOf(count) {
  return count < 2 ? 30 : count < 10 ? 36 : count < 100 ? 44 : 54;
}

// A ring whose arcs are the shares of each standing, with the count in the middle.
function ring(counts, total) {
  const size = sizeOf(total);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 42 42");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  let start = 0;
  for (const standing of STANDINGS) {
    const share = (counts[standing] / total) * 100;
    if (!share) continue;
    const arc = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: 21, cy: 21, r: 15.9155, fill: "none", "stroke-width": 7 })) arc.setAttribute(name, value);
    arc.setAttribute("stroke", colour(HUES[standing]));
    arc.setAttribute("stroke-dasharray", `${share} ${100 - share}`);
    arc.setAttribute("stroke-dashoffset", 25 - start);
    svg.append(arc);
    start += share;
  }
  const number = document.createElementNS(SVG, "text");
  for (const [name, value] of Object.entries({ x: 21, y: 21, dy: "0.35em", "text-anchor": "middle" })) number.setAttribute(name, value);
  number.textContent = total > 9999 ? "9999+" : total;
  svg.append(number);
  return svg;
}

function told(counts) {
  return STANDINGS.filter((one) => counts[one])
    .map((one) => `${nameOf(one)} ${counts[one]}`)
    .join("，");
}

function nameOf(standing) {
  return form.querySelector(`label.${standing} > span:last-of-type`).firstChild.textContent.trim();
}

function made({ properties, geometry }) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  const isCluster = Boolean(properties.cluster);
  const total = properties.n;
  button.className = `spot${isCluster ? " cluster" : ""}${properties.wide ? " wide" : ""}`;
  button.append(ring(properties, total));
  const said = told(properties);
  button.setAttribute(
    "aria-label",
    isCluster
      ? `${words.several.replace("{n}", total)}：${said}`
      : words.one.replace("{where}", properties.where).replace("{words}", said),
  );
  button.title = button.getAttribute("aria-label");
  if (!isCluster) button.dataset.key = properties.key;
  button.addEventListener("click", () => (isCluster ? openCluster(properties.cluster_id, geometry.coordinates) : select(properties)));
  return new library.Marker({ element: button }).setLngLat(geometry.coordinates);
}

function forget() {
  for (const marker of shown.values()) marker.remove();
  shown.clear();
}

function draw() {
  if (!map.isSourceLoaded("spots")) return;
  const there = new Map();
  for (const feature of map.querySourceFeatures("spots")) {
    const { properties } = feature;
    const key = properties.cluster ? `c${properties.cluster_id}` : properties.key;
    if (!there.has(key)) there.set(key, feature);
  }
  for (const [key, marker] of shown) {
    if (!there.has(key)) {
      marker.remove();
      shown.delete(key);
    }
  }
  for (const [key, feature] of there) {
    if (!shown.has(key)) shown.set(key, made(feature).addTo(map));
  }
  mark();
}

// One marker takes part in the tab order; arrow keys go on to the nearest one in that direction.
function mark() {
  const spot = chosen();
  const all = [...shown.values()].map((one) => one.getElement());
  for (const one of all) {
    const isChosen = Boolean(spot) && one.dataset.key === spot;
    one.classList.toggle("chosen", isChosen);
    if (isChosen) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  if (!all.some((one) => one.tabIndex === 0)) {
    const first = all.find((one) => one.dataset.key === spot) || all[0];
    if (first) first.tabIndex = 0;
  }
}

function glow(spot) {
  for (const marker of shown.values()) {
    const element = marker.getElement();
    element.classList.toggle("lit", Boolean(spot) && element.dataset.key === spot);
  }
}

const AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function walk(event) {
  const from = event.target.closest("button.spot");
  const ahead = AHEAD[event.key];
  if (!from || !ahead) return;
  event.preventDefault();
  event.stopPropagation();
  const middle = (one) => {
    const box = one.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = middle(from);
  let best;
  let least = Infinity;
  for (const marker of shown.values()) {
    const one = marker.getElement();
    if (one === from) continue;
    const [dx, dy] = [middle(one)[0] - x, middle(one)[1] - y];
    const along = dx * ahead[0] + dy * ahead[1];
    const aside = Math.abs(dx * ahead[1]) + Math.abs(dy * ahead[0]);
    if (along <= 0) continue;
    const far = along + 2 * aside;
    if (far < least) [best, least] = [marker, far];
  }
  if (!best) return;
  from.tabIndex = -1;
  best.getElement().tabIndex = 0;
  best.getElement().focus({ preventScroll: true });
  if (!map.getBounds().contains(best.getLngLat())) map.panTo(best.getLngLat(), { animate: !isStill() });
}

async function openCluster(id, centre) {
  const zoom = await map.getSource("spots").getClusterExpansionZoom(id);
  map.easeTo({ center: centre, zoom: Math.min(zoom + 0.2, 17), animate: !isStill() });
}

function select({ key, n }) {
  if (chosen() === key) {
    const first = side.querySelector("ol a");
    if (n === 1 && first) location.assign(first.href);
    else first?.focus();
    return;
  }
  const said = formParams();
  said.set("spot", key);
  go(said);
}

function flyTo(key) {
  const found = features.find((one) => one.properties.key === key);
  if (!found) return;
  map.easeTo({ center: found.geometry.coordinates, zoom: Math.max(map.getZoom(), 14.5), animate: !isStill() });
  main.scrollIntoView({ block: "nearest" });
  map.once("idle", () => {
    const marker = shown.get(key)?.getElement();
    marker?.focus({ preventScroll: true });
    glow(key);
  });
}

// --- the view in the address ---------------------------------------------------------------------------------------

function keepView() {
  const { lng, lat } = map.getCenter();
  const said = params();
  said.set("at", `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(1)}`);
  history.replaceState(null, "", `?${said}`);
}

function viewSaid() {
  const [lat, lng, zoom] = (params().get("at") || "").split(",").map(Number);
  const isView = [lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
  return isView ? { center: [lng, lat], zoom, bounds: undefined } : {};
}

async function begin() {
  const opened = await openMap(main.querySelector("[data-map]"), viewSaid());
  if (!opened) return;
  ({ map, library } = opened);
  await fillMap();
  map.addSource("spots", {
    type: "geojson",
    data: { type: "FeatureCollection", features },
    cluster: true,
    clusterRadius: 48,
    clusterMaxZoom: 15,
    clusterProperties: Object.fromEntries(["n", ...STANDINGS].map((one) => [one, ["+", ["get", one]]])),
  });
  // Markers are drawn as buttons; the layer is there so that the map loads the tiles of its source.
  map.addLayer({ id: "spots", type: "circle", source: "spots", paint: { "circle-radius": 1, "circle-opacity": 0 } });
  map.on("sourcedata", (event) => event.sourceId === "spots" && event.isSourceLoaded && draw());
  map.on("moveend", () => {
    keepView();
    draw();
  });
  map.on("zoomend", draw);
  const canvas = map.getCanvasContainer();
  canvas.addEventListener("keydown", walk, true);
  canvas.setAttribute("aria-label", words.features);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forget();
    draw();
  });
  draw();
  dressList();
}

begin();

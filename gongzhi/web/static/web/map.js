// The map that every page of ours opens: our own grey ground, names drawn with the device's own fonts, no other host.

const FONT = ["sans-serif"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function isStill() {
  return still.matches;
}

// Opens a map in a figure made by web/_map.html; returns the map and its library, or nothing where none can be drawn.
export async function openMap(figure, options = {}) {
  const view = figure.querySelector("[data-map-view]");
  const said = figure.querySelector("[data-map-said]");
  said.textContent = said.dataset.loading;
  try {
    const [library] = await Promise.all([import(figure.dataset.library), sheet(figure.dataset.sheet)]);
    figure.classList.add("drawn");
    const map = new library.Map({
      container: view,
      style: ground(figure),
      localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
      bounds: boundsOf(figure),
      fitBoundsOptions: { padding: 12 },
      minZoom: 7,
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      fadeDuration: isStill() ? 0 : 160,
      locale: {
        "Map.Title": figure.dataset.title,
        "NavigationControl.ZoomIn": figure.dataset.zoomIn,
        "NavigationControl.ZoomOut": figure.dataset.zoomOut,
      },
      ...options,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    dark.addEventListener("change", () => paint(map));
    await new Promise((ready) => map.once("load", ready));
    said.textContent = "";
    return { map, library };
  } catch {
    // No WebGL, or a line so bad that the program did not come: the list beside the map says the same.
    figure.classList.remove("drawn");
    figure.classList.add("failed");
    view.replaceChildren();
    said.textContent = said.dataset.failed;
    return undefined;
  }
}

export function boundsOf(figure) {
  const sides = (figure.dataset.bounds || "").split(",").map(Number);
  return sides.length === 4 ? [[sides[0], sides[1]], [sides[2], sides[3]]] : [[73, 18], [135, 54]];
}

// A pin as an HTML marker: seen without WebGL tricks, and big enough for a finger.
export function pin(kind, words = "") {
  const made = document.createElement("span");
  made.className = `pin ${kind}`;
  made.append(document.createElement("span"));
  if (words) {
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", words);
  } else {
    made.setAttribute("aria-hidden", "true");
  }
  return made;
}

function sheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((ready, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = ready;
    link.onerror = failed;
    document.head.prepend(link); // our own sheet has the last word
  });
}

function ground(figure) {
  const name = document.documentElement.lang === "en" ? "en" : "zh";
  const only = (kind) => ["==", ["get", "kind"], kind];
  const words = (kind, size, from, until) => ({
    id: `${kind}-name`,
    type: "symbol",
    source: "ground",
    filter: only(`${kind}-name`),
    minzoom: from,
    maxzoom: until,
    layout: { "text-field": ["get", name], "text-font": FONT, "text-size": size, "text-padding": 6, "text-max-width": 8, "text-anchor": "bottom", "text-offset": [0, -1.5] },
    paint: { "text-color": colour("--ink-3"), "text-halo-color": colour("--paper"), "text-halo-width": 1.2 },
  });
  return {
    version: 8,
    sources: { ground: { type: "geojson", data: new URL(figure.dataset.ground, location.href).href } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("--paper-3") } },
      { id: "land", type: "fill", source: "ground", filter: only("district"), paint: { "fill-color": colour("--paper") } },
      { id: "community", type: "line", source: "ground", filter: only("community"), minzoom: 12.5, paint: { "line-color": colour("--paper-3"), "line-width": 1 } },
      { id: "street", type: "line", source: "ground", filter: only("street"), minzoom: 9.5, paint: { "line-color": colour("--line"), "line-width": 1 } },
      { id: "road", type: "line", source: "ground", filter: only("road"), minzoom: 10.5, paint: { "line-color": colour("--line"), "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.5, 16, 4] } },
      { id: "district", type: "line", source: "ground", filter: only("district"), paint: { "line-color": colour("--line-2"), "line-width": 1.5 } },
      words("place", 12, 13.5, 24),
      words("community", 12, 13.5, 24),
      words("street", 14, 11.5, 13.5),
      words("district", 15, 0, 12),
    ],
  };
}

function paint(map) {
  const wanted = [
    ["sea", "background-color", "--paper-3"],
    ["land", "fill-color", "--paper"],
    ["community", "line-color", "--paper-3"],
    ["street", "line-color", "--line"],
    ["road", "line-color", "--line"],
    ["district", "line-color", "--line-2"],
    ...["place-name", "community-name", "street-name", "district-name"].flatMap((layer) => [
      [layer, "text-color", "--ink-3"],
      [layer, "text-halo-color", "--paper"],
    ]),
  ];
  for (const [layer, property, token] of wanted) map.setPaintProperty(layer, property, colour(token));
}

// Setting one point on a map: by a tap, by dragging the pin, by Enter on what lies under the cross; and other cases near.

import { isStill, openMap, pin } from "./map.js";

const CLOSE = 14.5;
const FINGER_PX = 20;
const EARTH_M = 40_075_016.686;

// How far a fingertip may be off, in metres on the ground: what a tap on a map is worth.
function fingerM(map, lat) {
  const metres = (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
  return Math.max(5, Math.round(metres * FINGER_PX));
}

// Opens a picker in a figure. `picked(lon, lat, errorM)` is told each choice; `words` names the pin for screen readers.
export async function openPicker(figure, { start, picked, words = "", zoom = CLOSE }) {
  const opened = await openMap(figure, start ? { center: start, zoom, bounds: undefined } : {});
  if (!opened) return undefined;
  const { map, library } = opened;
  const chosen = new library.Marker({ element: pin("", words), anchor: "bottom", draggable: Boolean(picked) });
  const others = [];
  let isThere = false;

  function put(lon, lat) {
    chosen.setLngLat([lon, lat]);
    if (!isThere) chosen.addTo(map);
    isThere = true;
  }

  function choose({ lng, lat }) {
    put(lng, lat);
    picked(lng.toFixed(7), lat.toFixed(7), fingerM(map, lat));
  }

  if (picked) {
    const cross = document.createElement("div");
    cross.className = "crosshair";
    map.getContainer().append(cross);
    map.on("click", ({ lngLat }) => choose(lngLat));
    chosen.on("dragend", () => choose(chosen.getLngLat()));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      choose(map.getCenter());
    });
  }
  if (start) put(...start);

  return {
    map,
    // Shows a point that was chosen elsewhere: by the phone, from a list, typed.
    show(lon, lat) {
      put(lon, lat);
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE), animate: !isStill() });
    },
    // Shows the cases that a list names, each with the words and the address of its line.
    showOthers(found) {
      for (const one of others.splice(0)) one.remove();
      for (const { lon, lat, words: said, href } of found) {
        const link = document.createElement("a");
        link.className = "pin-box";
        link.href = href;
        link.title = said;
        link.append(pin("other", said));
        others.push(new library.Marker({ element: link }).setLngLat([lon, lat]).addTo(map));
      }
    },
  };
}

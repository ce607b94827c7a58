// Comfort for the citizens' pages. Everything works without it.

const KEPT = "gongzhi-draft:";

function remember(field) {
  const name = KEPT + field.dataset.kept; // a draft's own: nobody else at this device gets these words
  try {
    forgetOld();
    if (!field.value) {
      const kept = JSON.parse(localStorage.getItem(name) || "null");
      if (kept && Date.now() - kept.at < 24 * 3600 * 1000) field.value = kept.text;
    }
    field.addEventListener("input", () => {
      localStorage.setItem(name, JSON.stringify({ text: field.value, at: Date.now() }));
    });
  } catch {
    // A browser that keeps nothing for us: the server keeps each page that is sent.
  }
}

function forgetOld() {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) {
    const kept = JSON.parse(localStorage.getItem(name) || "null");
    if (!kept || Date.now() - kept.at >= 24 * 3600 * 1000) localStorage.removeItem(name);
  }
}

function forget() {
  try {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000); // a bad line: let them try again, the server knows the form
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

function locate(box) {
  const button = box.querySelector("[data-locate-button]");
  const status = box.querySelector("[data-locate-status]");
  const form = box.closest("form");
  box.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = button.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lon.value = coords.longitude.toFixed(7);
        form.elements.lat.value = coords.latitude.toFixed(7);
        form.elements.error_m.value = String(Math.round(coords.accuracy));
        const line = form.querySelector("[data-phone]");
        line.hidden = false;
        line.querySelector("[data-phone-said]").textContent = button.dataset.within.replace(
          "{m}",
          String(Math.round(coords.accuracy)),
        );
        line.querySelector("[data-phone-choice]").checked = true;
        form.dispatchEvent(new CustomEvent("located", { detail: { lon: coords.longitude, lat: coords.latitude } }));
        status.textContent = "";
      },
      () => {
        status.textContent = button.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

document.querySelectorAll("[data-kept]").forEach(remember);
document.querySelectorAll("[data-receipt]").forEach(forget);
document.querySelectorAll("form[data-forget]").forEach((form) => form.addEventListener("submit", forget));
document.querySelectorAll("form[data-once]").forEach(sendOnce);
if (navigator.geolocation) document.querySelectorAll("[data-locate]").forEach(locate);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
document.getElementById("faults")?.focus();

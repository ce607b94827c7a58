// Pictures and words from the clipboard or dropped on the page. Without this module they are chosen from a file.

const EDGE_PX = 96;
const form = document.querySelector("form[data-takes-pictures]");
const input = form?.querySelector("input[type=file]");

function put(files) {
  const all = new DataTransfer();
  for (const one of files) all.items.add(one);
  input.files = all.files;
  show();
}

function isPicture(file) {
  return file.type.startsWith("image/");
}

// A drawing and no address: the page loads pictures from our own host only.
async function drawn(file) {
  const canvas = document.createElement("canvas");
  try {
    const picture = await createImageBitmap(file);
    const scale = EDGE_PX / Math.max(picture.width, picture.height);
    [canvas.width, canvas.height] = [Math.max(1, picture.width * scale), Math.max(1, picture.height * scale)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch (fault) {
    if (fault.name !== "InvalidStateError") throw fault; // a kind that this browser cannot show
  }
  return canvas;
}

let previews;

async function show() {
  const files = [...input.files];
  const lines = files.map((file, index) => {
    const line = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("span");
    button.type = "button";
    button.textContent = form.dataset.remove;
    button.setAttribute("aria-label", `${form.dataset.remove} ${file.name}`);
    button.addEventListener("click", () => {
      put(files.filter((_, at) => at !== index));
      input.focus();
    });
    name.textContent = file.name;
    line.append(name, button);
    drawn(file).then((canvas) => line.prepend(canvas));
    return line;
  });
  previews.replaceChildren(...lines);
}

function isEditable(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName));
}

if (input) {
  previews = document.createElement("ul");
  previews.className = "previews";
  previews.setAttribute("aria-live", "polite");
  input.after(previews);
  input.addEventListener("change", show);

  document.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter(isPicture);
    const words = event.clipboardData.getData("text/plain");
    // Office programs copy words with a picture of them: then the words are meant.
    if (pictures.length && !words) {
      event.preventDefault();
      put([...input.files, ...pictures]);
      return;
    }
    const box = document.getElementById("f-pasted");
    if (words && box?.tagName === "TEXTAREA" && !isEditable(event.target)) {
      event.preventDefault();
      box.value += words;
      box.focus();
    }
  });

  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const pictures = [...event.dataTransfer.files].filter(isPicture);
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    if (pictures.length) put([...input.files, ...pictures]);
  });
}

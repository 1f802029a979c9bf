// The page. What it shows comes from `answers`, which another script defines: `choices()` tells what
// can be chosen, and `show(asked)` makes pictures and figures of one digit. Both return promises.
"use strict";

const element = (id) => document.getElementById(id);
const pad = element("pad").getContext("2d", { willReadFrequently: true });
let names = ["clean", "noisy", "denoised", "filtered"];
let drawn = false;    // whether the pad, and not the test digit, is meant
let seed = 0;
let running = false;  // an answer is awaited
let stale = false;    // and something has changed since
let learning = [];    // filters that learn from the training images before their first answer
const PATIENCE = 300;  // milliseconds without an answer, after which the page says that it works

function paint(canvas, values, side, most) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  values.forEach((value, n) => {
    const grey = most > 0 ? Math.round((255 * value) / most) : 0;
    image.data.set([grey, grey, grey, 255], 4 * n);
  });
  context.putImageData(image, 0, 0);
}

function newCanvas(side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  return canvas;
}

function prepareFigures() {
  for (const name of names) {
    const figure = element(name);
    const read = document.createElement("div");
    read.className = "read";
    const bars = Array.from({ length: 10 }, (_, digit) => `<span><i></i>${digit}</span>`).join("");
    read.innerHTML = `<b></b><div class="bars">${bars}</div>`;
    const quality = document.createElement("div");
    quality.className = "quality";
    figure.append(newCanvas(28), read, quality);
  }
  const said = document.createElement("div");
  said.className = "quality";
  element("residual").append(newCanvas(28), said);
  const promised = document.createElement("div");
  promised.className = "quality";
  element("uncertainty").append(newCanvas(28), promised);
  for (let map = 0; map < 8; map += 1) element("code").append(newCanvas(4));
}

function show(answer) {
  for (const name of names) {
    const figure = element(name);
    const { probabilities, digit: read, confidence } = answer.readings[name];
    paint(figure.querySelector("canvas"), answer.pictures[name], 28, 255);
    const best = figure.querySelector("b");
    best.textContent = read === null ? "?" : read;
    const sure = confidence === null ? "" : `${(100 * confidence).toFixed(0)} % sure`;
    best.title = read === null ? `${sure}, too little to be read` : sure;
    figure.querySelectorAll(".bars span").forEach((bar, digit) => {
      bar.style.setProperty("--share", `${100 * probabilities[digit]}%`);
      bar.title = `${digit}: ${(100 * probabilities[digit]).toFixed(1)} %`;
    });
    const decibel = answer.psnr[name];
    figure.querySelector(".quality").textContent =
      decibel >= 100 ? "as it was" : `${decibel.toFixed(1)} dB`;
  }
  if (!drawn) showOnPad(element("clean").querySelector("canvas"));
  paint(element("residual").querySelector("canvas"), answer.residual, 28, 255);
  element("residual").querySelector(".quality").textContent =
    answer.noise === null ? "" : describeNoise(answer.noise);
  element("uncertainty").hidden = answer.uncertainty === null;
  paint(element("uncertainty").querySelector("canvas"), answer.uncertainty || [], 28, 255);
  element("uncertainty").querySelector(".quality").textContent = answer.coverage === null ? ""
    : `${Math.round(100 * answer.coverage)} % of the ink is no further off, white is 1` +
      (answer.coverage_holds === false ? "; not in blur and noise like these" : "");
  element("code-section").hidden = answer.code === null;
  const most = Math.max(0, ...(answer.code || []).flat());
  (answer.code || []).forEach((values, map) => paint(element("code").children[map], values, 4, most));
  element("tuned").textContent = answer.tuned_at === null
    ? "The filter is told this blur and this noise."
    : `The filter is tuned to level ${answer.tuned_at}.`;
}

function describeNoise({ std, trained_on, suggested, like_noise }) {
  return `looks like noise of ${std.toFixed(2)}, which the model was ${trained_on ? "" : "not "}trained on` +
    (suggested ? `; ${suggested} does best on such` : "") +
    (like_noise ? "" : "; not noise alone was taken away");
}

async function update() {
  for (const id of ["blur", "amplitude"]) {
    element(`${id}-value`).textContent = Number(element(id).value).toFixed(2);
  }
  if (running) { stale = true; return; }
  running = true;
  const begun = performance.now();
  const asked = {
    blur: Number(element("blur").value),
    amplitude: Number(element("amplitude").value),
    kind: element("kind").value,
    model: element("model").value,
    filter: element("filter").value,
    seed,
  };
  if (drawn) asked.drawing = element("pad");
  else asked.number = Number(element("number").value);
  const waiting = setTimeout(() => showWorking(asked.filter), PATIENCE);
  try {
    show(await answers.show(asked));
    element("status").textContent = `${Math.round(performance.now() - begun)} ms`;
  } catch (error) {
    element("status").textContent = error.message;
  }
  clearTimeout(waiting);
  element("pictures").setAttribute("aria-busy", "false");
  running = false;
  if (stale) { stale = false; update(); }
}

// The pictures are of the last answer, until there is another.
function showWorking(filter) {
  element("pictures").setAttribute("aria-busy", "true");
  element("status").textContent = !learning.includes(filter) ? "Working …"
    : `Working … At first ${filter} learns from all training images, which can take a minute.`;
}

function clearPad() {
  pad.fillStyle = "#000";
  pad.fillRect(0, 0, 280, 280);
}

function showOnPad(canvas) {
  pad.imageSmoothingEnabled = false;
  pad.drawImage(canvas, 0, 0, 280, 280);
}

function drawOnPad() {
  pad.lineWidth = 22;
  pad.lineCap = pad.lineJoin = "round";
  pad.strokeStyle = "#fff";
  const canvas = element("pad");
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * 280) / box.width,
      ((event.clientY - box.top) * 280) / box.height];
  };
  let last = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (!drawn) clearPad();
    drawn = true;
    last = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    pad.beginPath();
    pad.moveTo(...last);
    last = place(event);
    pad.lineTo(...last);
    pad.stroke();
    update();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { last = null; });
  }
}

function fill(id, names) {
  element(id).replaceChildren(...names.map((name) => new Option(name)));
}

async function begin() {
  clearPad();
  drawOnPad();
  const choices = await answers.choices();
  if (choices.filters.length === 0) {  // then there is one model, too
    names = names.filter((name) => name !== "filtered");
    element("filtered").hidden = element("repair").hidden = true;
  }
  learning = choices.learning;
  prepareFigures();
  fill("model", choices.models);
  fill("filter", choices.filters);
  fill("kind", choices.kinds);
  const number = element("number");
  number.max = choices.digits - 1;
  number.disabled = element("any").disabled = choices.digits === 0;
  drawn = choices.digits === 0;
  const take = () => { drawn = false; clearPad(); update(); };
  number.addEventListener("input", take);
  element("any").addEventListener("click", () => {
    number.value = Math.floor(Math.random() * choices.digits);
    take();
  });
  element("clear").addEventListener("click", () => { drawn = true; clearPad(); update(); });
  element("again").addEventListener("click", () => { seed += 1; update(); });
  element("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["blur", "amplitude", "kind", "model", "filter"]) {
    element(id).addEventListener("input", update);
  }
  update();
}

begin().catch((error) => { element("status").textContent = error.message; });

"use strict";

const element = (id) => document.getElementById(id);
const pad = element("pad").getContext("2d");
const NAMES = ["clean", "noisy", "denoised", "filtered"];
let drawn = false;    // whether the pad, and not the test digit, is meant
let seed = 0;
let running = false;  // a request is under way
let stale = false;    // and something has changed since

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
  for (const name of NAMES) {
    const figure = element(name);
    const read = document.createElement("div");
    read.className = "read";
    const bars = Array.from({ length: 10 }, (_, digit) => `<span>${digit}</span>`).join("");
    read.innerHTML = `<b></b><div class="bars">${bars}</div>`;
    const quality = document.createElement("div");
    quality.className = "quality";
    figure.append(newCanvas(28), read, quality);
  }
  const said = document.createElement("div");
  said.className = "quality";
  element("residual").append(newCanvas(28), said);
  for (let map = 0; map < 8; map += 1) element("code").append(newCanvas(4));
}

function show(answer) {
  for (const name of NAMES) {
    const figure = element(name);
    const reading = answer.readings[name];
    const best = reading.indexOf(Math.max(...reading));
    paint(figure.querySelector("canvas"), answer.pictures[name], 28, 255);
    figure.querySelector("b").textContent = best;
    figure.querySelectorAll(".bars span").forEach((bar, digit) => {
      bar.style.setProperty("--share", `${100 * reading[digit]}%`);
      bar.title = `${digit}: ${(100 * reading[digit]).toFixed(1)} %`;
    });
    const decibel = answer.psnr[name];
    figure.querySelector(".quality").textContent =
      decibel >= 100 ? "as it was" : `${decibel.toFixed(1)} dB`;
  }
  const { std, trained_on, suggested, like_noise } = answer.noise;
  paint(element("residual").querySelector("canvas"), answer.residual, 28, 255);
  element("residual").querySelector(".quality").textContent =
    `looks like noise of ${std.toFixed(2)}, which the model was ${trained_on ? "" : "not "}trained on` +
    (suggested ? `; ${suggested} does best on such` : "") +
    (like_noise ? "" : "; not noise alone was taken away");
  element("code-section").hidden = answer.code === null;
  const most = Math.max(0, ...(answer.code || []).flat());
  (answer.code || []).forEach((values, map) => paint(element("code").children[map], values, 4, most));
  element("tuned").textContent = answer.tuned_at === null
    ? "The filter is told this blur and this noise."
    : `The filter is tuned to level ${answer.tuned_at}.`;
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
  if (drawn) asked.drawing = element("pad").toDataURL("image/png");
  else asked.number = Number(element("number").value);
  try {
    const response = await fetch("show", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    const answer = await response.json();
    if (response.ok) show(answer);
    element("status").textContent =
      answer.error || `${Math.round(performance.now() - begun)} ms`;
  } catch {
    element("status").textContent = "The demo does not answer: is `make demo` still running?";
  }
  running = false;
  if (stale) { stale = false; update(); }
}

function clearPad() {
  pad.fillStyle = "#000";
  pad.fillRect(0, 0, 280, 280);
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
  prepareFigures();
  clearPad();
  drawOnPad();
  const choices = await (await fetch("choices")).json();
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

begin();

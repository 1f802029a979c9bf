// Answers without a server: this page holds the networks and the test digits.
"use strict";

const MOST_DECIBELS = 100;  // an image that is as it was has infinitely many
const answers = { choices, show: answer };
let networks = null;
let digits = null;  // grey values of 0 to 255, a digit after the other

async function choices() {
  [networks, digits] = [await loadNetworks(), await embedded("digits")];
  return {
    models: ["denoiser"],
    filters: [],
    learning: [],
    kinds: Object.keys(WHITE_NOISE),
    digits: digits.length / PIXELS,
  };
}

async function answer({ blur, amplitude, kind, seed, drawing, number }) {
  const clean = drawing ? drawnDigit(drawing) : testDigit(number);
  const noisy = corrupt(clean, { blur, amplitude, kind, seed });
  const { denoised, code } = await networks.denoise(noisy);
  const pictures = { clean, noisy, denoised };
  const seen = Object.values(pictures).map((picture) => Float64Array.from(picture, within));
  const readings = await networks.read(seen);
  const named = (values) =>
    Object.fromEntries(Object.keys(pictures).map((name, n) => [name, values[n]]));
  return {
    pictures: named(seen.map(greyValues)),
    readings: named(readings.map(asReading)),
    psnr: named(seen.map((picture) => decibels(picture, clean))),
    residual: greyValues(clean.map((_, n) => within(0.5 + (noisy[n] - denoised[n]) / 2))),
    noise: null,
    uncertainty: null,  // the ensemble that tells it is not on this page
    coverage: null,
    code: code && Array.from({ length: 8 }, (_, map) => [...code.slice(16 * map, 16 * map + 16)]),
    tuned_at: null,
  };
}

// What is read of an image; how sure that is, `make demo` tells.
function asReading(probabilities) {
  return { probabilities, digit: probabilities.indexOf(Math.max(...probabilities)), confidence: null };
}

// Blur an image of grey values in [0, 1], and add noise of one kind to it.
function corrupt(clean, { blur, amplitude, kind, seed }) {
  const strength = kind === "salt-and-pepper" ? Math.min(amplitude, 1) : amplitude;
  const draws = uniformDraws(seed, PIXELS);
  return gaussianBlur(clean, 28, blur).map(
    (grey, pixel) => WHITE_NOISE[kind](grey, strength, draws[pixel]));
}

function drawnDigit(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const bright = Float64Array.from({ length: data.length / 4 }, (_, pixel) => data[4 * pixel]);
  return fitDigit(bright, canvas.width).map((grey) => Math.round(255 * grey) / 255);
}

function testDigit(number) {
  const count = digits.length / PIXELS;
  if (!(Number.isInteger(number) && number >= 0 && number < count)) {
    throw new Error(`number is ${number}; the test digits are 0 to ${count - 1}`);
  }
  return Float64Array.from(digits.slice(number * PIXELS, (number + 1) * PIXELS), (grey) => grey / 255);
}

function decibels(image, target) {
  const squares = image.reduce((sum, grey, n) => sum + (grey - target[n]) ** 2, 0);
  return Math.min(-10 * Math.log10(squares / PIXELS), MOST_DECIBELS);
}

function within(grey) {
  return Math.min(Math.max(grey, 0), 1);
}

function greyValues(image) {
  return Array.from(image, (grey) => Math.round(255 * grey));
}

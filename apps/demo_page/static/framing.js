// Places a drawn digit as MNIST's makers did: see fit_digit of denoise/inference/framing.py. All ink
// is the digit's here; a pad has no dirt and no shadows.
"use strict";

const FRAME = 28;  // pixels
const BOX = 20;    // pixels: the digit's longer side
const INK = 0.2;   // of the strongest ink: what counts as part of the digit

// `side` x `side` bright values on black, row after row, to 28x28 grey values in [0, 1].
function fitDigit(values, side) {
  const framed = new Float64Array(FRAME * FRAME);
  const strongest = values.reduce((most, value) => Math.max(most, value), 0);
  if (strongest === 0) return framed;
  const box = boxOfInk(values, side, INK * strongest);
  const scale = BOX / Math.max(box.height, box.width);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const cut = Float64Array.from({ length: box.height * box.width }, (_, place) => {
    const row = box.top + Math.floor(place / box.width);
    return values[row * side + box.left + (place % box.width)] / strongest;
  });
  // Across, then down: what is down is across in the transposed image.
  const across = scaledRows(cut, box.width, width);
  const digit = transposed(scaledRows(transposed(across, width), box.height, height), height);
  const [top, left] = corner(digit, height, width);
  digit.forEach((value, place) => {
    const row = top + Math.floor(place / width);
    framed[row * FRAME + left + (place % width)] = Math.min(Math.max(value, 0), 1);
  });
  return framed;
}

function boxOfInk(values, side, least) {
  let [top, left, bottom, right] = [side, side, 0, 0];
  values.forEach((value, place) => {
    if (value <= least) return;
    const [row, column] = [Math.floor(place / side), place % side];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
  });
  return { top, left, height: bottom - top, width: right - left };
}

// Rows of `from` values, scaled to `to`: Pillow's bilinear filter, which averages where it shrinks.
function scaledRows(values, from, to) {
  const step = from / to;
  const support = Math.max(step, 1);
  const rows = values.length / from;
  const scaled = new Float64Array(rows * to);
  for (let place = 0; place < to; place += 1) {
    const centre = (place + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - first },
      (_, n) => Math.max(0, 1 - Math.abs(first + n - centre + 0.5) / support));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let row = 0; row < rows; row += 1) {
      scaled[row * to + place] = weights.reduce(
        (sum, weight, n) => sum + weight * values[row * from + first + n], 0) / total;
    }
  }
  return scaled;
}

// Top and left of a digit whose centre of mass is in the middle of the frame, up to its edge.
function corner(digit, height, width) {
  let [mass, down, across] = [0, 0, 0];
  digit.forEach((value, place) => {
    mass += value;
    down += value * Math.floor(place / width);
    across += value * (place % width);
  });
  const start = (middle, length) => Math.min(
    Math.max(Math.round((FRAME - 1) / 2 - middle), 0), FRAME - length);
  return [start(down / mass, height), start(across / mass, width)];
}

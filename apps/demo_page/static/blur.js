// The Gaussian filter of denoise/corruption/corrupt.py: SciPy's, with its defaults.
"use strict";

const TRUNCATE = 4;  // kernel radius in units of sigma

// Blur `side` x `side` grey values, row after row, by a Gaussian of `sigma` pixels.
function gaussianBlur(image, side, sigma) {
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  if (radius === 0) return Float64Array.from(image);
  const weights = Float64Array.from({ length: radius + 1 },
    (_, distance) => Math.exp((-0.5 * distance * distance) / (sigma * sigma)));
  const total = 2 * weights.reduce((sum, weight) => sum + weight, 0) - weights[0];
  const kernel = weights.map((weight) => weight / total);
  const down = alongColumns(image, side, kernel);
  return transposed(alongColumns(transposed(down, side), side, kernel), side);
}

function alongColumns(values, side, kernel) {
  return Float64Array.from({ length: side * side }, (_, place) => {
    const row = Math.floor(place / side);
    const at = (other) => values[mirrored(other, side) * side + (place % side)];
    let sum = kernel[0] * at(row);
    for (let distance = 1; distance < kernel.length; distance += 1) {
      sum += kernel[distance] * (at(row - distance) + at(row + distance));
    }
    return sum;
  });
}

// A place beyond the edge is that of its mirror image, in which the edge pixel is repeated.
function mirrored(place, side) {
  const turn = ((place % (2 * side)) + 2 * side) % (2 * side);
  return turn < side ? turn : 2 * side - 1 - turn;
}

// Rows of `width` values, as the columns of another image.
function transposed(values, width) {
  const height = values.length / width;
  return Float64Array.from({ length: values.length },
    (_, place) => values[(place % height) * width + Math.floor(place / height)]);
}

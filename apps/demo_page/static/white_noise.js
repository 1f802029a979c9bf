// The kinds of noise of denoise/corruption/white_noise.py. Each makes a noisy grey value of a clean
// one, the noise's amplitude, and a draw from U(0, 1).
"use strict";

const GRID = 2 ** 16;        // normal variables are multiples of its inverse
const FAINTEST = 1e-6;       // amplitude
const MANY = 100;            // photons: beyond, two terms of Cornish and Fisher give the quantile
const DEVIATION = 3 ** -0.5; // of U(-1, 1)

const WHITE_NOISE = {
  uniform: (grey, amplitude, draw) => grey + (2 * draw - 1) * amplitude,
  gaussian: (grey, amplitude, draw) => grey + normal(draw) * amplitude * DEVIATION,
  poisson: photonNoise,
  speckle: (grey, amplitude, draw) => grey + grey * normal(draw) * amplitude * DEVIATION,
  "salt-and-pepper": (grey, share, draw) => {
    if (draw >= 1 - share / 2) return 1;
    return draw < share / 2 ? 0 : grey;
  },
};

// `count` draws from U(0, 1), multiples of 2 ** -24: T. Ettinger's generator Mulberry32.
function uniformDraws(seed, count) {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 8) / 2 ** 24;
  });
}

// A draw moved off 0 and 1, where a distribution may be infinite.
function inner(draw) {
  return draw + 2 ** -25;
}

function normal(draw) {
  return Math.round(normalQuantile(inner(draw)) * GRID) / GRID;
}

function photonNoise(grey, amplitude, draw) {
  if (amplitude <= 0) return grey;
  const photons = 3 / Math.max(amplitude, FAINTEST) ** 2;
  const rate = grey * photons;
  if (rate <= MANY) return poissonQuantile(inner(draw), rate) / photons;
  const deviate = normal(draw);
  return Math.round(rate + Math.sqrt(rate) * deviate + (deviate ** 2 - 1) / 6) / photons;
}

// The least count whose probability, with that of all below, reaches `probability`.
function poissonQuantile(probability, rate) {
  let count = 0;
  let term = Math.exp(-rate);
  let total = term;
  while (total < probability && term > 0) {
    count += 1;
    term *= rate / count;
    total += term;
  }
  return count;
}

// M. Wichura's algorithm AS 241 (1988), PPND16: to about sixteen digits.
function normalQuantile(probability) {
  const centred = probability - 0.5;
  if (Math.abs(centred) <= 0.425) {
    return centred * ratio(0.180625 - centred * centred, CENTRE);
  }
  const tail = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const quantile = tail <= 5 ? ratio(tail - 1.6, MIDDLE) : ratio(tail - 5, FAR);
  return Math.sign(centred) * quantile;
}

function ratio(value, [numerator, denominator]) {
  const polynomial = (sum, coefficient) => sum * value + coefficient;
  return numerator.reduce(polynomial, 0) / denominator.reduce(polynomial, 0);
}

// Coefficients of numerator and denominator, that of the seventh power first.
const CENTRE = [
  [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
    4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
    1.3314166789178437745e2, 3.387132872796366608],
  [5.226495278852854561e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
    2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
    4.2313330701600911252e1, 1],
];
const MIDDLE = [
  [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
    4.63033784615654529590, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
    2.05319162663775882187, 1],
];
const FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580,
    5.46378491116411436990, 6.65790464350110377720],
  [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
    5.99832206555887937690e-1, 1],
];

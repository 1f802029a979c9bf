// The denoiser and the classifier, run by ONNX Runtime Web without threads, which a page that comes
// from no server may not have.
"use strict";

const PIXELS = 28 * 28;

// Return `denoise`, of 784 noisy grey values to the clean ones and the code, and `read`, of several
// images to ten probabilities each.
async function loadNetworks() {
  const source = new Blob([await embedded("runtime")], { type: "text/javascript" });
  const ort = await import(URL.createObjectURL(source));
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = await embedded("wasm");
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "extended" };
  const open = async (id) => ort.InferenceSession.create(await embedded(id), options);
  const [denoiser, classifier] = [await open("denoiser"), await open("classifier")];
  const tensor = (values) =>
    new ort.Tensor("float32", Float32Array.from(values), [values.length / PIXELS, 28, 28, 1]);
  return {
    async denoise(noisy) {
      const { output, code } = await denoiser.run({ input: tensor(noisy) });
      return { denoised: output.data, code: code ? code.data : null };
    },
    async read(images) {
      const { output } = await classifier.run({ input: tensor(images.flatMap((one) => [...one])) });
      return images.map((_, n) => [...output.data.slice(10 * n, 10 * n + 10)]);
    },
  };
}

// The bytes of a file that this page holds, packed by gzip and written in base64.
async function embedded(id) {
  const packed = atob(element(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let n = 0; n < packed.length; n += 1) bytes[n] = packed.charCodeAt(n);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

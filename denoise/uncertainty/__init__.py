"""How sure a denoised image and its reading are, and how that is calibrated.

In: several trained models as ``.onnx`` files, and images that none of them was trained on. Out: one
model that gives an interval for each pixel, and the temperature and the least confidence of
readings.

Studies: measure_joined, ensemble, reading.
"""

"""Denoising images of your own, from the command line or from Python.

In: pictures, arrays and folders of them, and a model. Out: denoised images in files or arrays, and
what was found in each: its noise, the digit, and how sure that is.

`python -m denoise` and the demo live from it, and of the stages one that denoises whole pictures.
Studies: measure_pictures.
"""

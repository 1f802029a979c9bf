"""A denoising autoencoder for handwritten digits, as functions over arrays.

The packages, in the order in which data meets them. Each one's own docstring says what goes in,
what comes out, and which stages of dvc.yaml and studies/dvc.yaml live from it.

- `denoise.datasets`: clean images, from files or from the network
- `denoise.corruption`: noisy images from clean ones
- `denoise.networks`: untrained networks
- `denoise.backends`: a network in the form that TensorFlow or JAX trains quickest
- `denoise.training`: trained weights, by a recipe
- `denoise.export`: a trained network as files
- `denoise.evaluation`: how good denoised images are, and classical denoisers
- `denoise.analysis`: what else a trained model does
- `denoise.uncertainty`: how sure a denoised image is
- `denoise.reporting`: tables and figures
- `denoise.inference`: images of your own, denoised
- `denoise.storage`: arrays and tables on disk, between stages
- `denoise.io`: parameters, command lines and errors
"""

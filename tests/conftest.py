"""Before any test imports Keras: TensorFlow with repeatable operations, as the stages have it."""

from denoise.backend import select_backend

select_backend("tensorflow")

# %% [markdown]
# # A first hour: from one noisy digit to your first experiment
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github)
#
# You need some Python. You do not need to know this project, Keras or DVC.
#
# In this hour you blur a digit and add noise to it, train a network that removes both, see where
# the network fails, and change your first parameter of the pipeline. All cells have been run: if
# you like, just read.
#
# **In Colab:** click the badge, paste the address where you found this repository, and open
# `docs/tutorial.ipynb`. Write the same address into the first cell. The notebook asks Colab for a
# GPU, and TensorFlow finds it.
#
# **On your machine:** `make tutorial` installs what the notebook needs, runs all cells, and writes
# the notebook anew. That takes a few minutes on two CPU cores. Afterwards open it in VS Code,
# choose `.venv` as its kernel, and change what you like.

# %%
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = "https://git.example.org/denoise.git"  # from where you found this repository

if "google.colab" in sys.modules:
    subprocess.run(["git", "clone", "--quiet", "--depth=1", REPOSITORY, "denoise"], check=True)
    subprocess.run(["pip", "install", "--quiet", "ruamel.yaml"], check=True)  # Colab has the rest
    os.chdir("denoise")
elif Path("tutorial.ipynb").exists():
    os.chdir("..")
sys.path.insert(0, str(Path.cwd()))

# %% [markdown]
# The next cell imports the project's functions. `select_backend` comes first: it makes Keras run
# on TensorFlow with operations that repeat bit by bit, so the same cell prints the same numbers
# again.

# %%
from denoise.backends.backend import on_accelerator, optimized_for_device, select_backend

select_backend("tensorflow")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from denoise.analysis.non_digits import non_digits
from denoise.corruption.corrupt import corrupt, gaussian_blur
from denoise.datasets.registry import find_dataset
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import binary_crossentropy, psnr, target_entropy
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.pipeline import read_parameters
from denoise.networks.autoencoder import build_autoencoder, cut_at_code
from denoise.seeding import seed_sequence

SEED = 1
IMAGES, EPOCHS = 6000, 4  # of the training in part 4
FEW, TRIALS = 1500, 4  # images and epochs of each small training in part 6
TESTS = 500  # test images that measure

pd.options.display.precision = 4

# %% [markdown]
# ## 1. One digit
#
# MNIST is a data set of handwritten digits: 60,000 images to train on and 10,000 to test with.
# Each has 28×28 pixels. A grey value is an integer from 0, black, to 255, white. Divided by 255,
# it lies between 0 and 1.
#
# The next cell finds the files on your machine or downloads them. It compares every byte with a
# known checksum.

# %%
mnist = find_dataset("mnist", read_dataset(Path("datasets.yaml"), "mnist"))
train_images, test_images = mnist["train_images"], mnist["test_images"][:TESTS]


def show(rows, titles, width=1.6):
    """Draw rows of images, each row under its name, with a title over each column."""
    size = (width * len(titles), width * len(rows) + 0.5)
    _, axes = plt.subplots(
        len(rows), len(titles), figsize=size, squeeze=False, layout="constrained"
    )
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        for place, image in zip(line, images, strict=True):
            place.imshow(image, cmap="gray", vmin=0, vmax=1)
            place.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
    for place, title in zip(axes[0], titles, strict=True):
        place.set_title(title, fontsize=10)


digit = test_images[3:4]
show({"clean": digit / 255}, [f"a digit, {digit.shape[1]}×{digit.shape[2]} pixels"], width=2.4)

# %% [markdown]
# ## 2. Noise
#
# The article that this project follows damages an image in two steps.
#
# 1. **Blur.** A Gaussian filter of width σ (in pixels) replaces each pixel by a weighted mean of
#    its neighbours. Blur removes fine detail.
# 2. **White noise.** Each pixel gets a random number of its own, drawn evenly from −a to a. The
#    number a is the *amplitude*. White means that the noise of one pixel says nothing about the
#    noise of the next.

# %%
blurred = gaussian_blur(digit / 255, np.array([1.0]))
noisy, _, _ = corrupt(digit, (1.0, 1.0), (0.8, 0.8), seed_sequence(SEED, "one digit"))
show(
    {"one digit": [digit[0] / 255, blurred[0], noisy[0]]},
    ["clean", "blurred, σ = 1", "and noise, a = 0.8"],
    width=2.2,
)
print(f"grey values of the noisy image: {noisy.min():.2f} to {noisy.max():.2f}")

# %% [markdown]
# The noisy values leave the range from 0 to 1. The picture shows them as black or white, but the
# array keeps them: **nothing is clipped.** Part 6 shows why this matters.
#
# A **level** is one fixed pair of blur and amplitude. `params.yaml` has six of them, from
# `0-clean` to `5-extreme`. All methods of the project are measured at these levels.

# %%
levels = read_parameters(Path("params.yaml")).levels
at_levels = {
    name: corrupt_at_level(test_images, level, SEED, f"test/{name}")
    for name, level in levels.items()
}
show({"noisy": [images[3] for images in at_levels.values()]}, list(levels))
pd.DataFrame({name: {"blur σ": x.blur, "amplitude": x.amplitude} for name, x in levels.items()})

# %% [markdown]
# ## 3. The network
#
# The network is an **autoencoder**. Its first half, the *encoder*, makes an image smaller, step by
# step: a convolution computes new features, and a pooling halves the height and the width. Its
# second half, the *decoder*, makes an image from the result.

# %%
model = build_autoencoder()
pd.DataFrame(
    [
        {"layer": layer.name, "output": layer.output.shape[1:], "weights": layer.count_params()}
        for layer in model.layers
    ]
)

# %% [markdown]
# The narrowest layer is `code`: 4×4×8 = 128 numbers, for an image of 784 pixels. Everything that
# the decoder knows about the image has to pass through these 128 numbers. Noise does not fit in.
# The shape of a digit does, more or less. This is why the network removes noise.
#
# ## 4. Train it
#
# The network gets noisy images as input and learns to give back the clean ones. As in the article,
# each training image has a blur of its own, σ between 0 and 2, and an amplitude of its own, between
# 0.01 and 1.5. The network is told neither.
#
# The **loss** measures how wrong the output is. An **optimizer** changes the weights to make the
# loss smaller, one *batch* of images at a time. An **epoch** is one pass over all training images.

# %%
BLUR, AMPLITUDE = (0.0, 2.0), (0.01, 1.5)


def as_input(images):
    """From (n, 28, 28) to the (n, 28, 28, 1) that Keras takes: one channel, grey."""
    return np.asarray(images, np.float32)[..., np.newaxis]


def train(inputs, clean, epochs, optimizer, loss="binary_crossentropy"):
    """Train a new network on pairs of noisy and clean images; return it, and its losses."""
    keras.utils.set_random_seed(SEED)  # every training starts from the same weights
    network = build_autoencoder()
    trained = optimized_for_device(network)  # the same weights, computed faster on your device
    trained.compile(optimizer, loss)
    targets = as_input(clean / 255)
    history = trained.fit(as_input(inputs), targets, batch_size=32, epochs=epochs, verbose=0)
    return network, history.history["loss"]


print("training on", "a GPU" if on_accelerator() else "the CPU")
clean = train_images[:IMAGES]
noisy, _, _ = corrupt(clean, BLUR, AMPLITUDE, seed_sequence(SEED, "training"))
model, losses = train(noisy, clean, EPOCHS, keras.optimizers.Adam(0.005))
pd.DataFrame({"training loss": losses}, index=pd.RangeIndex(1, len(losses) + 1, name="epoch")).T

# %%


def denoise(network, images):
    """Denoise (n, 28, 28) images with a Keras model."""
    return keras.ops.convert_to_numpy(network(as_input(images)))[..., 0]


cleaned = {name: denoise(model, images) for name, images in at_levels.items()}
show(
    {
        "noisy": [images[3] for images in at_levels.values()],
        "denoised": [images[3] for images in cleaned.values()],
    },
    list(levels),
)

# %% [markdown]
# ## 5. What it can do, and what it cannot
#
# **PSNR**, the peak signal-to-noise ratio, says how close an image is to the clean one. It is
# measured in decibel (dB), and higher is better: 10 dB more means a mean squared error ten times
# smaller.
#
# Your network has seen little. The repository holds one that was trained on all images, four noisy
# copies of each, for eight epochs: `models/denoiser`. The table puts it beside yours.

# %%
committed = keras.models.load_model("models/denoiser/model.keras")
cleaned_better = {name: denoise(committed, images) for name, images in at_levels.items()}
truth = test_images / 255
methods = {"noisy": at_levels, "your network": cleaned, "models/denoiser": cleaned_better}


def mean_psnr(images):
    """Return the mean PSNR over the test images, dB, of what a screen can show."""
    return psnr(truth, images.clip(0, 1)).mean().round(1)


in_db = pd.DataFrame(
    {name: {of: mean_psnr(images[name]) for of, images in methods.items()} for name in levels}
)
in_db

# %% [markdown]
# To be measured, a noisy image is clipped to the range from 0 to 1, as a screen shows it. A clean
# image that nobody touched has no error, and so no PSNR: the 100 dB in the first column only stand
# for that. From `1-faint` on, both networks are better than the noisy image. Now look at `0-clean`,
# and at the pictures of clean digits.

# %%
show(
    {
        "clean": truth[:6],
        "clean,\ndenoised": cleaned_better["0-clean"][:6],
        "5-extreme": at_levels["5-extreme"][:6],
        "5-extreme,\ndenoised": cleaned_better["5-extreme"][:6],
    },
    [f"test image {number}" for number in range(6)],
)

# %% [markdown]
# - **It changes clean digits.** A digit does not fit into 128 numbers without loss. Where there is
#   little noise, the network takes away more than the noise did.
# - **It guesses where nothing is left.** At `5-extreme` it paints a shape that is no digit, or the
#   wrong one. A smooth picture is not proof that it is right.
# - **It knows digits only.** The next cell shows it images that hold no digit.

# %%
names, images = non_digits(test_images)
show({"image": images, "denoised": denoise(committed, images)}, names, width=1.25)

# %% [markdown]
# The code shows what the network knows. The next cell takes the codes of two digits, mixes them,
# and lets the decoder draw each mixture.

# %%
encoder, decoder = cut_at_code(committed)
one, other = keras.ops.convert_to_numpy(encoder(as_input(truth[[3, 4]])))
shares = np.linspace(0, 1, 6)
mixtures = np.stack([(1 - share) * one + share * other for share in shares])
show(
    {"decoded": keras.ops.convert_to_numpy(decoder(mixtures))[..., 0]},
    [f"{share:.0%} of the other" for share in shares],
)

# %% [markdown]
# ## 6. Four things that go wrong, or seem to
#
# These four are common. You can see each in a small experiment: a training on few images, which
# takes seconds.
#
# ### The loss does not fall
#
# The article trains with the optimizer Adadelta and gives no learning rate. In 2019 the default in
# Keras was 1.0. Today it is 0.001. Whoever copies the article's line gets a training a thousand
# times slower, which looks as if the network could not learn.

# %%
few, few_noisy = train_images[:FEW], noisy[:FEW]
OPTIMIZERS = {
    "Adadelta, 0.001 (today's default)": lambda: keras.optimizers.Adadelta(),
    "Adadelta, 1.0 (the article's)": lambda: keras.optimizers.Adadelta(1.0),
    "Adam, 0.005": lambda: keras.optimizers.Adam(0.005),
}
trials = {name: train(few_noisy, few, TRIALS, make()) for name, make in OPTIMIZERS.items()}
epochs = pd.RangeIndex(1, TRIALS + 1, name="loss after epoch")
pd.DataFrame({name: losses for name, (_, losses) in trials.items()}, index=epochs).T

# %%
faint = at_levels["1-faint"][:8]
drawn = {name.split(" (")[0]: denoise(network, faint) for name, (network, _) in trials.items()}
show({"noisy": faint, **drawn}, [""] * 8)

# %% [markdown]
# With 0.001 the picture stays an even grey: after all these updates the weights have hardly moved.
# **When a loss does not fall, look at the learning rate first.** Write it down in your code, too:
# defaults change.
#
# ### The wrong loss
#
# Mean squared error is what PSNR measures. Is it the better loss? The article takes binary
# cross-entropy instead, which reads each pixel as the probability of white.

# %%
squared, _ = train(few_noisy, few, TRIALS, keras.optimizers.Adam(0.005), "mean_squared_error")
entropic, _ = trials["Adam, 0.005"]
pd.DataFrame(
    {
        name: {
            "trained on binary cross-entropy": mean_psnr(denoise(entropic, images)),
            "trained on squared error": mean_psnr(denoise(squared, images)),
        }
        for name, images in at_levels.items()
    }
)

# %%
show(
    {
        "noisy": faint,
        "cross-entropy": denoise(entropic, faint),
        "squared error": denoise(squared, faint),
    },
    [""] * 8,
)

# %% [markdown]
# The table has PSNR in dB. The loss that is *not* PSNR leads to the better PSNR. The network that
# trains on squared error is stuck: it draws black, whatever you give it. Most pixels of a digit are
# black, so black is a cheap answer. The last layer is a sigmoid, which is flat near black. The
# gradient of the squared error is multiplied by the slope of the sigmoid, and that is almost zero
# there. The gradient of cross-entropy is not: it is simply output minus target. (A smaller learning
# rate or another seed may escape from black.)
#
# Do not expect a binary cross-entropy of 0. A grey pixel is neither black nor white, so even a
# perfect output has a loss. You can compute this lowest value:

# %%
print(f"binary cross-entropy of a perfect output: {target_entropy(truth).mean():.4f}")
print(
    f"of models/denoiser, given clean images:   "
    f"{binary_crossentropy(cleaned_better['0-clean'], truth).mean():.4f}"
)

# %% [markdown]
# ### Clipped noise
#
# A picture file holds values from 0 to 255. Whoever saves a noisy image as a PNG clips it: what
# was below black becomes black, what was above white becomes white. The network has never seen
# this.

# %%
clipped = {name: images.clip(0, 1) for name, images in at_levels.items()}
on_clipped, _ = train(few_noisy.clip(0, 1), few, TRIALS, keras.optimizers.Adam(0.005))
pd.DataFrame(
    {
        name: {
            "trained as it is, tested as it is": mean_psnr(denoise(entropic, at_levels[name])),
            "trained as it is, tested clipped": mean_psnr(denoise(entropic, clipped[name])),
            "trained clipped, tested clipped": mean_psnr(denoise(on_clipped, clipped[name])),
            "trained clipped, tested as it is": mean_psnr(denoise(on_clipped, at_levels[name])),
        }
        for name in levels
    }
)

# %% [markdown]
# The mean of unclipped noise is zero, so that a convolution can average it away. Clipped noise
# makes black areas brighter and white strokes darker. From `2-light` on, each
# network is better on its own kind of noise. **Train on what you will be given.**
#
# ### The validation loss is below the training loss
#
# Usually it is the other way round, and a loss that is lower on new images looks like a mistake.
# In the article it is a choice: it validates on **clean** test images, given as input and as
# target. An image without noise is an easier task. Three numbers show it:

# %%
test_noisy, _, _ = corrupt(test_images, BLUR, AMPLITUDE, seed_sequence(SEED, "validation"))
easy_and_hard = {
    "training images, noisy": (noisy[:TESTS], clean[:TESTS] / 255),
    "test images, noisy": (test_noisy, truth),
    "test images, clean (the article's)": (truth, truth),
}
pd.DataFrame(
    {
        name: {"binary cross-entropy": binary_crossentropy(denoise(model, inputs), targets).mean()}
        for name, (inputs, targets) in easy_and_hard.items()
    }
).T

# %% [markdown]
# To see whether a network has learned its training images by heart, compare the first two. They
# are close: there is no overfitting. The third is lower because its task is easier. The pipeline
# records all three, in `metrics/loss.csv`.
#
# ## 7. Your first changed parameter
#
# The pipeline does what you did here, on all images, in **stages**: prepare the data, add noise,
# train, measure. [DVC](https://dvc.org) knows what each stage reads and writes. You change a line
# of `params.yaml`, and DVC runs again only what that line touches.
#
# What follows happens in a terminal, in the folder of the repository, on your machine or in
# [GitHub Codespaces](running.md#in-a-container-and-on-windows). Run `make repro` once before. It
# trains nothing: the results are committed.
#
# **The change:** make the noise of one level weaker. In `params.yaml`, below `levels:`, `3-medium`
# has the amplitude 1.2. Write 1.0.
#
# **Write down your prediction first.** Which stages will run again? Will the network be trained
# again? Which numbers will change, and in which direction?
#
# ```console
# $ source .venv/bin/activate
# $ sed -i '/3-medium/s/amplitude: 1.2/amplitude: 1.0/' params.yaml
# $ dvc params diff
# Path         Param                      HEAD    workspace
# params.yaml  levels.3-medium.amplitude  1.2     1.0
# $ dvc repro | grep Running
# Running stage 'baseline@3-medium':
# Running stage 'evaluate@3-medium':
# Running stage 'confusion':
# Running stage 'latent':
# Running stage 'summarize':
# $ dvc metrics diff
# Path                          Metric      HEAD      workspace    Change
# metrics/levels/3-medium.json  bce         0.14674   0.13639      -0.01035
# metrics/levels/3-medium.json  legibility  0.8393    0.8689       0.0296
# metrics/levels/3-medium.json  psnr        15.89655  16.47626     0.57971
# metrics/levels/3-medium.json  ssim        0.62871   0.67372      0.04501
# ```
#
# `HEAD` is the last commit, `workspace` is what you have now. A level is noise of *test* images, so
# nothing is trained. The stages that measure at `3-medium` run, and those that set all levels side
# by side. The other levels keep their numbers.
#
# `git checkout . && dvc checkout` takes everything back.
#
# **The next change is yours.** Below `recipes:`, let `quick` train for one epoch instead of eight.
# Predict again: which stages will run, at which level is most lost, and is it more than 1 dB? Then
# run the same three commands.
#
# ## Go on
#
# - [Six exercises](exercises.md): a question, your prediction, and a measured answer.
# - [Results](results.md): all methods, with intervals.
# - [Experiments](experiments.md): other noise, recipes and networks, and how to compare them.

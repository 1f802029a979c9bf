"""The model that Keras is given to fit: a network in the form that trains quickest here."""

from collections.abc import Callable

import keras

from denoise.backends.backend import optimized_for_device, shares_batches


class Trainer(keras.Model):
    """Trains a network; with TensorFlow on a CPU, by the parts of `denoise.backends.micro_batches`.

    Call, fit and evaluate it like the network, whose weights it changes. Its updates are those of
    plain Keras.

    Parameters
    ----------
    network : keras.Model
        The model to train.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__(name=f"{network.name}_trainer")
        self.network = optimized_for_device(network)
        self._shares_batches = shares_batches()
        self.built = True

    def call(self, inputs, training: bool = False):
        """Return what the network gives for ``inputs``."""
        return self.network(inputs, training=training)

    def train_step(self, *arguments):
        """Update on one batch: ``(data)``, or with JAX ``(state, data)``.

        Returns what Keras expects of a step: the logs, with JAX also the new state.
        """
        if not self._shares_batches:
            return super().train_step(*arguments)
        self.update(*arguments)
        return self.get_metrics_result()

    def test_step(self, *arguments):
        """Measure the loss on one batch, with the arguments of `train_step`."""
        if not self._shares_batches:
            return super().test_step(*arguments)
        self._add_up(*arguments, tuple, training=False)
        return self.get_metrics_result()

    def update(self, batch: tuple, pairs: Callable = tuple) -> None:
        """One update on ``pairs(batch)``, inputs and targets; with TensorFlow."""
        if not self._shares_batches:
            super().train_step(pairs(batch))
            return
        gradients = self._add_up(batch, pairs, training=True)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))

    def _add_up(self, batch: tuple, pairs: Callable, training: bool) -> list:
        """Record the mean loss of a batch; its gradients when ``training``."""
        import tensorflow as tf

        from denoise.backends.micro_batches import sum_over_parts

        def step(part, share):
            inputs, targets = pairs(part)
            with tf.GradientTape() as tape:
                outputs = self(inputs, training=training)
                loss = share * self.compute_loss(x=inputs, y=targets, y_pred=outputs)
            return [loss, *(tape.gradient(loss, self.trainable_variables) if training else ())]

        loss, *gradients = sum_over_parts(step, batch)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(batch[0])[0])
        return gradients

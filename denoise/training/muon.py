"""Muon for convolutions: a kernel's momentum is orthogonalised before it is applied.

K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024). Keras' own Muon
leaves kernels of convolutions to Adam; here such a kernel is the matrix (height * width * in, out).
"""

import math

import keras
from keras import ops


class Muon(keras.optimizers.Muon):
    """`keras.optimizers.Muon` that also takes the kernels of convolutions.

    Parameters
    ----------
    learning_rate : of kernels, and of Adam for all else
    momentum : float
        Of kernels.
    beta_2 : float
        Adam's.
    weight_decay : float
        Of all weights.
    """

    def __init__(
        self,
        learning_rate=0.01,
        momentum: float = 0.95,
        beta_2: float = 0.999,
        weight_decay: float = 0.0,
        **options,
    ) -> None:
        super().__init__(
            learning_rate,
            momentum=momentum,
            adam_beta_2=beta_2,
            weight_decay=weight_decay,
            adam_weight_decay=weight_decay,
            **options,
        )

    def _should_use_adamw(self, variable) -> bool:
        return len(variable.shape) < 2

    def _muon_update_step(self, gradient, variable, lr, m) -> None:
        self.assign_add(m, ops.add(gradient, m * (self.momentum - 1)))
        direction = ops.add(gradient, self.momentum * m) if self.nesterov else m
        update = self.zeropower_via_newtonschulz5(_as_matrix(direction), self.ns_steps)
        step = ops.reshape(self.lr_adjust(lr * update), variable.shape)
        self.assign_sub(variable, step)


def _as_matrix(kernel):
    return ops.reshape(kernel, (math.prod(kernel.shape[:-1]), kernel.shape[-1]))

#!/usr/bin/env python3
# The suite's cases in JAX under jit: a whole step is one program, float32, one thread, bound to the same core.
# Not here: float64, which JAX switches on for a whole process.
import os
import sys

import turns

turns.settle()
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
try:
    import jax
    import jax.numpy as jnp
except ImportError:
    sys.exit(print("jax_peer: no JAX in " + sys.executable, file=sys.stderr) or 3)

N = (1000, 1000)
keys = iter(jax.random.split(jax.random.key(0), 100))


def rand(*shape):
    return jax.random.uniform(next(keys), shape)


def randn(*shape):
    return jax.random.normal(next(keys), shape)


def network(widths):
    return [(0.05 * randn(m, n), jnp.zeros(m)) for n, m in zip(widths, widths[1:])]


def mse(y, t):
    return jnp.mean((y - t) ** 2)


def cross_entropy(logits, classes):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), classes[:, None], axis=1))


def perceptron(parameters, x, hidden, last):
    for w, b in parameters[:-1]:
        x = hidden(x @ w.T + b)
    w, b = parameters[-1]
    return last(x @ w.T + b)


def sgd(lr):
    def update(parameters, gradients, state):
        return jax.tree.map(lambda p, g: p - lr * g, parameters, gradients), state

    return update, lambda parameters: ()


def adam(lr, beta1=0.9, beta2=0.999, eps=1e-8):
    def update(parameters, gradients, state):
        t, m, v = state
        t = t + 1
        m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradients)
        v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, gradients)
        rate, root = lr / (1 - beta1**t), jnp.sqrt(1 - beta2**t)
        parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + eps), parameters, m, v)
        return parameters, (t, m, v)

    zeros = lambda parameters: jax.tree.map(jnp.zeros_like, parameters)
    return update, lambda parameters: (jnp.zeros(()), zeros(parameters), zeros(parameters))


def training(widths, loss_of, x, t, optimizer):
    """A step that keeps parameters and state where the next one finds them; jit may reuse their memory."""
    update, initial = optimizer
    parameters = network(widths)
    carried = [parameters, initial(parameters)]

    def step(parameters, state, x, t):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x, t)
        return *update(parameters, gradients, state), loss

    compiled = jax.jit(step, donate_argnums=(0, 1))

    def work():
        *carried[:], loss = compiled(*carried, x, t)
        loss.block_until_ready()

    return work


def xor_loss(parameters, x, t):
    return mse(perceptron(parameters, x, jax.nn.sigmoid, jax.nn.sigmoid), t)


def classes_loss(parameters, x, t):
    return cross_entropy(perceptron(parameters, x, jax.nn.relu, lambda y: y), t)


def lab_epoch():
    yield "XOR epoch, float32", training((2, 10, 10, 1), xor_loss, rand(21, 2), rand(21, 1), sgd(0.1))


def mlp():
    for batch in (1, 32, 128, 512):
        x, t = rand(batch, 784), jax.random.randint(next(keys), (batch,), 0, 10)
        for name, make in (("SGD", sgd), ("Adam", adam)):
            yield f"{name}, batch {batch}", training((784, 512, 512, 10), classes_loss, x, t, make(1e-6))
    for name, make in (("SGD", sgd), ("Adam", adam)):
        yield f"{name}, 2-64-64-1, batch 256", training((2, 64, 64, 1), xor_loss, rand(256, 2), rand(256, 1), make(1e-6))


def elementwise():
    x, e, g, z = rand(*N) + 0.5, rand(*N) + 0.5, rand(*N), randn(*N)
    c = rand(*N) > 0.5

    def derivative(f, *leaves):
        """f's value and its gradients, given the cotangent g."""

        def both(g, *leaves):
            y, vjp = jax.vjp(f, *leaves)
            return y, vjp(g)

        compiled = jax.jit(both)
        return lambda: jax.block_until_ready(compiled(g, *leaves))

    summed = jax.jit(jax.value_and_grad(lambda z: jnp.sum(jax.nn.sigmoid(z) * jnp.tanh(z) + jnp.exp(z))))
    yield "sum(sigmoid x tanh x + exp x)", lambda: jax.block_until_ready(summed(z))
    yield "relu x", derivative(jax.nn.relu, z)
    yield "x^2.5", derivative(lambda x: x**2.5, x)
    yield "x^y", derivative(jnp.power, x, e)
    yield "where(c, x, y)", derivative(lambda x, y: jnp.where(c, x, y), x, e)


def reduce():
    x = randn(*N)
    functions = {"sum": jnp.sum, "mean": jnp.mean, "max": jnp.max, "logsumexp": jax.nn.logsumexp}
    for name, f in functions.items():
        for axis, words in ((0, "axis 0"), (1, "axis 1"), (None, "all")):
            compiled = jax.jit(lambda x: f(x, axis=axis))
            yield f"{name}, {words}", lambda: compiled(x).block_until_ready()
    targets = jax.random.randint(next(keys), (1000,), 0, 1000)
    compiled = jax.jit(jax.value_and_grad(cross_entropy))
    yield "softmax-cross-entropy", lambda: jax.block_until_ready(compiled(x, targets))


def convolution():
    x, w, b, g = randn(32, 16, 28, 28), randn(32, 16, 3, 3), randn(32), randn(32, 32, 28, 28)

    def both(x, w, b, g):
        y, vjp = jax.vjp(lambda x, w, b: jax.lax.conv(x, w, (1, 1), "SAME") + b[:, None, None], x, w, b)
        return y, vjp(g)

    compiled = jax.jit(both)
    yield "conv2d", lambda: jax.block_until_ready(compiled(x, w, b, g))


PROGRAMS = {f.__name__: f for f in (lab_epoch, mlp, elementwise, reduce, convolution)}

if __name__ == "__main__":
    turns.main("JAX", jax.__version__, PROGRAMS)

#!/usr/bin/env python3
# The suite's cases under torch.compile: forward and loss are one compiled graph, their derivative another.
# Not here: optimizers, which are PyTorch's fused ones, already a single pass; PyTorch without a compiler (torch_peer.py).
from torch_peer import F, N, differentiate, leaf, networks, optimizers, torch, turns, xor_network


def compiled(f):
    return torch.compile(f, dynamic=False, fullgraph=True)


def step(loss_of, optimizer):
    loss = loss_of()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def lab_epoch():
    for dtype in (torch.float32, torch.float64):
        model = xor_network(10).to(dtype)
        optimizer = optimizers["SGD"](model.parameters(), 0.1)
        x, t = torch.rand(21, 2, dtype=dtype), torch.rand(21, 1, dtype=dtype)
        loss_of = compiled(lambda: F.mse_loss(model(x), t))
        yield f"XOR epoch, {str(dtype).split('.')[1]}", lambda: step(loss_of, optimizer)


def mlp():
    for words, (model, x, t, loss) in networks():
        torch._dynamo.reset()
        loss_of = compiled(lambda: loss(model(x), t))
        for name, make in optimizers.items():
            optimizer = make(model.parameters(), 1e-6)
            yield f"{name}, {words}", lambda: step(loss_of, optimizer)


def elementwise():
    x, e = leaf(torch.rand(N) + 0.5), leaf(torch.rand(N) + 0.5)
    g, c, z = torch.rand(N), torch.rand(N) > 0.5, leaf(torch.randn(N))
    composed = compiled(lambda: (torch.sigmoid(z) * torch.tanh(z) + torch.exp(z)).sum())

    def differentiate_sum():
        composed().backward()
        z.grad = None

    yield "sum(sigmoid x tanh x + exp x)", differentiate_sum
    relu, power, powers = compiled(lambda: torch.relu(z)), compiled(lambda: x**2.5), compiled(lambda: x**e)
    where = compiled(lambda: torch.where(c, x, e))
    yield "relu x", lambda: differentiate(relu(), g, z)
    yield "x^2.5", lambda: differentiate(power(), g, x)
    yield "x^y", lambda: differentiate(powers(), g, x, e)
    yield "where(c, x, y)", lambda: differentiate(where(), g, x, e)


PROGRAMS = {f.__name__: f for f in (lab_epoch, mlp, elementwise)}

if __name__ == "__main__":
    turns.main("torch.compile", torch.__version__, PROGRAMS)

#!/usr/bin/env python3
# Runs the lab's program: the report's log to the printed digit, NumPy's losses, every option, every error.
# Not here: the losses themselves (examples/lab1/reference.json, tests/golden/lab1.json).
"""Usage: test_lab1.py LAB1      the program to test"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
REFERENCE = json.loads((ROOT / "examples/lab1/reference.json").read_text(encoding="utf-8"))
GOLDEN = json.loads((ROOT / "tests/golden/lab1.json").read_text(encoding="utf-8"))
PROGRAM = "build/examples/lab1"


def run(*options):
    return subprocess.run([PROGRAM, *options], capture_output=True, text=True, check=False)


def train(*options):
    """The log of each data set as {"linear" or "xor": lines}."""
    result = run("train", *options)
    assert result.returncode == 0 and result.stderr == "", result
    logs = {}
    for line in result.stdout.splitlines():
        start = re.fullmatch(r"Training on (Linear|XOR) Dataset", line)
        if start:
            lines = logs.setdefault(start[1].lower(), [])
        else:
            lines.append(line)
    return logs


def epochs(lines):
    """[[epoch, printed loss]] of a log."""
    matches = [re.fullmatch(r"Epoch (\d+): Loss = (\S+)", line) for line in lines]
    return [[int(m[1]), m[2]] for m in matches if m]


def largest_difference(lines, golden):
    printed = epochs(lines)
    assert [epoch for epoch, _ in printed] == [epoch for epoch, _ in golden], printed
    return max(abs(float(a) - b) for (_, a), (_, b) in zip(printed, golden))


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.logs = train()

    def test_log_equals_the_reference_as_text(self):
        self.assertEqual(list(self.logs), ["linear", "xor"])
        count = 0
        for name, lines in self.logs.items():
            expected = [f"Epoch {entry['epoch']}: Loss = {entry['loss']}" for entry in REFERENCE["log"][name]]
            self.assertEqual(lines[: len(expected)], expected)
            count += len(expected)
        self.assertEqual(count, 80)

    def test_final_lines_equal_the_reference_as_text(self):
        final = REFERENCE["final"]["xor"]
        self.assertEqual(self.logs["xor"][-1], f"Final Loss: {final['loss']}, Accuracy: {final['accuracy']}")
        row = next(row for row in REFERENCE["table_b_hidden_units"] if row["hidden"] == "10,10")
        self.assertEqual(self.logs["linear"][-1], f"Final Loss: {row['linear_loss']}, Accuracy: 100.00%")

    def test_every_sample_is_predicted(self):
        xor_labels = [0, 1] * 5 + [0] + [0, 1] * 5
        lines = [f"Iter: {i} | Ground truth: [{t}] | Predict: [{t}]" for i, t in enumerate(xor_labels)]
        self.assertEqual(self.logs["xor"][40:-1], lines)
        samples = [re.fullmatch(r"Iter: (\d+) \| Ground truth: \[([01])\] \| Predict: \[\2\]", line)
                   for line in self.logs["linear"][40:-1]]
        self.assertEqual([int(m[1]) for m in samples], list(range(100)))
        self.assertEqual(sum(int(m[2]) for m in samples), 50)


class Runs(unittest.TestCase):
    def test_losses_and_accuracies_equal_those_of_numpy(self):
        for run_ in GOLDEN:
            with self.subTest(options=run_["options"]):
                logs = train(*run_["options"], "--precision", "17")
                for name in ("linear", "xor"):
                    log, golden = logs[name], run_[name]
                    self.assertLess(largest_difference(log[:1], golden["losses"][:1]), 1e-12)
                    self.assertLess(largest_difference(log, golden["losses"]), 1e-11)
                    last_loss = epochs(log)[-1][1]
                    self.assertEqual(log[-1], f"Final Loss: {last_loss}, Accuracy: {100 * golden['accuracy']:.2f}%")

    def test_one_data_set_alone_has_the_same_numbers(self):
        short = ["--epochs", "100", "--log-every", "50"]
        both = train(*short)
        for name in ("linear", "xor"):
            self.assertEqual(train(*short, "--data", name), {name: both[name]})

    def test_precision_and_log_every(self):
        log = train("--data", "xor", "--epochs", "10", "--log-every", "3", "--precision", "2")["xor"]
        self.assertEqual([line for line in log if line.startswith("Epoch")],
                         [f"Epoch {epoch}: Loss = {loss:.2f}" for epoch, loss in self.exact(3, 6, 9)])
        log = train("--data", "xor", "--epochs", "10", "--log-every", "11", "--precision", "0")["xor"]
        self.assertEqual(len(log), 22)
        self.assertRegex(log[-1], r"^Final Loss: 0, Accuracy: ")

    @staticmethod
    def exact(*wanted):
        log = train("--data", "xor", "--epochs", "10", "--log-every", "1", "--precision", "17")["xor"]
        return [(epoch, float(loss)) for epoch, loss in epochs(log) if epoch in wanted]

    def test_float32_is_close_but_not_the_same(self):
        options = ["--epochs", "200", "--log-every", "100", "--precision", "17"]
        double, single = train(*options), train(*options, "--dtype", "float32")
        for name in ("linear", "xor"):
            golden = [[epoch, float(loss)] for epoch, loss in epochs(double[name])]
            difference = largest_difference(single[name], golden)
            self.assertLess(difference, 1e-6)
            self.assertGreater(difference, 1e-12)

    def test_divergence_is_said_and_nothing_else(self):
        logs = train("--activation", "none")
        self.assertEqual(list(logs), ["linear", "xor"])
        for lines in logs.values():
            self.assertEqual(len(lines), 1)
            self.assertRegex(lines[0], r"^Diverged: the loss is NaN from epoch \d+ on")
        lines = train("--activation", "none", "--log-every", "1")["xor"]
        self.assertLess(max(map(len, lines)), 100)

    def test_without_activation_xor_ends_at_the_best_affine_map(self):
        log = train("--activation", "none", "--lr", "0.001", "--data", "xor", "--precision", "7")["xor"]
        self.assertEqual(log[-1], f"Final Loss: {110 / 441:.7f}, Accuracy: 52.38%")


class Options(unittest.TestCase):
    def test_every_optimizer_and_scheduler_trains(self):
        for optimizer, lr in {"sgd": 0.1, "momentum": 0.1, "nesterov": 0.1, "adagrad": 0.1, "adadelta": 1, "rmsprop": 0.01,
                              "adam": 0.01}.items():
            for scheduler in ("none", "step", "plateau"):
                with self.subTest(optimizer=optimizer, scheduler=scheduler):
                    log = train("--data", "xor", "--optimizer", optimizer, "--lr", str(lr), "--scheduler", scheduler,
                                "--epochs", "300", "--log-every", "100", "--precision", "9")["xor"]
                    losses = [float(loss) for _, loss in epochs(log)]
                    self.assertEqual(len(losses), 3)
                    self.assertLess(losses[-1], losses[0])

    def test_schedulers_lower_the_rate(self):
        exact = ["--data", "xor", "--epochs", "300", "--log-every", "1", "--precision", "17"]
        plain, step = (epochs(train(*exact, "--scheduler", name)["xor"]) for name in ("none", "step"))
        # The rate changes after 100 epochs, so that the loss of epoch 102 is the first to show it.
        self.assertEqual(step[:101], plain[:101])
        self.assertNotEqual(step[101], plain[101])
        fall = [float(losses[-2][1]) - float(losses[-1][1]) for losses in (plain, step)]
        self.assertLess(fall[1], fall[0] / 20)
        wild = [*exact, "--optimizer", "adam", "--lr", "1"]  # its loss goes up and down
        self.assertNotEqual(train(*wild, "--scheduler", "plateau"), train(*wild))

    def test_momentum_is_sgd_with_a_default(self):
        options = ["--data", "xor", "--epochs", "50", "--log-every", "10", "--precision", "17"]
        self.assertEqual(train(*options, "--optimizer", "momentum"), train(*options, "--momentum", "0.9"))

    def test_batches(self):
        options = ["--data", "linear", "--epochs", "200", "--log-every", "100"]
        full = train(*options)
        self.assertEqual(train(*options, "--batch-size", "100"), full)
        self.assertEqual(train(*options, "--batch-size", "1000"), full)
        small = train(*options, "--batch-size", "7")
        self.assertEqual(small, train(*options, "--batch-size", "7"))
        self.assertLess(float(epochs(small["linear"])[-1][1]), float(epochs(full["linear"])[-1][1]))

    def test_captured_steps_print_the_same(self):
        for options in ([], ["--dtype", "float32", "--data", "xor"], ["--batch-size", "7", "--optimizer", "adam"],
                        ["--loss", "cross-entropy", "--batch-size", "16"], ["--loss", "bce", "--no-bias"],
                        ["--scheduler", "step", "--stop-accuracy", "90"], ["--stop-loss", "0.2"],
                        ["--activation", "none"], ["--activation", "relu", "--lr", "1000"]):
            options = [*options, "--epochs", "300", "--log-every", "100", "--precision", "17"]
            with self.subTest(options=options):
                plain, captured = run("train", *options), run("train", *options, "--capture")
                self.assertEqual((captured.stdout, captured.stderr, captured.returncode),
                                 (plain.stdout, plain.stderr, plain.returncode))

    def test_n(self):
        self.assertEqual(len(train("--data", "linear", "--n", "37", "--epochs", "1", "--log-every", "9")["linear"]), 38)

    def test_early_stops(self):
        exact = ["--data", "linear", "--precision", "17", "--log-every", "1"]
        log = train(*exact, "--stop-loss", "0.15")["linear"]
        losses = epochs(log)
        self.assertLessEqual(float(losses[-1][1]), 0.15)
        self.assertGreater(float(losses[-2][1]), 0.15)
        self.assertIn(f"Stopped at epoch {losses[-1][0]}: the loss is small enough", log)
        log = train(*exact, "--stop-accuracy", "98")["linear"]
        self.assertIn(f"Stopped at epoch {epochs(log)[-1][0]}: the accuracy is high enough", log)
        self.assertGreaterEqual(float(re.search(r"Accuracy: (.*)%", log[-1])[1]), 98)

    def test_divergence_names_the_layer(self):
        log = train("--activation", "none", "--data", "xor")["xor"]
        self.assertRegex(log[-1], r"^Diverged: the loss is NaN from epoch \d+ on, first in layer \d \(Linear\)\. Try")

    def test_other_losses(self):
        log = train("--data", "xor", "--loss", "bce", "--lr", "1", "--epochs", "3000")["xor"]
        self.assertRegex(log[-1], r"Accuracy: 100\.00%$")
        log = train("--data", "xor", "--loss", "cross-entropy", "--activation", "tanh", "--optimizer", "adam", "--lr", "0.01",
                    "--epochs", "1000")["xor"]
        self.assertRegex(log[-1], r"Accuracy: 100\.00%$")

    def test_interrupted_it_says_where_and_saves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [PROGRAM, "train", "--data", "xor", "--epochs", "1000000000", "--save", folder + "/model"]
            with subprocess.Popen(["stdbuf", "-oL", *command], stdout=subprocess.PIPE, text=True) as process:
                process.stdout.readline()
                process.stdout.readline()
                process.send_signal(signal.SIGINT)
                last = process.communicate(timeout=60)[0].splitlines()[-1]
            self.assertRegex(last, r"^Interrupted after epoch \d+$")
            self.assertEqual(process.returncode, 130)
            self.assertEqual(os.listdir(folder), [])


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def blobs(self):
        """Three classes of points around the corners of a triangle."""
        corners = {"left": (-2, 0), "right": (2, 0), "top": (0, 3)}
        rows = [f"{x + 0.1 * (i % 5)},{y - 0.1 * (i % 7)},{name}" for i in range(20) for name, (x, y) in corners.items()]
        return self.write("blobs.csv", "a,b,kind\n" + "\n".join(rows) + "\n")

    def refused(self, pattern, *arguments):
        with self.subTest(arguments=arguments):
            before = sorted(self.folder.iterdir())
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, result)
            self.assertRegex(result.stderr, rf"\Alab1: [^\n]*({pattern})[^\n]*\n\Z")
            self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_a_saved_model_predicts_the_same(self):
        for options in (["--data", "linear"], ["--data", "xor", "--dtype", "float32", "--no-bias", "--hidden", "5"],
                        ["--csv", self.blobs()], ["--csv", self.blobs(), "--loss", "cross-entropy"]):
            with self.subTest(options=options):
                model = str(self.folder / "model.safetensors")
                trained = run("train", *options, "--epochs", "300", "--save", model)
                self.assertEqual((trained.returncode, trained.stderr), (0, ""))
                tested = run("test", "--model", model)
                self.assertEqual((tested.returncode, tested.stderr), (0, ""))
                samples = [line for line in trained.stdout.splitlines() if line.startswith("Iter")]
                self.assertGreater(len(samples), 20)
                self.assertEqual(tested.stdout.splitlines()[1:-1], samples)
                accuracy = trained.stdout.rsplit("Accuracy", 1)[1]
                self.assertEqual(tested.stdout.rsplit("Accuracy", 1)[1], accuracy)

    def test_a_saved_model_continues_bit_for_bit(self):
        # The loss of epoch 301 is that of the model which 300 epochs have made.
        exact = ["--precision", "17"]
        for options in (["--data", "linear"], ["--data", "xor", "--dtype", "float32"]):
            model = str(self.folder / "model.safetensors")
            run("train", *options, "--epochs", "300", "--save", model)
            longer = run("train", *options, *exact, "--epochs", "301", "--log-every", "301").stdout
            tested = run("test", "--model", model, *exact).stdout
            self.assertEqual(re.search(r"Epoch 301: Loss = (\S+)", longer)[1],
                             re.search(r"Final Loss: (\S+),", tested)[1])

    def test_a_file_may_be_called_as_the_built_in_data(self):
        pathlib.Path(self.blobs()).rename(self.folder / "linear")
        result = run("train", "--csv", str(self.folder / "linear"), "--epochs", "1", "--save", str(self.folder / "model"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        result = subprocess.run([os.path.abspath(PROGRAM), "test", "--model", "model"], cwd=self.folder, capture_output=True,
                                text=True, check=True)
        self.assertIn(f"Testing on {self.folder}/linear Dataset", result.stdout)

    def test_a_diverged_model_is_not_saved(self):
        model = str(self.folder / "model")
        for epochs_ in ("7", "100"):  # infinite at the end, or NaN
            result = run("train", "--activation", "none", "--data", "linear", "--epochs", epochs_, "--save", model)
            self.assertRegex(result.stdout, "Diverged: the loss is (infinite|NaN) from epoch")
            self.assertNotIn("Final Loss", result.stdout)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, r"\Alab1: [^\n]*not written, since the training diverged\n\Z")
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_three_classes_of_the_user(self):
        for loss, lr in (("mse", "1"), ("bce", "0.5"), ("cross-entropy", "0.1")):
            result = run("train", "--csv", self.blobs(), "--loss", loss, "--lr", lr, "--epochs", "2000")
            self.assertRegex(result.stdout, r"Accuracy: 100\.00%\n\Z")
            self.assertIn("Ground truth: [top] | Predict: [top]", result.stdout)

    def test_bad_files_are_one_line_with_exit_code_2(self):
        missing = str(self.folder / "missing")
        self.refused("missing", "train", "--csv", missing)
        self.refused("missing", "test", "--model", missing)
        self.refused("word.csv:3:3", "train", "--csv", self.write("word.csv", "1,2,a\n2,3,b\n4,x,a\n"))
        self.refused("ragged.csv:2", "train", "--csv", self.write("ragged.csv", "1,2,a\n2,b\n"))
        self.refused("one.csv", "train", "--csv", self.write("one.csv", "1,2,a\n2,3,a\n"))
        self.refused("empty.csv", "train", "--csv", self.write("empty.csv", ""))
        model = str(self.folder / "model")
        self.assertEqual(run("train", "--data", "xor", "--epochs", "1", "--save", model).returncode, 0)
        whole = pathlib.Path(model).read_bytes()
        self.refused("cut", "test", "--model", self.write("cut", whole[:-1]))
        self.refused("long", "test", "--model", self.write("long", whole + b"x"))
        self.refused("not a model|text", "test", "--model", self.write("text", "not a model at all"))
        self.refused("foreign", "test", "--model", self.write("foreign", b"\x02\0\0\0\0\0\0\0{}"))
        self.refused("features", "test", "--model", model, "--csv", self.write("wide.csv", "1,2,3,0\n1,2,3,1\n"))
        self.refused("wrong.csv:1:5", "test", "--model", model, "--csv", self.write("wrong.csv", "1,2,7\n1,2,8\n"))

    def test_a_model_that_cannot_be_saved_is_not_trained(self):
        endless = ["train", "--data", "xor", "--epochs", "1000000000000", "--save"]
        for bad in (self.folder, self.folder / "nowhere" / "model", f"{self.folder}/nowhere/", "/dev/null", "/dev/null/model"):
            self.refused("--save: .*: cannot be (created|replaced): ", *endless, str(bad))
        if os.geteuid() != 0:
            self.folder.chmod(0o500)
            self.refused("--save: .*: Permission denied", *endless, str(self.folder / "model"))
            self.folder.chmod(0o700)

    def test_irises(self):
        setting = ["--csv", str(ROOT / "examples/data/iris.csv"), "--loss", "cross-entropy", "--activation", "tanh",
                   "--output-activation", "none", "--optimizer", "adam", "--lr", "0.01", "--epochs", "500"]
        for seed in range(10):
            with self.subTest(seed=seed):
                last = run("train", *setting, "--seed", str(seed)).stdout.splitlines()[-1]
                self.assertGreater(float(re.search(r"Accuracy: (.*)%", last)[1]), 95)

    def test_bad_folders_are_one_line_with_exit_code_2(self):
        self.refused("file.*cannot be made a folder", "report", "--out", self.write("file", ""))
        self.refused("file/below.*cannot be made a folder", "report", "--out", str(self.folder / "file" / "below"))
        os.mkdir(self.folder / "full")
        os.mkdir(self.folder / "full" / "report.html")
        self.refused("full/report.html: is in the way", "report", "--out", str(self.folder / "full"))
        os.mkdir(self.folder / "half")
        self.write("half/tables", "")
        self.refused("half/tables: is in the way", "report", "--out", str(self.folder / "half"))
        self.assertEqual(os.listdir(self.folder / "half"), ["tables"])

    def test_an_interrupted_report_leaves_nothing(self):
        out = self.folder / "new" / "report"
        for stop in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, "report", "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as process:
                while not out.exists():
                    self.assertIsNone(process.poll())
                process.send_signal(stop)
                printed = process.communicate(timeout=60)[0]
            self.assertEqual((process.returncode, printed), (130, "Interrupted: nothing is written\n"))
            self.assertEqual(list(self.folder.iterdir()), [])


class CommandLine(unittest.TestCase):
    def test_errors_are_one_line_with_exit_code_2(self):
        cases = [
            ("no command",),
            ("--bogus", "train", "--bogus"),
            ("--bogus", "--bogus"),
            ("bogus", "bogus"),
            ("extra", "train", "extra"),
            ("--lr", "train", "--lr"),
            ("--lr", "train", "--lr", "0.1", "--lr", "0.2"),
            ("no-bias", "train", "--no-bias=3"),
            ("--bo gus", "train", "--bo\ngus"),
            ("--save takes one model", "train", "--save", "model"),
            ("exclude each other", "train", "--csv", "x.csv", "--data", "xor"),
            ("exclude each other", "train", "--csv", "x.csv", "--n", "50"),
            ("adam has none", "train", "--optimizer", "adam", "--momentum", "0.5"),
            ("nesterov wants more than 0", "train", "--optimizer", "nesterov", "--momentum", "0"),
            ("--model", "test"),
            ("--out: want", "report", "--out", ""),
            ("--precision: want", "test", "--model", "x", "--precision", "18"),
        ]
        for option, values in {
            "--data": ["", "Xor", "both,xor"],
            "--hidden": ["", "0", "-1", "10,,10", ",10", "10,", "10;10", "10 10", "2.5", "ten", "99999999999999999999"],
            "--lr": ["", "nan", "inf", "-inf", "-0.1", "1e999", "0,1", "0.1x", "fast"],
            "--epochs": ["", "0", "-5", "1e3", "2.5", "many", "99999999999999999999"],
            "--activation": ["", "softmax"],
            "--output-activation": ["", "softmax"],
            "--momentum": ["nan", "-0.5", "1.5", "x"],
            "--optimizer": ["", "SGD", "lbfgs"],
            "--scheduler": ["", "cosine"],
            "--loss": ["", "l1"],
            "--batch-size": ["-1", "x"],
            "--n": ["0", "x", "2000000"],
            "--stop-loss": ["nan", "-1", "x"],
            "--stop-accuracy": ["-1", "101", "x"],
            "--seed": ["-1", "4294967296", "1.5", "x"],
            "--dtype": ["", "float16", "double"],
            "--log-every": ["0", "-1", "x"],
            "--precision": ["-1", "18", "x"],
        }.items():
            cases += [(f"{option}: want .*, got '{value}'", "train", option, value) for value in values]
        for pattern, *arguments in cases:
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stdout, "")
                self.assertRegex(result.stderr, rf"\Alab1: [^\n]*({pattern})[^\n]*\n\Z")

    def test_help_names_every_option_and_its_default(self):
        self.assertIn("train", run("--help").stdout)
        result = run("train", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for option in ("--data VALUE=both", "--hidden VALUE=10,10", "--lr VALUE=0.1", "--epochs VALUE=20000",
                       "--activation VALUE=sigmoid", "--output-activation", "--optimizer VALUE=sgd", "--momentum",
                       "--scheduler VALUE=none", "--batch-size VALUE=0", "--n VALUE=100", "--stop-loss", "--stop-accuracy",
                       "--csv", "--loss VALUE=mse", "--save", "--seed VALUE=16",
                       "--no-bias", "--capture", "--dtype VALUE=float64", "--log-every VALUE=500", "--precision VALUE=5"):
            self.assertIn(option, result.stdout)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        PROGRAM = sys.argv.pop(1)
    unittest.main()

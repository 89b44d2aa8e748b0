"""Rasa without TensorFlow: it loads and works, and what does need TensorFlow says so."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def run_alone(code: str) -> str:
    """Run code in a process of its own, for imports of this one must not change; return what it printed."""
    prepared = "import warnings; warnings.simplefilter('ignore')\n" + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", prepared], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_product_is_installed_without_tensorflow() -> None:
    installed = run_alone("""
        from importlib.machinery import PathFinder
        from bot.pipeline.without_tensorflow import PACKAGES
        print([name for name in PACKAGES if PathFinder.find_spec(name)])
    """)
    assert installed == "[]"


def test_rasa_loads_and_every_component_that_needs_tensorflow_says_so() -> None:
    """One process for all, since loading Rasa takes seconds."""
    told = run_alone("""
        from bot.pipeline import without_tensorflow
        assert without_tensorflow.install() and without_tensorflow.install(), "a second time changes nothing"

        import rasa.__main__, rasa.core.agent, rasa.core.run, rasa.model_training, rasa.server, rasa.validator
        from bot.pipeline.without_tensorflow import NeedsTensorFlow
        from rasa.nlu.classifiers.diet_classifier import DIET
        from rasa.core.policies.ted_policy import TED
        from rasa.utils.tensorflow.layers import DotProductLoss
        from rasa.utils.tensorflow.models import TransformerRasaModel
        import tensorflow as tf

        for use in (
            lambda: DIET(data_signature={}, config={}),
            lambda: TED(data_signature={}, config={}),
            lambda: TransformerRasaModel("name", {}, {}, {}),
            lambda: DotProductLoss(1),
            lambda: tf.random.set_seed(1),
            lambda: tf.keras.layers.Dense(3),
            lambda: tf.constant([1.0]),
        ):
            try:
                use()
            except NeedsTensorFlow as refused:
                assert isinstance(refused, ImportError)
                assert "needs TensorFlow, which Recourse leaves out" in str(refused)
                assert "install tensorflow-cpu==" in str(refused)
            else:
                raise AssertionError("a placeholder let itself be used")

        from rasa.core.actions.action import RemoteAction
        from jsonschema import ValidationError
        from bot.pipeline.faster_actions import validate_action_results_once
        validate_action_results_once()
        action = RemoteAction("action_open_case", None)
        assert action._validate_action_result({"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{}]})
        for wrong in ({"events": [{"event": "no such"}]}, {"responses": "none"}, []):
            try:
                action._validate_action_result(wrong)
            except ValidationError as fault:
                assert "action_open_case" in fault.message
            else:
                raise AssertionError(wrong)
        print("all refused")
    """)
    assert told == "all refused"


@pytest.mark.parametrize("name", ["tensorflow_datasets", "keras_tuner", "torch"])
def test_only_what_was_left_out_is_stood_in_for(name: str) -> None:
    told = run_alone(f"""
        from bot.pipeline import without_tensorflow
        without_tensorflow.install()
        try:
            import {name}
        except ModuleNotFoundError:
            print("missing")
    """)
    assert told == "missing"


def test_an_installed_tensorflow_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("real = True\n")
    told = run_alone(f"""
        import sys
        sys.path.insert(0, {str(tmp_path)!r})
        from bot.pipeline import without_tensorflow
        installed = without_tensorflow.install()
        import tensorflow
        print(installed, tensorflow.real)
    """)
    assert told == "False True"

"""Stands in for TensorFlow, which Rasa imports at start whether or not any component needs it.

No component of Recourse does. Leaving it out saves 1.2 GB of disk and, wherever Rasa is loaded, seconds and
hundreds of MB; so its imports are answered with placeholders that can be named, inherited from and written
into annotations, but refuse to be used.
"""

from __future__ import annotations

import sys
from abc import ABCMeta
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import FunctionType, ModuleType
from typing import Any, NoReturn

PACKAGES = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class NeedsTensorFlow(ImportError):
    """Raised when a placeholder is used for real; other libraries see it as the missing import it is."""


def install() -> bool:
    """Answer imports of TensorFlow with placeholders; do nothing and return False where it is installed."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if PathFinder.find_spec("tensorflow") is not None:
        return False
    sys.meta_path.append(_Finder())
    return True


def _refuse(name: str) -> NoReturn:
    raise NeedsTensorFlow(
        f"{name} was asked for, but this component needs TensorFlow, which Recourse leaves out. "
        "Remove DIETClassifier, TEDPolicy, UnexpecTEDIntentPolicy, ResponseSelector, ConveRTFeaturizer and "
        "LanguageModelFeaturizer from config.yml, or install tensorflow-cpu==2.12.1 "
        "(benchmarks/requirements.lock holds an environment that has it).",
        name=name.partition(".")[0],
    )


class _Named(ABCMeta):
    """A class that is only a name: it can be looked into and inherited from; making an object is refused."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], FunctionType):
            return args[0]  # A decorator such as @tf.function, met while Rasa's modules load.
        _refuse(f"{cls.__module__}.{cls.__qualname__}")


def _placeholder(module: str, name: str) -> _Named:
    return _Named(name, (), {"__module__": module})


class _Placeholder(ModuleType):
    """A module that has any attribute one asks for, each of them a placeholder."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _placeholder(self.__name__, name)
        setattr(self, name, found)
        return found


class _Finder(MetaPathFinder, Loader):
    """Finds the packages left out, and whatever lies inside them; it stands last, so what exists wins."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Placeholder(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""

"""All functional forms, one family a module; importing this registers them by kind."""

from scalekit.laws.annealing import ContinualPretraining
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.farseer import Farseer, PowerMean
from scalekit.laws.kaplan import KaplanJoint, KaplanSteps
from scalekit.laws.overtraining import OverTraining
from scalekit.laws.power import (
    CriticalBatch,
    DecayingPower,
    ExponentialSaturation,
    FlooredPower,
    GrowingPower,
    LearningCurve,
    Power,
    PowerProduct,
    TokensFromParameters,
)
from scalekit.laws.repetition import EffectiveParameters, EffectiveTokens, Repetition

__all__ = [
    "ContinualPretraining",
    "CriticalBatch",
    "DecayingPower",
    "EffectiveParameters",
    "EffectiveTokens",
    "ExponentialSaturation",
    "Farseer",
    "FlooredPower",
    "GrowingPower",
    "KaplanJoint",
    "KaplanSteps",
    "LearningCurve",
    "OverTraining",
    "Power",
    "PowerMean",
    "PowerProduct",
    "Repetition",
    "SumOfPowers",
    "TokensFromParameters",
]

"""All functional forms, one family a module; importing this registers them by kind."""

from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.kaplan import KaplanJoint, KaplanSteps
from scalekit.laws.overtraining import OverTraining
from scalekit.laws.power import (
    CriticalBatch,
    DecayingPower,
    ExponentialSaturation,
    Power,
    TokensFromParameters,
)
from scalekit.laws.repetition import EffectiveParameters, EffectiveTokens, Repetition

__all__ = [
    "CriticalBatch",
    "DecayingPower",
    "EffectiveParameters",
    "EffectiveTokens",
    "ExponentialSaturation",
    "KaplanJoint",
    "KaplanSteps",
    "OverTraining",
    "Power",
    "Repetition",
    "SumOfPowers",
    "TokensFromParameters",
]

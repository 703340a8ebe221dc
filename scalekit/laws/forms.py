"""All functional forms, one family a module; importing this registers them by kind."""

from scalekit.laws.annealing import ContinualPretraining
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.experts import EfficiencyLeverage, FineGrainedExperts, SparseExperts
from scalekit.laws.farseer import Farseer, PowerMean
from scalekit.laws.kaplan import KaplanJoint, KaplanSteps
from scalekit.laws.overtraining import OverTraining
from scalekit.laws.parallel_streams import ParallelEffectiveParameters, ParallelStreams
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
from scalekit.laws.routing import Routed, RoutedEffectiveParameters
from scalekit.laws.visual_tokens import VisualTokens

__all__ = [
    "ContinualPretraining",
    "CriticalBatch",
    "DecayingPower",
    "EffectiveParameters",
    "EffectiveTokens",
    "EfficiencyLeverage",
    "ExponentialSaturation",
    "Farseer",
    "FineGrainedExperts",
    "FlooredPower",
    "GrowingPower",
    "KaplanJoint",
    "KaplanSteps",
    "LearningCurve",
    "OverTraining",
    "ParallelEffectiveParameters",
    "ParallelStreams",
    "Power",
    "PowerMean",
    "PowerProduct",
    "Repetition",
    "Routed",
    "RoutedEffectiveParameters",
    "SparseExperts",
    "SumOfPowers",
    "TokensFromParameters",
    "VisualTokens",
]

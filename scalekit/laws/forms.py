"""All functional forms, one family a module; importing this registers them by kind."""

from scalekit.laws.annealing import Annealing, ContinualPretraining, SizedAnnealing
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
from scalekit.laws.precision import (
    CriticalTokens,
    FormatLoss,
    FormatParameters,
    PostTrainingQuantization,
    PrecisionLoss,
    PrecisionParameters,
    QatFraction,
    QatPenalty,
    QuantizationPowers,
)
from scalekit.laws.repetition import EffectiveParameters, EffectiveTokens, Repetition

__all__ = [
    "Annealing",
    "ContinualPretraining",
    "CriticalBatch",
    "CriticalTokens",
    "DecayingPower",
    "EffectiveParameters",
    "EffectiveTokens",
    "ExponentialSaturation",
    "Farseer",
    "FlooredPower",
    "FormatLoss",
    "FormatParameters",
    "GrowingPower",
    "KaplanJoint",
    "KaplanSteps",
    "LearningCurve",
    "OverTraining",
    "PostTrainingQuantization",
    "Power",
    "PowerMean",
    "PowerProduct",
    "PrecisionLoss",
    "PrecisionParameters",
    "QatFraction",
    "QatPenalty",
    "QuantizationPowers",
    "Repetition",
    "SizedAnnealing",
    "SumOfPowers",
    "TokensFromParameters",
]

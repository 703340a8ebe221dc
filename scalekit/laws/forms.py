"""All functional forms, one family a module; importing this registers them by kind."""

from scalekit.laws.annealing import Annealing, ContinualPretraining, SizedAnnealing
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.experts import EfficiencyLeverage, FineGrainedExperts, SparseExperts
from scalekit.laws.farseer import Farseer, PowerMean
from scalekit.laws.filtering import FilteringEffectiveData, FilteringUtility
from scalekit.laws.inference_compute import (
    BudgetShare,
    DecimalCoverage,
    GenerationFlop,
    RetrievalScore,
    Suboptimality,
)
from scalekit.laws.kaplan import KaplanJoint, KaplanSteps
from scalekit.laws.knowledge import BiographyKnowledge, KnowledgeCapacity
from scalekit.laws.mixing import DomainMixing, TwoDomainMixing, WeightedMixing
from scalekit.laws.overoptimization import (
    BestOfN,
    BestOfNTrend,
    ReinforcementLearning,
    ReinforcementLearningTrend,
)
from scalekit.laws.overtraining import OverTraining
from scalekit.laws.parallel_streams import ParallelEffectiveParameters, ParallelStreams
from scalekit.laws.power import (
    CriticalBatch,
    DecayingPower,
    ExponentialOfPower,
    ExponentialSaturation,
    FlooredPower,
    GrowingPower,
    LearningCurve,
    OffsetPower,
    Power,
    PowerProduct,
    ShiftedPower,
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
from scalekit.laws.pruning import PerceptronPruning
from scalekit.laws.repetition import EffectiveParameters, EffectiveTokens, Repetition
from scalekit.laws.routing import Routed, RoutedEffectiveParameters
from scalekit.laws.translation import EncoderDecoder, MultilingualPair, TransferScore
from scalekit.laws.visual_tokens import VisualTokens
from scalekit.laws.vocabulary import (
    EmbeddingWidth,
    TokensPerCharacter,
    VocabularyDerivative,
    VocabularyIsoflop,
    VocabularyLoss,
    VocabularyParametric,
)

__all__ = [
    "Annealing",
    "BestOfN",
    "BestOfNTrend",
    "BiographyKnowledge",
    "BudgetShare",
    "ContinualPretraining",
    "CriticalBatch",
    "CriticalTokens",
    "DecayingPower",
    "DecimalCoverage",
    "DomainMixing",
    "EffectiveParameters",
    "EffectiveTokens",
    "EfficiencyLeverage",
    "EmbeddingWidth",
    "EncoderDecoder",
    "ExponentialOfPower",
    "ExponentialSaturation",
    "Farseer",
    "FilteringEffectiveData",
    "FilteringUtility",
    "FineGrainedExperts",
    "FlooredPower",
    "FormatLoss",
    "FormatParameters",
    "GenerationFlop",
    "GrowingPower",
    "KaplanJoint",
    "KaplanSteps",
    "KnowledgeCapacity",
    "LearningCurve",
    "MultilingualPair",
    "OffsetPower",
    "OverTraining",
    "ParallelEffectiveParameters",
    "ParallelStreams",
    "PerceptronPruning",
    "PostTrainingQuantization",
    "Power",
    "PowerMean",
    "PowerProduct",
    "PrecisionLoss",
    "PrecisionParameters",
    "QatFraction",
    "QatPenalty",
    "QuantizationPowers",
    "ReinforcementLearning",
    "ReinforcementLearningTrend",
    "Repetition",
    "RetrievalScore",
    "Routed",
    "RoutedEffectiveParameters",
    "ShiftedPower",
    "SizedAnnealing",
    "SparseExperts",
    "Suboptimality",
    "SumOfPowers",
    "TokensFromParameters",
    "TokensPerCharacter",
    "TransferScore",
    "TwoDomainMixing",
    "VisualTokens",
    "VocabularyDerivative",
    "VocabularyIsoflop",
    "VocabularyLoss",
    "VocabularyParametric",
    "WeightedMixing",
]

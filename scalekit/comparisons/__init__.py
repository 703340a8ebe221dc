"""What the laws invite: comparisons that need several of them, with their assumptions."""

from scalekit.comparisons.architectures import Design, EqualCompute, equal_compute
from scalekit.comparisons.epochs import RepeatedTokens, epochs_needed, repeated_tokens
from scalekit.comparisons.formats import EqualMemory, Format, equal_memory
from scalekit.comparisons.vocabulary import BestVocabulary, best_vocabulary

__all__ = [
    "BestVocabulary",
    "Design",
    "EqualCompute",
    "EqualMemory",
    "Format",
    "RepeatedTokens",
    "best_vocabulary",
    "epochs_needed",
    "equal_compute",
    "equal_memory",
    "repeated_tokens",
]

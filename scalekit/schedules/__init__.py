"""Learning-rate schedules and the loss at every step along them."""

from scalekit.schedules.annealing import AnnealingAreas, annealing_areas, annealing_loss
from scalekit.schedules.compare import SHAPES, ScheduleComparison, compare, learning_rates
from scalekit.schedules.multi_power import multi_power_loss
from scalekit.schedules.rates import cosine, rex, warmup_stable_decay
from scalekit.schedules.registry import describe, facts, names

__all__ = [
    "SHAPES",
    "AnnealingAreas",
    "ScheduleComparison",
    "annealing_areas",
    "annealing_loss",
    "compare",
    "cosine",
    "describe",
    "facts",
    "learning_rates",
    "multi_power_loss",
    "names",
    "rex",
    "warmup_stable_decay",
]

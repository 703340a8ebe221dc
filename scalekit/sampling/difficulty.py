"""How hard the problems of a benchmark are: distributions of the single-sample success rate.

Every record answers the same questions: `mean`, the accuracy of one sample; `pass_at_k`; `nodes`,
success rates with weights, for the mean of any smooth function of the rate; and `sample`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number, record, single
from scalekit.sampling.counts import attempt_counts
from scalekit.sampling.coverage import (
    beta_pass_at_k,
    independent_pass_at_k,
    kumaraswamy_pass_at_k,
    uniform_pass_at_k,
)
from scalekit.sampling.quadrature import beta_nodes, kumaraswamy_nodes


class Difficulty(ABC):
    """A distribution of the success rate p of one sample over problems."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Mean success rate: the accuracy of one sample."""

    @abstractmethod
    def pass_at_k(self, k: Any) -> Any:
        """Return the mean of 1 - (1-p)^k: the fraction of problems solved by k samples.

        Parameters
        ----------
        k : float or array
            Samples, from 0; need not be whole.
        """

    @abstractmethod
    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return success rates and weights whose weighted sum is the mean over problems.

        Returns
        -------
        accuracies, weights : array, shape (n,)
            Weights sum to 1. Means of (1-p)^k come out to 1e-9 up to k of about 1e6.
        """

    @abstractmethod
    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the success rates of so many problems, shape (problems,)."""


@dataclass(frozen=True)
class Point(Difficulty):
    """All problems equally hard.

    Attributes
    ----------
    p : float
        Success rate of one sample, 0 to 1.
    """

    p: float

    def __post_init__(self) -> None:
        single("p", self.p, 0.0, 1.0, lower_open=False)

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return self.p

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        return independent_pass_at_k(k, self.p)

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        return np.array([self.p], dtype=np.float64), np.ones(1)

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        return np.full(problems, self.p)


@dataclass(frozen=True)
class Beta(Difficulty):
    """Success rates of density proportional to p^(alpha-1) (1-p)^(beta-1).

    Attributes
    ----------
    alpha, beta : float
        Above 0; a small alpha means many hopeless problems.
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        single("alpha", self.alpha)
        single("beta", self.beta)

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return self.alpha / (self.alpha + self.beta)

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        return beta_pass_at_k(k, self.alpha, self.beta)

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        log_p, weights = beta_nodes(self.alpha, self.beta)
        return np.exp(log_p), weights

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        return rng.beta(self.alpha, self.beta, problems)


@dataclass(frozen=True)
class Kumaraswamy(Difficulty):
    """Success rates p = scale x, the density of x proportional to x^(alpha-1) (1-x^alpha)^(beta-1).

    Equation 52 of Schaeffer et al. (arXiv 2502.17578); `scale` caps what any problem reaches.

    Attributes
    ----------
    alpha, beta : float
        Shape, above 0.
    scale : float
        Largest success rate, above 0 up to 1.
    """

    alpha: float
    beta: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        single("alpha", self.alpha)
        single("beta", self.beta)
        single("scale", self.scale, 0.0, 1.0)

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return float(self.pass_at_k(1.0))

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        return kumaraswamy_pass_at_k(k, self.alpha, self.beta, self.scale)

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        log_p, weights = kumaraswamy_nodes(self.alpha, self.beta, self.scale)
        return np.minimum(np.exp(log_p), self.scale), weights

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        below = -np.expm1(-rng.exponential(size=problems) / self.beta)
        return self.scale * below ** (1.0 / self.alpha)


@dataclass(frozen=True)
class Uniform(Difficulty):
    """Success rates equally likely between two.

    Attributes
    ----------
    low, high : float
        The two, 0 <= low <= high <= 1.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        uniform_pass_at_k(1.0, single("low", self.low, -np.inf), single("high", self.high, -np.inf))

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return (self.low + self.high) / 2.0

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        return uniform_pass_at_k(k, self.low, self.high)

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        log_q, weights = beta_nodes(1.0, 1.0)
        return self.low + (self.high - self.low) * np.exp(log_q), weights

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        return rng.uniform(self.low, self.high, problems)


@dataclass(frozen=True)
class Mixture(Difficulty):
    """Kinds of problems, each with a distribution of its own and a share of the whole.

    Attributes
    ----------
    parts : tuple of Difficulty
        Distribution of each kind.
    shares : tuple of float
        Share of each, summing to 1.
    """

    parts: tuple[Difficulty, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        for name in ("parts", "shares"):
            if not isinstance(value := getattr(self, name), tuple | list):
                raise ValueError(f"{name} is {value!r}; allowed: a tuple")
            object.__setattr__(self, name, tuple(value))
        if not self.parts or len(self.parts) != len(self.shares):
            raise ValueError(
                f"shares has {len(self.shares)} entries for {len(self.parts)} parts; "
                "allowed: one for each part, at least one"
            )
        for part in self.parts:
            record("parts", part, Difficulty)
        for share in self.shares:
            single("shares", share, 0.0, 1.0, lower_open=False)
        if abs(sum(self.shares) - 1.0) > 1e-9:
            raise ValueError(f"shares sum to {sum(self.shares):.12g}; allowed: 1")

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return sum(w * part.mean for part, w in zip(self.parts, self.shares, strict=True))

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        return sum(w * part.pass_at_k(k) for part, w in zip(self.parts, self.shares, strict=True))

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        found = [part.nodes() for part in self.parts]
        scaled = [w * weights for (_, weights), w in zip(found, self.shares, strict=True)]
        return np.concatenate([p for p, _ in found]), np.concatenate(scaled)

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        chosen = rng.choice(len(self.parts), problems, p=self.shares)
        drawn = np.array([part.sample(problems, rng) for part in self.parts])
        return drawn[chosen, np.arange(problems)]


@dataclass(frozen=True)
class Empirical(Difficulty):
    """A list of known success rates, one a problem, all of the same weight.

    Attributes
    ----------
    accuracies : tuple of float
        Success rates, 0 to 1, at least one.
    """

    accuracies: tuple[float, ...]

    def __post_init__(self) -> None:
        checked = np.asarray(number("accuracies", self.accuracies, 0.0, 1.0, lower_open=False))
        if checked.ndim != 1 or not checked.size:
            raise ValueError(
                f"accuracies has the shape {checked.shape}; allowed: at least one success rate"
            )
        object.__setattr__(self, "accuracies", tuple(checked.tolist()))

    @classmethod
    def from_counts(cls, successes: Any, attempts: Any) -> Empirical:
        """Take successes/attempts for the rates.

        Its pass@k is biased downward where k is not far below the attempts: a problem without
        success counts as hopeless. `fit_difficulty` and the unbiased `pass_at_k` are not.
        """
        c, n = attempt_counts(successes, attempts)
        return cls(tuple((c / n).tolist()))

    @property
    def mean(self) -> float:
        """See `Difficulty.mean`."""
        return float(np.mean(self.accuracies))

    def pass_at_k(self, k: Any) -> Any:
        """See `Difficulty.pass_at_k`."""
        k = np.asarray(number("k", k, lower_open=False, unit="samples"))
        found = independent_pass_at_k(k[..., None], np.asarray(self.accuracies)).mean(axis=-1)
        return float(found) if found.ndim == 0 else found

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """See `Difficulty.nodes`."""
        count = len(self.accuracies)
        return np.asarray(self.accuracies), np.full(count, 1.0 / count)

    def sample(self, problems: int, rng: np.random.Generator) -> np.ndarray:
        """See `Difficulty.sample`."""
        return rng.choice(self.accuracies, problems)


def from_mean_and_spread(mean: float, spread: float) -> Difficulty:
    """Return the distribution of a given mean accuracy and unevenness of the problems.

    Parameters
    ----------
    mean : float
        Accuracy of one sample, 0 to 1.
    spread : float
        Standard deviation of the success rate over the largest that the mean allows,
        sqrt(mean (1-mean)). At 0 all problems are equally hard (`Point`); at 1 each is solved
        always or never; between, a `Beta` with alpha + beta = 1/spread^2 - 1.

    Returns
    -------
    Difficulty
        `Point`, `Beta`, or a `Mixture` of the points 0 and 1.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> from_mean_and_spread(0.25, 0.5)
    Beta(alpha=0.75, beta=2.25)
    """
    mean = single("mean", mean, 0.0, 1.0, lower_open=False)
    spread = single("spread", spread, 0.0, 1.0, lower_open=False)
    if spread == 1.0:
        return Mixture((Point(0.0), Point(1.0)), (1.0 - mean, mean))
    if mean in (0.0, 1.0) or spread**2 < 1e-12:
        return Point(mean)
    total = 1.0 / spread**2 - 1.0
    return Beta(mean * total, (1.0 - mean) * total)

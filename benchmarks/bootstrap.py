"""Makes the uncertainty of the default law again from the public runs.

``python -m benchmarks.bootstrap`` refits 4000 resamples, prints the standard errors and the
covariance as the law file writes them, and says how far they are from those in the file.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.report import Row
from scalekit import datasets, laws
from scalekit.fitting import bootstrap

RESAMPLES = 4000
SEED = 42


@dataclass(frozen=True)
class Refits:
    """The refits of all resamples.

    Attributes
    ----------
    rows : array, shape (RESAMPLES, 5)
        ln A, ln B, ln E, alpha, beta.
    seconds : float
        How long they took.
    """

    rows: np.ndarray
    seconds: float

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the coefficients as they are stored."""
        return np.cov(self.rows.T)

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors under the names of the paper: A, B and E, not their logarithms."""
        plain = np.column_stack([np.exp(self.rows[:, :3]), self.rows[:, 3:]])
        names = ("A", "B", "E", "alpha", "beta")
        return dict(zip(names, np.std(plain, axis=0, ddof=1).tolist(), strict=True))


def refit() -> Refits:
    """Refit the public runs.

    Raises
    ------
    DataUnavailableError
        If the runs are neither in the cache nor to be had; the message says what to do.
    """
    runs = datasets.chinchilla_runs()
    start = time.perf_counter()
    rows = bootstrap(runs["N"], runs["D"], runs["loss"], RESAMPLES, SEED)
    return Refits(rows, time.perf_counter() - start)


def run() -> list[Row]:
    """Return how far the refits are from what the law file says."""
    found = refit()
    law = laws.get("chinchilla-loss", "besiroglu")
    known = law.uncertainty
    assert known is not None
    apart = np.max(np.abs(found.covariance / np.asarray(known.covariance) - 1))
    printed = law.variant_facts.standard_errors
    errors = ", ".join(f"{name} {value:.5g}" for name, value in found.standard_errors.items())
    published = ", ".join(f"{name} {value:.5g}" for name, value in printed.items())
    seconds = f"{found.seconds:.0f} s"
    return [
        Row("bootstrap of the default law", seconds, "public runs, published protocol", RESAMPLES),
        Row("standard errors", errors, f"published: {published}", RESAMPLES),
        Row(
            "covariance beside that of the law file",
            f"{apart:.1e}",
            "largest relative difference",
            RESAMPLES,
        ),
    ]


def main() -> None:
    """Print the standard errors, the covariance and the differences."""
    found = refit()
    known = laws.get("chinchilla-loss", "besiroglu").uncertainty
    assert known is not None
    print("standard errors:")
    for name, value in found.standard_errors.items():
        print(f"  {name} = {value:.5f}")
    print("covariance of", ", ".join(known.names))
    for row in found.covariance:
        print("  [" + ", ".join(f"{value:.12e}" for value in row) + "],")
    apart = np.abs(found.covariance / np.asarray(known.covariance) - 1)
    print(f"largest relative difference to the law file: {np.max(apart):.2e}")


if __name__ == "__main__":
    import sys

    try:
        main()
    except datasets.DataUnavailableError as problem:
        sys.exit(str(problem))

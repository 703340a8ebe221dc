"""What a table of counts says of problems and verifier, as the Sampling app takes it over."""

from __future__ import annotations

from dataclasses import dataclass

from scalekit import sampling
from scalekit.sampling import Beta, Rate, VerifierRates
from scalekit.sampling.counted_rates import share_of_samples


@dataclass(frozen=True)
class Counted:
    """Estimates from the counts of one file.

    Attributes
    ----------
    name : str
        Of the file.
    counts : ProblemCounts
        What it holds.
    accuracy : Rate
        Share of the samples that is right, with its 95 % interval.
    difficulty : Beta
        Fitted to successes and attempts.
    spread : Rate
        Unevenness of the problems, with its 95 % interval.
    rates : VerifierRates or None
        The verifier's, if the counts tell them; else ``silent`` says why not.
    silent : str
        Why the verifier's rates are unknown.
    """

    name: str
    counts: sampling.ProblemCounts
    accuracy: Rate
    difficulty: Beta
    spread: Rate
    rates: VerifierRates | None
    silent: str


def assess(content: bytes, name: str) -> Counted:
    """Return what a file of counts says.

    Raises
    ------
    ValueError
        If it is no table of counts, or no difficulty follows from it.
    """
    counts = sampling.parse_counts(content, name)
    try:
        difficulty = sampling.fit_difficulty(counts.successes, counts.attempts).difficulty
        spread = sampling.fit_spread(counts.successes, counts.attempts)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    assert isinstance(difficulty, Beta)
    rates, silent = None, ""
    try:
        rates = sampling.fit_verifier(counts)
    except ValueError as error:
        silent = str(error)
    accuracy = share_of_samples(counts.successes, counts.attempts)
    return Counted(name, counts, accuracy, difficulty, spread, rates, silent)

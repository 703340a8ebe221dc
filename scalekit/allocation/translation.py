"""Translation: splitting parameters, and what a mixture leaves to a language pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace


@dataclass(frozen=True)
class EncoderDecoderSplit:
    """How parameters are divided between the two halves of a translator.

    Attributes
    ----------
    N_e : float or array
        Parameters of the encoder.
    N_d : float or array
        Parameters of the decoder.
    """

    N_e: Any
    N_d: Any


def encoder_decoder_split(N: Any, p_e: Any, p_d: Any) -> EncoderDecoderSplit:
    """Return the split of N parameters that minimises ``translation-loss``: p_e to p_d.

    Derived from the law of Ghorbani et al. (arXiv 2109.07740), whose exponents are published
    in a figure only.

    Parameters
    ----------
    N : float or array
        Parameters of encoder and decoder, without embeddings.
    p_e, p_d : float or array
        Exponents of the encoder and of the decoder.
    """
    N = number("N", N, unit="parameters")
    p_e, p_d = number("p_e", p_e), number("p_d", p_d)
    return EncoderDecoderSplit(N_e=N * p_e / (p_e + p_d), N_d=N * p_d / (p_e + p_d))


def effective_parameter_fraction(beta_bilingual: Any, beta_mixture: Any, alpha: Any) -> Any:
    """Return the size of the bilingual model as good as a multilingual one, over its size.

    (beta_bilingual / beta_mixture)^(1 / alpha), from ``multilingual-translation-loss`` with
    the same exponent for all mixtures (Fernandes et al., arXiv 2302.09650); no coefficients
    are published.

    Parameters
    ----------
    beta_bilingual, beta_mixture : float or array
        Factors of the language pair alone and in the mixture.
    alpha : float or array
        Exponent of the parameters.
    """
    alone = number("beta_bilingual", beta_bilingual)
    mixed = number("beta_mixture", beta_mixture)
    alpha = number("alpha", alpha)
    xp = array_namespace(alone, mixed, alpha)
    return xp.exp((xp.log(alone) - xp.log(mixed)) / alpha)

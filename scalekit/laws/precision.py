"""Number formats: what low precision costs in training (2411.04330, 2502.05003) and after it."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


def _share(bits: Any, gamma: Any, n: Any) -> Any:
    """Return max(0, 1 - exp(-bits/gamma + n)): nothing where so few bits are worth nothing."""
    xp = array_namespace(bits, gamma, n)
    return xp.maximum(1.0 - xp.exp(n - bits / gamma), 0.0)


class _Precisions(Form):
    """What both laws share: how much of N is left at the bits of weights, activations, cache."""

    gamma_w: Any
    n_w: Any
    gamma_a: Any
    n_a: Any
    gamma_kv: Any
    n_kv: Any

    def share(self, weight_bits: Any, activation_bits: Any, kv_bits: Any) -> Any:
        """Return N_eff/N."""
        return (
            _share(weight_bits, self.gamma_w, self.n_w)
            * _share(activation_bits, self.gamma_a, self.n_a)
            * _share(kv_bits, self.gamma_kv, self.n_kv)
        )

    def log_share(self, weight_bits: Any, activation_bits: Any, kv_bits: Any) -> Any:
        """Return ln N_eff/N, which is -inf where nothing is left."""
        share = self.share(weight_bits, activation_bits, kv_bits)
        xp = array_namespace(share)
        some = share > 0
        return xp.where(some, xp.log(xp.where(some, share, 1.0)), -xp.inf)


class PrecisionParameters(_Precisions):
    """N_eff = N times 1 - exp(-P/gamma + n) of weights, activations and KV cache.

    Kumar et al. (2411.04330), equation 3 with the offsets n of appendix K. A factor that
    would be negative is 0.
    """

    kind = "precision-parameters"

    def __call__(self, N: Any, weight_bits: Any, activation_bits: Any, kv_bits: Any) -> Any:
        """Effective parameters of N trained at these precisions."""
        return N * self.share(weight_bits, activation_bits, kv_bits)


class PrecisionLoss(_Precisions):
    """L = A N_eff^-alpha + B D^-alpha + E with the N_eff of `PrecisionParameters`.

    Kumar et al. (2411.04330), equations 2 to 4; one exponent for parameters and tokens.
    """

    kind = "precision-loss"

    log_A: Any
    log_B: Any
    log_E: Any
    alpha: Any

    def __call__(self, N: Any, D: Any, weight_bits: Any, activation_bits: Any, kv_bits: Any) -> Any:
        """Loss after D tokens; infinite where no effective parameter is left."""
        xp = array_namespace(self, N, D, weight_bits, activation_bits, kv_bits)
        share = self.log_share(weight_bits, activation_bits, kv_bits)
        return (
            xp.exp(self.log_E)
            + xp.exp(self.log_A - self.alpha * (xp.log(N) + share))
            + xp.exp(self.log_B - self.alpha * xp.log(D))
        )


class PostTrainingQuantization(Form):
    """delta = C_T D^gamma_D N^-gamma_N exp(-P/gamma_post + b).

    Kumar et al. (2411.04330), equation 9 for 16-bit training, with the offset b of appendix K.
    """

    kind = "post-training-quantization"

    log_C_T: Any
    gamma_D: Any
    gamma_N: Any
    gamma_post: Any
    b: Any

    def __call__(self, N: Any, D: Any, weight_bits: Any) -> Any:
        """Loss added by quantising N weights after D tokens."""
        xp = array_namespace(self, N, D, weight_bits)
        size = self.log_C_T + self.gamma_D * xp.log(D) - self.gamma_N * xp.log(N)
        return xp.exp(size - weight_bits / self.gamma_post + self.b)


class QuantizationPowers(Form):
    """delta = k D^beta / (N^alpha P^gamma) (Ouyang et al., 2411.17691)."""

    kind = "quantization-powers"

    log_k: Any
    beta: Any
    alpha: Any
    gamma: Any

    def __call__(self, N: Any, D: Any, weight_bits: Any) -> Any:
        """Loss added by quantising N weights after D tokens."""
        xp = array_namespace(self, N, D, weight_bits)
        size = self.log_k + self.beta * xp.log(D) - self.alpha * xp.log(N)
        return xp.exp(size - self.gamma * xp.log(weight_bits))


class CriticalTokens(Form):
    """D_crit = (beta B N^gamma_N exp(P/gamma_post - b) / (gamma_D C_T))^(1/(gamma_D + beta)).

    Where B D^-beta falls as fast as the degradation of `PostTrainingQuantization` rises
    (Kumar et al., 2411.04330); all factors with N_eff = N.
    """

    kind = "critical-tokens"

    log_B: Any
    beta: Any
    log_C_T: Any
    gamma_D: Any
    gamma_N: Any
    gamma_post: Any
    b: Any

    def __call__(self, N: Any, weight_bits: Any) -> Any:
        """Tokens after which more training makes the quantised model worse."""
        xp = array_namespace(self, N, weight_bits)
        falling = xp.log(self.beta) + self.log_B
        rising = xp.log(self.gamma_D) + self.log_C_T + self.b
        room = falling - rising + self.gamma_N * xp.log(N) + weight_bits / self.gamma_post
        return xp.exp(room / (self.gamma_D + self.beta))


class FormatParameters(Form):
    """N_eff = eff N, the worth of N parameters trained in one number format (2502.05003)."""

    kind = "format-parameters"
    blockwise = False

    log_eff: Any

    def __call__(self, N: Any) -> Any:
        """Effective parameters."""
        return N * array_namespace(self, N).exp(self.log_eff)


class FormatLoss(Form):
    """L = A / (N eff)^alpha + B / D^beta + E (Panferov et al., 2502.05003)."""

    kind = "format-loss"

    log_A: Any
    log_B: Any
    log_E: Any
    alpha: Any
    beta: Any
    log_eff: Any

    def __call__(self, N: Any, D: Any) -> Any:
        """Loss of N parameters after D tokens in the format of the variant."""
        xp = array_namespace(self, N, D)
        return (
            xp.exp(self.log_E)
            + xp.exp(self.log_A - self.alpha * (xp.log(N) + self.log_eff))
            + xp.exp(self.log_B - self.beta * xp.log(D))
        )


class QatFraction(Form):
    """f = exp(-a / ln S) with S = 8 D / (N P) tokens per parameter-byte; 0 where S <= 1.

    Dremov et al. (2509.22935); P is the width of a weight in bits.
    """

    kind = "qat-fraction"

    a: Any

    def __call__(self, N: Any, D: Any, weight_bits: Any) -> Any:
        """Share of the D tokens to train quantisation-aware."""
        xp = array_namespace(self, N, D, weight_bits)
        log_S = xp.log(8.0 * (D / N) / weight_bits)
        enough = log_S > 0
        return xp.where(enough, xp.exp(-self.a / xp.where(enough, log_S, 1.0)), 0.0)


class QatPenalty(Form):
    """Loss that quantisation-aware training adds (Dremov et al., 2509.22935).

    theta 2^(-kappa P) + phi 2^(-chi P) N^-psi S_qat^-omega
    + lam 2^(-mu P) N^-nu S_fp^-xi S_qat^-rho; P is the width of a weight in bits.
    """

    kind = "qat-penalty"

    log_theta: Any
    kappa: Any
    log_phi: Any
    chi: Any
    psi: Any
    omega: Any
    log_lam: Any
    mu: Any
    nu: Any
    xi: Any
    rho: Any

    def __call__(self, N: Any, weight_bits: Any, S_fp: Any, S_qat: Any) -> Any:
        """Loss added at S_fp and S_qat tokens per parameter-byte."""
        xp = array_namespace(self, N, weight_bits, S_fp, S_qat)
        halvings = xp.log(2.0) * weight_bits
        log_N, log_fp, log_qat = xp.log(N), xp.log(S_fp), xp.log(S_qat)
        pure = self.log_theta - self.kappa * halvings
        quantised = self.log_phi - self.chi * halvings - self.psi * log_N - self.omega * log_qat
        mixed = self.log_lam - self.mu * halvings - self.nu * log_N
        mixed = mixed - self.xi * log_fp - self.rho * log_qat
        return xp.exp(pure) + xp.exp(quantised) + xp.exp(mixed)

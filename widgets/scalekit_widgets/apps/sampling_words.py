"""What the Sampling app says: the answer, how sure it is, what it assumes, and the code."""

from __future__ import annotations

import html
import math

from scalekit_widgets.models.counted import Counted
from scalekit_widgets.models.sampling import TAILS, SamplingState
from scalekit_widgets.models.sampling_compute import MEASURED, SAMPLES, score_gap
from scalekit_widgets.notation import percent, significant, usd, whole
from scalekit_widgets.parts.wording import chips, table, tile
from scalekit_widgets.views.best_samples import in_words
from scalekit_widgets.views.net_worth import NAMES, signed_usd
from scalekit_widgets.views.shares import shares

ENOUGH = 2.0
"""By what the false-positive rate is multiplied and divided to say how much hangs on it."""


def answer(state: SamplingState) -> str:
    """Return the answer in a sentence, and how sure it is in a second."""
    return (
        f'<p class="answer">{verdict(state)} {against_strong(state)}</p>'
        f'<p class="sure">{sure(state)}</p>'
    )


def verdict(state: SamplingState) -> str:
    """Return how many samples to take, and why."""
    best, found = state.best, state.at_best
    if best == 0:
        first = signed_usd(float(state.net_worth[0]))
        return (
            f"<b>Not even one sample</b> pays: it would leave {first} a problem, "
            "for wrong answers and samples cost more than right ones earn."
        )
    ends = (
        f"{_share(found.correct)} right, {_share(found.wrong)} wrong and "
        f"{_share(found.abstain)} unanswered"
    )
    if MEASURED < best < math.inf:
        return (
            f"<b>More than {whole(MEASURED)} samples pay</b>, and that is as many as anybody "
            f"counted: the best number, {whole(best)}, is extrapolated, and so is that it would "
            f"leave {ends}."
        )
    if math.isinf(best):
        enough = f"{whole(state.advice.lower)} come within 1 % of what there is to gain"
        return f"<b>More samples always pay</b>, though less and less: {enough}; at the end {ends}."
    return (
        f"Stop at <b>{_samples(best)}</b>: the next costs more than it earns. This leaves {ends}, "
        f"for {usd(state.spent(found))} a problem."
    )


def against_strong(state: SamplingState) -> str:
    """Return whether samples reach the strong model, and which of the two is worth more."""
    wanted, ceiling = state.strong_accuracy, state.ceiling.correct
    reached = state.break_even()
    digits = 3 if abs(wanted - ceiling) < 0.02 else 2
    if ceiling < wanted:
        first = (
            f"<b>No number of samples reaches the strong model's {percent(wanted, digits)}</b>: "
            f"the ceiling is {percent(ceiling, digits)}"
        )
    elif math.isinf(reached.attempts):
        first = f"Only endless samples reach the strong model's {percent(wanted)}"
    else:
        k = reached.attempts
        many = "1 sample reaches" if k == 1 else f"{whole(k)} samples allowed reach"
        if k > MEASURED:
            many = f"By extrapolation alone, {many}"
        first = (
            f"{many} the strong model's {percent(wanted)}, for {usd(reached.cost)} a problem "
            f"instead of {usd(state.strong_price)}"
        )
    return f"{first}; {_better(state)}."


def _better(state: SamplingState) -> str:
    """Return whether the best number of samples or the strong model is worth more."""
    mine, other = max(state.worth * state.advice.utility, 0.0), state.strong_worth
    if state.best == 0:
        loses = f"loses {usd(-other)} a problem as well"
        return f"its one answer {f'is worth {usd(other)}' if other > 0 else loses}"
    if other > mine:
        return f"its one answer is worth more ({usd(other)} against {usd(mine)} a problem)"
    return f"samples are worth more ({usd(mine)} against {signed_usd(other)} a problem)"


def _share(part: float) -> str:
    """Return a share of the problems; what is hardly any is not spelled out."""
    digits = 2 if part < 0.99 else 3 + (part > 0.9995)
    return percent(part, digits) if part >= 5e-4 else "0 %" if part == 0 else "under 0.1 %"


def sure(state: SamplingState) -> str:
    """Return how far the answer can be trusted, in words."""
    parts = []
    low, high = state.advice.lower, state.advice.upper
    if math.isfinite(state.best) and state.best > 0 and low < high:
        near = (
            f"{_samples(low)} or more"
            if math.isinf(high)
            else (f"{whole(low)} to {whole(high)} samples")
        )
        parts.append(f"{near} stay within 1 % of the best net worth.")
    fpr = state.false_positive_rate
    if 0 < fpr <= 1 / ENOUGH:
        half, twice = (state.best_with(v) for v in (fpr / ENOUGH, fpr * ENOUGH))
        parts.append(
            "Half or twice as many false positives would not change the best number."
            if half == twice == state.best
            else f"With half as many false positives the best number is {_number(half)}, with "
            f"twice as many {_number(twice)}."
        )
    task = state.task
    if task is not None:
        parts.append(f"{task.label} was fitted on 1 to {whole(MEASURED)} samples.")
    parts.append("Samples of a problem are taken as independent, and the verifier as equally good "
                 "on hard and easy problems.")  # fmt: skip
    return f"How sure: {' '.join(parts)}"


def _samples(k: float) -> str:
    return "1 sample" if k == 1 else f"{whole(k)} samples"


def _number(best: float) -> str:
    return "endless" if math.isinf(best) else "none" if best == 0 else whole(best)


def numbers(state: SamplingState) -> str:
    """Return the headline numbers with their ranges."""
    best, found, advice = state.best, state.at_best, state.advice
    value = {0.0: "none", math.inf: "endless"}.get(best, whole(best))
    beyond = MEASURED < best < math.inf
    value = f"over {whole(MEASURED)}" if beyond else value
    low, high = advice.lower, advice.upper
    near = "none pays"
    if best > 0 and low == high:
        near = "no other within 1 %"
    elif best > 0:
        near = f"within 1 %: from {whole(low)}{'' if math.isinf(high) else f' to {whole(high)}'}"
        near += ", extrapolated" * beyond
    ceiling = f"ceiling {percent(state.ceiling.correct, 3)}"
    worth = state.worth * advice.utility if best > 0 else 0.0
    yours = f"with your {whole(state.k)}: {signed_usd(state.worth_of(state.chosen))}"
    return (
        '<div class="tiles">'
        + tile("Best number of samples", value, near)
        + tile("Right at that number", percent(found.correct, 3), ceiling)
        + tile("Net worth a problem", signed_usd(worth), yours)
        + "</div>"
    )


def legend(state: SamplingState) -> str:
    """Return the curves with their colours, and what they are at the samples that are set."""
    now = state.chosen
    at = {"right": now.correct, "wrong": now.wrong, "no answer": now.abstain,
          "ceiling of right": state.ceiling.correct, "one strong answer": state.strong_accuracy,
          "with a perfect verifier": float(state.difficulty.pass_at_k(state.k))}  # fmt: skip
    rows = [(c.colour, f"{c.name}: {percent(at[c.name], 3)}") for c in shares(state)]
    return (
        chips(rows) + f'<p class="quiet">At {_samples(state.k)}, where the dotted line stands.</p>'
    )


def strategies(state: SamplingState) -> str:
    """Return the strategies with their colours, and the best of each."""
    rows = []
    for key, worth in state.strategy_worth().items():
        name, colour = NAMES[key]
        top = int(worth.argmax())
        at = "" if key == "strong" else f" at {whole(SAMPLES[top])}"
        rows.append((colour, f"{name}: {signed_usd(float(worth[top]))}{at}"))
    return chips(rows)


def cost(state: SamplingState) -> str:
    """Return where many cheap samples and one dear answer cost the same."""
    many, one, last = state.cost_per_solved, state.strong_cost_per_solved, state.cheaper_up_to
    if math.isinf(many[0]):
        text = "The verifier accepts nothing that is right, so that no sample solves a problem."
    elif last == SAMPLES[-1]:
        text = (
            f"Any number of samples solves a problem for less than the strong model's {usd(one)}."
        )
    elif last:
        text = (
            f"Break-even: up to {whole(last)} samples solve a problem for less than the strong "
            f"model's {usd(one)}."
        )
    else:
        price = usd(float(many[0]) * state.strong_accuracy)
        text = (
            f"Already one sample costs more for each solved problem than the strong model's "
            f"{usd(one)}; at {price} an answer it would be even."
        )
    even = state.break_even()
    k = even.affordable_attempts
    if k == 0:
        text += " For the price of one of its answers not even one sample can be had."
    else:
        allowed = "endless samples" if math.isinf(k) else _samples(k)
        text += (
            f" For the price of one of its answers {allowed} can be allowed, and solve "
            f"{percent(even.solved_at_equal_cost)} against {percent(state.strong_accuracy)}."
        )
    return f'<p class="quiet">{text} The price of wrong answers is left out here.</p>'


def ledger(state: SamplingState) -> str:
    """Return every assumption behind the answer, with its value and where it comes from."""
    tpr, fpr = state.rates
    task = state.task
    problems = f"accuracy {percent(state.accuracy, 3)}, unevenness {significant(state.spread)}"
    counted = state.counted
    if counted is not None and _as_counted(state, counted):
        source = f"fitted to {counted.counts.problems:,} problems of {counted.name}"
    elif task is not None:
        source = (f"{task.label}: coverage at 1 and at 100 samples as in the published fit, which "
                  f"was made on 1 to {whole(MEASURED)}; {task.law.source}")  # fmt: skip
    else:
        source = "your setting"
    gap = score_gap(state.ranking)
    tail = next(name for name, key in TAILS.items() if key == state.tail)
    rows = [
        ("Problems", problems, source),
        ("Success rates", "Beta distribution", "Schaeffer et al. 2025, arXiv 2502.17578: a problem "
         "that is almost never solved needs endless samples"),
        ("Samples of a problem", "independent", "equal prompts, no memory; alike samples are worth "
         "fewer"),
        ("Verifier", f"accepts {percent(tpr, 3)} of right, {percent(fpr, 3)} of wrong samples",
         "your setting; the same on hard and easy problems"),
        ("Rule", "first accepted sample is the answer; none without one",
         "Stroebl et al. 2024, arXiv 2411.17501"),
        ("Worth", f"right {usd(state.worth)}, wrong −{usd(state.wrong_price)}, no answer $0",
         "your setting; only their ratios to each other matter"),
        ("Price of an attempt", f"{usd(state.sample_price)} + {usd(state.check_price)}",
         "sample and its verification, paid until one is accepted"),
        ("Majority vote", "all wrong samples agree", "the worst case for a vote; every sample is "
         "paid, no verification"),
        ("Best score", f"scores {significant(gap)} deviations apart, {tail.split(':')[0].lower()} "
         "tail of wrong ones", f"your setting: right above wrong {percent(state.ranking, 3)} "
         "of the time if both tails are normal; every sample is paid, and scored at the price of "
         "a check"),
        ("Strong model", f"right {percent(state.strong_accuracy, 3)}, "
         f"{usd(state.strong_price)} an answer", "your setting; one answer, not verified"),
    ]  # fmt: skip
    return table(("Assumption", "Value", "Where from"), rows)


def _as_counted(state: SamplingState, counted: Counted) -> bool:
    return math.isclose(state.spread, counted.spread, rel_tol=1e-3) and math.isclose(
        state.accuracy, counted.difficulty.mean, rel_tol=1e-3
    )


PITFALLS = (
    "A mean accuracy is not enough: with equally hard problems the best number is none or endless; "
    "it is finite only where problems differ, because what stays open is ever harder.",
    "The ceiling hangs on false positives, not on samples: among accepted answers the share of "
    "right ones is the same after any number of samples of a problem.",
    "A false-positive rate is the share of wrong samples that pass; the share of wrong ones among "
    "those that pass is another number, and papers call both by this name.",
    "Coverage, the share solved by any of k samples, is what a perfect verifier would reach. "
    "Without one, nobody knows which of the samples is right.",
    "Where problems exist on which nothing is ever accepted, endless samples cost without end.",
    "A straight line through the logarithms of pass@k misses coverage at large k; a distribution "
    "of difficulty fitted to counts does better.",
)


def pitfalls() -> str:
    """Return what a reader should know of samples and verifiers."""
    return f"<ul>{''.join(f'<li>{html.escape(p)}</li>' for p in PITFALLS)}</ul>"


def columns() -> str:
    """Return what columns a table of counts has."""
    return (
        '<p class="quiet">A CSV file, a row for each problem: <b>attempts</b>, <b>successes</b>; '
        "for the verifier also <b>accepted</b> and, best, <b>accepted_correct</b> (right ones of "
        "the accepted). Without the last, the rates follow only where problems differ, and less "
        "surely. The file is read on this server and not kept.</p>"
    )


def counted(state: SamplingState) -> str:
    """Return what a person's counts say; nothing where there are none."""
    found = state.counted
    if found is None:
        return ""
    samples = int(found.counts.attempts.sum())
    rows = [
        ("Accuracy of one sample", percent(found.difficulty.mean, 3),
         f"counted {percent(found.accuracy.value, 3)}, {_span(found.accuracy)}"),
        ("Unevenness", significant(found.spread),
         f"Beta({significant(found.difficulty.alpha)}, {significant(found.difficulty.beta)})"),
    ]  # fmt: skip
    note = ""
    if found.rates is not None:
        tpr, fpr = found.rates.true_positive_rate, found.rates.false_positive_rate
        rows += [("Right samples accepted", percent(tpr.value, 3), _span(tpr)),
                 ("Wrong samples accepted", percent(fpr.value, 3), _span(fpr))]  # fmt: skip
        best, low, high = state.counted_best()
        span = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
        rows.append(("Best number of samples", in_words(best), f"{span} over that range"))
    else:
        tpr, fpr = (percent(rate, 3) for rate in state.rates)
        note = (
            f'<p class="quiet">The verifier keeps the rates that were set before, {tpr} of right '
            f"and {fpr} of wrong samples accepted: {html.escape(found.silent)}.</p>"
        )
    if state.samples == MEASURED < state.best:
        note += (
            f'<p class="quiet">More samples would pay than the slider has: it stands at its end, '
            f"{whole(MEASURED)}.</p>"
        )
    head = (f"{found.counts.problems:,} problems, {samples:,} samples", "", "95 %")
    return f'<p class="quiet">From {html.escape(found.name)}</p>{table(head, rows)}{note}'


def _span(rate: object) -> str:
    low, high = (percent(getattr(rate, end), 3) for end in ("lower", "upper"))
    return f"{low.removesuffix(' %')} to {high}"


def code(state: SamplingState) -> str:
    """Return Python that reproduces the answer."""
    tpr, fpr = state.rates
    problems = f"{state.accuracy:.6g}, {state.spread:.6g}"
    numbers = f"{tpr:.6g}, {fpr:.6g}"
    prices = f"false_positive_cost={state.wrong_cost:.10g}, attempt_cost={state.attempt_cost:.10g}"
    return "\n".join([
        "from scalekit import sampling",
        "",
        f"problems = sampling.from_mean_and_spread({problems}).nodes()",
        "advice = sampling.advise_attempts(",
        f"    *problems, {numbers},",
        f"    {prices},  # in right answers",
        ")",
        "print(advice.k, advice.lower, advice.upper)  # best number of samples, within 1 % of it",
        "print(advice.reason)",
        f"best = sampling.resampling_outcome(*problems, advice.k, {numbers})",
        "print(best.correct, best.wrong, best.abstain)",
        f"ceiling = sampling.resampling_outcome(*problems, float(\"inf\"), {numbers}).correct",
        "print(ceiling)",
    ])  # fmt: skip

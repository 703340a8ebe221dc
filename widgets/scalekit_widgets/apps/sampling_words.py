"""What the Sampling app says: the answer, how sure it is, what it assumes, and the code."""

from __future__ import annotations

import html
import math

from scalekit_widgets.models.sampling import TAILS, VOTES, SamplingState
from scalekit_widgets.models.sampling_compute import (
    EVERY,
    NOTHING,
    SAMPLES,
    STRATEGIES,
    score_gap,
)
from scalekit_widgets.notation import many, percent, short_percent, significant, usd, whole
from scalekit_widgets.parts.wording import chips, table, tile
from scalekit_widgets.views.net_worth import NAMES, signed_usd
from scalekit_widgets.views.shares import RIGHT, STRONG, shares

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
        costs = (
            "wrong answers and samples cost"
            if state.wrong_price * float(state.verified.wrong[0]) > 0
            else "samples cost"
        )
        return (
            f"<b>Not even one sample</b> pays: it would leave {first} a problem, "
            f"for {costs} more than right answers earn."
        )
    ends = (
        f"{_share(found.correct)} right, {_share(found.wrong)} wrong and "
        f"{_share(found.abstain)} unanswered"
    )
    if state.beyond:
        reach = "no more were measured" if state.were_measured else "nobody has measured so many"
        return (
            f"<b>More than {many(state.measured)}</b> would pay, but {reach}. "
            f"{many(state.measured)} leave{'s' * (state.measured == 1)} {ends}, "
            f"for {usd(state.spent(found))} a problem."
        )
    if math.isinf(best):
        low = state.advice.lower
        enough = f"{many(low)} come{'s' * (low == 1)} within 1 % of what there is to gain"
        return f"<b>More samples always pay</b>, though less and less: {enough}; at the end {ends}."
    leave = "It leaves" if best == 1 else "They leave"
    stop = (
        f"From <b>{many(best)}</b> on, more make no difference"
        if state.settled
        else f"Stop at <b>{many(best)}</b>: the next costs more than it earns"
    )
    return f"{stop}. {leave} {ends}, for {usd(state.spent(found))} a problem."


def against_strong(state: SamplingState) -> str:
    """Return whether samples reach the strong model, and which of the two is worth more."""
    wanted, ceiling, reached = state.strong.right, state.ceiling.correct, state.break_even()
    digits = next(
        (d for d in (3, 4, 5) if short_percent(wanted, d) != short_percent(ceiling, d)), 6
    )
    strong = f"strong model's {short_percent(wanted, digits)}"
    if state.strong.checked:
        strong += " (checked)"
    elif state.strong_checked:
        strong += " (unchecked: the verifier accepts nothing right)"
    if ceiling < wanted:
        first = (
            f"<b>No number of samples reaches the {strong}</b>: "
            f"the ceiling is {short_percent(ceiling, digits)}"
        )
    elif math.isinf(reached.attempts):
        first = f"Only endless samples reach the {strong}"
    else:
        k = reached.attempts
        some = "1 sample reaches" if k == 1 else f"Up to {many(k)} reach"
        far = ", if extrapolated" if state.extrapolates(k) else ""
        first = (
            f"{some} the {strong}{far}, for {usd(reached.cost)} a problem instead of "
            f"{usd(state.strong.price)}"
        )
    return f"{first}; {_better(state)}."


def _better(state: SamplingState) -> str:
    """Return whether the best number of samples or the strong model is worth more."""
    mine, other = max(state.best_worth, 0.0), state.strong_worth
    if state.best == 0:
        loses = f"loses {usd(-other)} a problem as well"
        return f"its one answer {f'is worth {usd(other)}' if other >= 0 else loses}"
    if usd(abs(other)) == usd(mine):
        return f"its one answer is worth as much ({usd(mine)} a problem)"
    if other > mine:
        return f"its one answer is worth more ({usd(other)} against {usd(mine)} a problem)"
    return f"samples are worth more ({usd(mine)} against {signed_usd(other)} a problem)"


def _share(part: float) -> str:
    """Return a share of the problems; what is hardly any is not spelled out."""
    if 0.99995 < part < 1:
        return "over 99.99 %"
    digits = 2 if part < 0.99 else 3 + (part > 0.9995)
    return percent(part, digits) if part >= 5e-4 else "0 %" if part == 0 else "under 0.1 %"


def sure(state: SamplingState) -> str:
    """Return how far the answer can be trusted, in words."""
    parts = []
    low, high = state.advice.lower, state.advice.upper
    if state.beyond:
        best = "endless samples" if math.isinf(state.best) else whole(state.best)
        parts.append(f"Extrapolated, the best number would be {best}.")
    elif math.isfinite(state.best) and state.best > 0 and low < high:
        near = (
            f"Any number of samples from {whole(low)} on stays"
            if math.isinf(high)
            else f"{whole(low)} to {whole(high)} samples stay"
        )
        parts.append(f"{near} within 1 % of the best net worth.")
    if state.were_measured:
        parts.append(
            f"The problems were measured with up to {many(state.measured)}: ceiling, and all "
            "beyond, are extrapolated."
        )
    fpr = state.false_positive_rate
    if 0 < fpr <= 1 / ENOUGH:
        half, twice = (state.best_with(v) for v in (fpr / ENOUGH, fpr * ENOUGH))
        parts.append(
            "Half or twice as many false positives would not change the best number."
            if half == twice == state.best
            else f"With half as many false positives {_pays(half, state)}; with twice as many, "
            f"{_pays(twice, state)}."
        )
    parts.append("Samples of a problem are taken as independent, and the verifier as equally good "
                 "on hard and easy problems.")  # fmt: skip
    return f"How sure: {' '.join(parts)}"


def _pays(best: float, state: SamplingState) -> str:
    """Return which number of samples would be best, as the end of a sentence."""
    if state.extrapolates(best):
        return f"more than {many(state.measured)} would pay"
    if math.isinf(best):
        return "more samples would always pay"
    return "not even one would pay" if best == 0 else f"{many(best)} would be best"


def number(best: float) -> str:
    """Return a best number of samples, which may be none or endless."""
    return "endless" if math.isinf(best) else "none" if best == 0 else whole(best)


def numbers(state: SamplingState) -> str:
    """Return the headline numbers with their ranges."""
    best, found, advice = state.best, state.at_best, state.advice
    value = number(best) + " or more" * state.settled
    low, high = advice.lower, advice.upper
    near = "none pays"
    if state.beyond:
        value, near = f"over {whole(state.measured)}", f"{value} if extrapolated"
    elif best > 0 and low == high:
        near = "no other within 1 %"
    elif best > 0:
        near = f"within 1 %: {whole(low)} {'or more' if math.isinf(high) else f'to {whole(high)}'}"
    ceiling = f"ceiling {percent(state.ceiling.correct, 3)}"
    worth = state.best_worth if best > 0 else 0.0
    yours = f"with your {whole(state.k)}: {signed_usd(state.worth_of(state.chosen))}"
    return (
        '<div class="tiles">'
        + tile("Best number of samples", value, near)
        + tile(
            f"Right at {'that number' if not state.beyond else many(state.measured)}",
            short_percent(found.correct),
            ceiling,
        )
        + tile("Net worth a problem", signed_usd(worth), yours)
        + "</div>"
    )


def legend(state: SamplingState) -> str:
    """Return the curves with their colours, and what they are at the samples that are set."""
    now = state.chosen
    at = {"right": now.correct, "wrong": now.wrong, "no answer": now.abstain,
          "ceiling of right": state.ceiling.correct, "one strong answer": state.strong.right,
          "with a perfect verifier": float(state.difficulty.pass_at_k(state.k))}  # fmt: skip
    rows = [(c.colour, f"{c.name}: {percent(at[c.name], 3)}") for c in shares(state)]
    where = f"At {many(state.k)}, where the dotted line stands.{_far(state)}"
    return f'{chips(rows)}<p class="quiet">{where}</p>'


def _far(state: SamplingState) -> str:
    """Return what dotted parts of curves are, where there are any."""
    if state.measured >= SAMPLES[-1]:
        return ""
    return f" Dotted curves: extrapolated beyond the {many(state.measured)} measured."


def net_worth(state: SamplingState) -> str:
    """Return the legend of the net worth over samples."""
    worth = signed_usd(state.worth_of(state.chosen))
    row = (RIGHT, f"samples and verifier: {worth} at {many(state.k)}")
    return chips([row]) + (
        '<p class="quiet">Shaded: within 1 % of the best. Each sample and verification is paid '
        f"until one is accepted.{_far(state)}</p>"
    )


def strategies(state: SamplingState) -> str:
    """Return the strategies with their colours, and the best of each."""
    rows = []
    for key, (k, worth) in state.strategy_best().items():
        name, colour = NAMES[key]
        about = "about " if key in ("vote", "score") and k > EVERY else ""
        more = " or more" if about and k == SAMPLES[-1] else ""
        at = "" if key == "strong" else f" at {'' if more else about}{many(k)}{more}"
        rows.append((colour, f"{name}: {signed_usd(worth)}{at}"))
    return f'{chips(rows)}<p class="quiet">{vote(state)}{_far(state)}</p>'


def vote(state: SamplingState) -> str:
    """Return what a majority vote is up against."""
    if state.votes == "agree":
        return ("The vote is the worst case: all wrong samples of a problem give the same answer. "
                "Where they scatter, it does better.")  # fmt: skip
    return ("The vote is the best case: no two wrong samples of a problem give the same answer. "
            "Where some agree, it does worse.")  # fmt: skip


def winners(state: SamplingState) -> str:
    """Return the strategies that win somewhere on the map, with their colours."""
    found = set(state.winners().ravel().tolist()) - {NOTHING}
    rows = [(NAMES[s][1], NAMES[s][0]) for i, s in enumerate(STRATEGIES) if i in found]
    return chips(rows) + (
        '<p class="quiet">Each strategy with its best number of samples. The verifier may leave a '
        f"problem unanswered; vote and score always answer. {vote(state)} The strong model's price "
        "stays as it is set.</p>"
    )


def cost(state: SamplingState) -> str:
    """Return where many cheap samples and one dear answer cost the same."""
    costs, one, last = state.cost_per_solved, state.strong.cost_per_solved, state.cheaper_up_to
    if last == SAMPLES[-1]:
        text = (
            f"At any number of samples up to {whole(last)} a solved problem costs less than the "
            f"strong model's {usd(one)}."
        )
    elif last:
        text = (
            f"Break-even: up to {many(last)} a solved problem costs less than the strong model's "
            f"{usd(one)}."
        )
    elif not math.isfinite(costs[0]):
        text = "The verifier accepts no right sample: nothing is solved at any price."
    else:
        check = state.strong.price - state.strong_price
        price = usd(float(costs[0]) * state.strong.right - check)
        text = (
            f"Already one sample costs more for each solved problem than the strong model's "
            f"{usd(one)}; at {price} an answer it would be even."
        )
    even = state.break_even()
    k = even.affordable_attempts
    if k == 0:
        text += " For the price of one of its answers not even one sample can be had."
    else:
        far = " (extrapolated)" if state.extrapolates(k) else ""
        text += (
            f" For the price of one of its answers one can allow {many(k)}{far}: "
            f"{percent(even.solved_at_equal_cost)} right against {percent(state.strong.right)}."
        )
    rows = [(RIGHT, f"samples and verifier: {_per_solved(state)} with {many(state.k)}"),
            (STRONG, f"one strong answer: {usd(one)}")]  # fmt: skip
    note = f"The price of wrong answers is left out here.{_far(state)}"
    return f'{chips(rows)}<p class="quiet">{text} {note}</p>'


def _per_solved(state: SamplingState) -> str:
    solved = float(state.chosen.correct)
    return usd(state.spent(state.chosen) / solved) if solved > 0 else "nothing is solved"


def ledger(state: SamplingState) -> str:
    """Return every assumption behind the answer, with its value and where it comes from."""
    tpr, fpr = state.rates
    task = state.task
    problems = f"accuracy {percent(state.accuracy, 3)}, unevenness {significant(state.spread)}"
    counted = state.own_counts
    if counted is not None:
        source = (f"fitted to {counted.counts.problems:,} problems of {counted.name} with up to "
                  f"{many(state.measured)}; extrapolated beyond")  # fmt: skip
    elif task is not None:
        source = (f"{task.label}: accuracy of the published fit, and its coverage to 5 points up "
                  f"to {many(state.measured)}; extrapolated beyond; {task.law.source}")  # fmt: skip
    else:
        source = "your setting"
    gap = score_gap(state.ranking)
    tail = next(name for name, key in TAILS.items() if key == state.tail)
    votes, case = next(name for name, key in VOTES.items() if key == state.votes).split(": ")
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
        ("Majority vote", f"wrong samples: {votes.lower()}", f"your setting, {case}; every "
         "sample is paid, no verification"),
        ("Best score", f"scores {significant(gap)} deviations apart, {tail.split(':')[0].lower()} "
         "tail of wrong ones", f"your setting: right above wrong {percent(state.ranking, 3)} "
         "of the time if both tails are normal; every sample is paid, and scored at the price of "
         "a check"),
        ("Strong model", f"right {percent(state.strong_accuracy, 3)}, "
         f"{usd(state.strong_price)} an answer", f"your setting; one answer, {_checked(state)}"),
    ]  # fmt: skip
    return table(("Assumption", "Value", "Where from"), rows)


def _checked(state: SamplingState) -> str:
    """Return whether the strong model's answer is verified."""
    if state.strong.checked:
        return "verified as the samples are"
    return "not verified" + ", as nothing right would pass" * bool(state.strong_checked)


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
        *([f"k = {state.measured:.0f}  # as far as the problems were measured"] if state.beyond
          else ["k = advice.settled  # from here on, more make no difference"] if state.settled
          else ["k = advice.k"]),
        f"best = sampling.resampling_outcome(*problems, k, {numbers})",
        "print(best.correct, best.wrong, best.abstain)",
        f"ceiling = sampling.resampling_outcome(*problems, float(\"inf\"), {numbers}).correct",
        "print(ceiling)",
    ])  # fmt: skip

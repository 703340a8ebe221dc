"""What the Sampling app says of a person's own counts."""

from __future__ import annotations

import html

from scalekit_widgets.apps.sampling_words import number
from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.notation import percent, significant, whole
from scalekit_widgets.parts.wording import table
from scalekit_widgets.views.best_samples import in_words


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
        ("Unevenness", significant(found.spread.value),
         f"{significant(found.spread.lower, 2)} to {significant(found.spread.upper, 2)}"),
    ]  # fmt: skip
    if found.rates is not None:
        tpr, fpr = found.rates.true_positive_rate, found.rates.false_positive_rate
        rows += [("Right samples accepted", percent(tpr.value, 3), _span(tpr)),
                 ("Wrong samples accepted", percent(fpr.value, 3), _span(fpr))]  # fmt: skip
        best, low, high = state.counted_best()
        span = number(low) if low == high else f"{number(low)} to {number(high)}"
        far = ", extrapolated" if high > found.counts.attempts.max() else ""
        rows.append(("Best number of samples", in_words(best),
                     f"{span} within these ranges{far}"))  # fmt: skip
    problems = found.counts.problems
    count = f"{problems:,} problem{'s' * (problems != 1)}, {samples:,} samples"
    notes = "".join(f'<p class="quiet">{html.escape(remark)}</p>' for remark in remarks(state))
    name = html.escape(found.name)
    return f'<p class="quiet">From {name}</p>{table((count, "", "95 %"), rows)}{notes}'


def remarks(state: SamplingState) -> list[str]:
    """Return what a person may not expect of the sliders after their counts were taken."""
    found = state.counted
    if state.own_counts is None:
        return ["The sliders stand at other problems now: these counts are not in use."]
    told = []
    if found.rates is None:
        file, rates = state.rates_from or ("", ())
        whose = f"those of {file}" if rates == state.rates else "as they were"
        told.append(f"The rates of the verifier stay {whose}: {found.silent}.")
    k = whole(state.k)
    if state.best == 0:
        told.append(f"Samples allowed stays at {k}: not even one sample pays.")
    elif state.samples != state.taken:  # somebody has moved it since
        return told
    elif state.beyond and state.taken == state.measured:
        told.append(
            f"Samples allowed is now {k}, the most attempts at a problem: more would pay, but "
            "that is extrapolated."
        )
    elif state.best == state.taken:
        told.append(f"Samples allowed is now {k}, the best number.")
    return told


def _span(rate: object) -> str:
    low, high = (percent(getattr(rate, end), 3) for end in ("lower", "upper"))
    return f"{low.removesuffix(' %')} to {high}"

"""What the Sampling app says of a person's own counts."""

from __future__ import annotations

import html

from scalekit_widgets.apps.sampling_words import number
from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.notation import percent, significant
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
        ("Unevenness", significant(found.spread),
         f"Beta({significant(found.difficulty.alpha)}, {significant(found.difficulty.beta)})"),
    ]  # fmt: skip
    if found.rates is not None:
        tpr, fpr = found.rates.true_positive_rate, found.rates.false_positive_rate
        rows += [("Right samples accepted", percent(tpr.value, 3), _span(tpr)),
                 ("Wrong samples accepted", percent(fpr.value, 3), _span(fpr))]  # fmt: skip
        best, low, high = state.counted_best()
        span = number(low) if low == high else f"{number(low)} to {number(high)}"
        far = ", extrapolated" if high > found.counts.attempts.max() else ""
        rows.append(("Best number of samples", in_words(best), f"{span} over that range{far}"))
    note = "".join(f'<p class="quiet">{html.escape(remark)}</p>' for remark in state.taken)
    head = (f"{found.counts.problems:,} problems, {samples:,} samples", "", "95 %")
    return f'<p class="quiet">From {html.escape(found.name)}</p>{table(head, rows)}{note}'


def _span(rate: object) -> str:
    low, high = (percent(getattr(rate, end), 3) for end in ("lower", "upper"))
    return f"{low.removesuffix(' %')} to {high}"

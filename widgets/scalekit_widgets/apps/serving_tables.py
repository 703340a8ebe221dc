"""Tables of the Serving app: assumptions, tools, energy, accelerators, thresholds; and the code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scalekit import serving
from scalekit_widgets.apps.serving_words import price, users
from scalekit_widgets.models.serving import OWN_KEY, ServingState
from scalekit_widgets.models.serving_compute import GROUPS
from scalekit_widgets.models.serving_quality import training_tokens
from scalekit_widgets.models.serving_ranking import Ranked
from scalekit_widgets.notation import count, power_of_ten, short_time, significant, usd
from scalekit_widgets.parts.wording import table
from scalekit_widgets.views.export_line import RULE

J_PER_KWH = 3.6e6


def ledger(state: ServingState) -> str:
    """Return every assumption behind the answer, with what others assume."""
    rows = [(a.name, a.value, "; ".join(a.alternatives), a.why) for a in state.answer.found.ledger]
    model = state.asked.plan.model
    rows.append((
        "Training tokens of the model", count(training_tokens(model)),
        "published" if model.training_tokens else "none published: 20 per parameter are assumed",
        "The laws of quantisation want them.",
    ))  # fmt: skip
    rows.append((
        "Electricity and carbon", f"{usd(state.usd_per_kwh)} per kWh, {state.carbon:g} gCO₂/kWh",
        "30 (hydro) to 700 (coal) gCO₂/kWh",
        "Your settings. Rent includes electricity; on a bought accelerator it comes on top.",
    ))  # fmt: skip
    return table(("Assumption", "Value", "Others take", "Why"), rows)


def tools(state: ServingState) -> str:
    """Return the same question, at the same efficiencies, as every tool counts it."""
    ours, rows = serving.Conventions(), []
    for name, conventions in serving.presets().items():
        other = "; ".join(
            f"{key.replace('_', ' ')}: {_said(theirs)}"
            for key, (_, theirs) in ours.differences(conventions).items()
        )
        try:
            found = serving.evaluate(*state.asked._replace(conventions=conventions))
        except ValueError:  # counted like this, the demand is too much
            times = ("cannot meet the demand", "–")
        else:
            times = (short_time(found.ttft_seconds), short_time(found.seconds_per_token))
        rows.append((name, *times, other or "nothing", conventions.source))
    head = ("Counted as", "First token", "A token", "What is other", "Source")
    return table(head, rows, numeric=(1, 2))


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def energy(state: ServingState) -> str:
    """Return price, energy, electricity and carbon of a million tokens."""
    found, rows = state.answer.found, []
    for name, money, joules in (
        ("Input", found.usd_per_mtok_input, found.joules_per_input_token),
        ("Output", found.usd_per_mtok_output, found.joules_per_output_token),
    ):
        if joules is None:
            rows.append((name, price(money), "not published", "–", "–", "–"))
            continue
        kwh = joules * 1e6 / J_PER_KWH
        rows.append((
            name, price(money), f"{significant(joules)} J", f"{significant(kwh)} kWh",
            usd(kwh * state.usd_per_kwh), f"{significant(kwh * state.carbon)} g",
        ))  # fmt: skip
    head = ("A million tokens", "Price", "Energy of one", "Energy", "Electricity", "CO₂")
    return table(head, rows, numeric=(1, 2, 3, 4, 5))


def accelerators(state: ServingState, ranked: Sequence[Ranked]) -> str:
    """Return all accelerators ranked for this job, and where export control draws its line."""
    line, rows, limited = serving.thresholds()[RULE], [], state.limit_wait or state.limit_step
    for r in ranked:
        tpp = f"{'over the line: ' * (r.processing >= line.value)}{significant(r.processing, 4)}"
        if not r.fits:
            why = "too small" if r.device.link_bandwidth else "too small alone, no link published"
            rows.append((r.device.name, "–", "–", "–", "–", "–", tpp, f"does not fit: {why}"))
            continue
        remark = "misses a limit; " if limited and not r.meets else ""
        rows.append((
            r.device.name, f"{r.group}", short_time(r.step), short_time(r.wait), price(r.usd),
            f"{significant(r.joules)} J" if r.joules is not None else "–", tpp,
            f"{remark}{r.device.cloud_note or 'no price known'}",
        ))  # fmt: skip
    head = ("Accelerator", "For one copy", "A token", "First token", "USD per M output",
            "Energy of a token", "TPP", "Price from")  # fmt: skip
    note = (
        f'<p class="quiet">The cheapest group of 1, 2, 4 up to {GROUPS[-1]} that meets the limits, '
        f"else that fits, at {users(state.tried.batch)} and list prices, always busy. TPP: total "
        f"processing performance, rate times bits; line at {line.value:,.0f} ({line.name}, "
        f"{line.status}: {line.source}).</p>"
    )
    return note + table(head, rows, numeric=(1, 2, 3, 4, 5, 6), phone=(1, 2, 4, 6))


def thresholds(state: ServingState) -> str:
    """Return the lines that rules draw, and on which side the model's training lies."""
    flop, rows = state.asked.plan.model.training_flop, []
    for t in serving.thresholds().values():
        beside = "–"
        if t.unit == "FLOP" and flop is not None:
            beside = f"{power_of_ten(flop)}: {'above' if flop >= t.value else 'below'}"
        rows.append((
            t.name, t.quantity, f"{power_of_ten(t.value)} {t.unit}", beside,
            f"{t.status}: {t.source}" if t.source else t.status, t.notes,
        ))  # fmt: skip
    head = ("Rule", "Of", "Line", "This model, 6 N D", "Source", "Notes")
    return table(head, rows, numeric=(2,))


def code(state: ServingState) -> str:
    """Return Python that reproduces the answer."""
    workload, plan, conventions = state.asked
    own = plan.model is state.own
    head = ["from pathlib import Path", ""] if own else []
    load = (
        f"batch={workload.batch}" if workload.requests_per_second is None
        else f"requests_per_second={workload.requests_per_second!r}"
    )  # fmt: skip
    model = (
        'serving.read_config(Path("config.json").read_text())' if own
        else f'model("{plan.model.name}")'
    )  # fmt: skip
    names = ["device"] if own else []
    bought = plan.purchase_usd is not None
    costs = ("purchase_usd", "usd_per_kwh") if bought else ("usd_per_device_hour",)
    options = ("devices", "tensor_parallel", "weight_bits", "kv_bits", "activation_bits",
               "compute_efficiency", "memory_efficiency", "link_efficiency",
               *costs, "power_share", "server_factor", "pue", "carbon_intensity")  # fmt: skip
    lines = [
        *head,
        "from scalekit import serving",
        "from scalekit.hardware import device",
        *([] if names else ["from scalekit.models import model"]),
        "",
        f"workload = serving.Workload({workload.prompt_tokens}, {workload.output_tokens}, {load})",
        "plan = serving.Plan(",
        f"    {model},",
        f'    device("{plan.device.name}"),',
        *(f"    {name}={_plain(getattr(plan, name))}," for name in options),
        ")",
        f'found = serving.evaluate(workload, plan, serving.preset("{conventions.name}"))',
        "print(found.seconds_per_token, found.ttft_seconds)   # s",
        "print(found.usd_per_mtok_output, found.decode_bound) # USD, what binds",
        "print(found.memory, found.largest_batch, found.longest_context)",
    ]
    return "\n".join(lines)


def _plain(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else repr(value)


def own_note(state: ServingState) -> str:
    """Return what is known of a model that was read from a file."""
    if state.model != OWN_KEY:
        return ""
    found = state.own
    return (
        f"In use: {found.name}, {found.layers} layers of width {found.d_model:,}, "
        f"{count(found.parameters())} parameters, {count(found.parameters('active'))} active."
    )

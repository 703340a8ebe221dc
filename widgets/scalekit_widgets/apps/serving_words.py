"""What the Serving app says: the answer, how sure it is, what would fit, and the code."""

from __future__ import annotations

import html
import math
from dataclasses import replace

from scalekit.serving import Serving, chip_hour_capital, evaluate
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_compute import copy_rate
from scalekit_widgets.models.serving_quality import BITS, training_tokens
from scalekit_widgets.notation import count, percent, power_of_ten, short_time, significant, usd
from scalekit_widgets.parts.wording import chips, tile
from scalekit_widgets.views.memory_bar import PARTS, size
from scalekit_widgets.views.speed_price import CHOSEN

BINDS = {
    "memory": "memory bandwidth binds",
    "compute": "arithmetic binds",
    "link": "the link between accelerators binds",
}
NAMES = {
    "prompt_tokens and output_tokens are": "Prompt and answer have",
    "requests_per_second is": "The demand is",
    "tensor_parallel is": "Accelerators that share one copy:",
    "devices is": "Accelerators:",
}
"""What the core calls a thing, and what a person does."""
RUINED = 2.0
"""Nats/token by which the loss of a useless model has risen: what laws add there means nothing."""
MEASURED = (
    "The one point that the sources measured, an 8 B model on one H100, took 1.40 times its "
    "roofline for the first token and 1.45 times for the others"
)


def answer(state: ServingState) -> str:
    """Return the answer in a sentence, and how sure it is in a second."""
    if state.refusal:
        figures = "Memory and accelerators are those of this question; the other figures"
        kept = f"{figures if state.tried_now else 'The figures'} keep the last answer: "
        kept += f"{asked(state)}."
        return f'<p class="answer">{html.escape(refused(state))}</p><p class="sure">{kept}</p>'
    found = state.answer.found
    each = "one user" if found.batch == 1 else f"each of {users(found.batch)}"
    rate = "" if state.asked.workload.batch else demand(state)
    sentence = (
        f"{asked(state)} writes <b>a token every {short_time(found.seconds_per_token)}</b> for "
        f"{each}, at <b>{price(found.usd_per_mtok_output)} per million output tokens</b>{rate}; "
        f"{BINDS[found.decode_bound]}. {next_bits(state)}{misses(state)}"
    )
    return f'<p class="answer">{sentence}</p><p class="sure">{sure(state)}</p>'


def demand(state: ServingState) -> str:
    """Return what a demand leaves idle, and how few copies would carry it."""
    found = state.answer.found
    one = copy_rate(state.asked, found, state.limits())
    asked_for = state.asked.workload.requests_per_second
    assert asked_for is not None
    text = f", idle time included ({percent(found.utilization)} busy"
    fewest = math.ceil(asked_for / one * (1 - 1e-9)) if one else 0
    copies = found.plan.devices // (found.plan.tensor_parallel or 1)
    if 0 < fewest < copies:
        text += f"; {fewest:,} of the {copies:,} copies would do"
    return f"{text})"


def users(batch: int) -> str:
    """Return how many are served at once."""
    return "one user" if batch == 1 else f"{batch:,} users at once"


def asked(state: ServingState) -> str:
    """Return model, bits and accelerators of what is answered."""
    plan = state.asked.plan
    assert plan.tensor_parallel is not None
    copies = plan.devices // plan.tensor_parallel
    machines = f"{plan.tensor_parallel:,} {plan.device.name}"
    machines = machines if copies == 1 else f"{copies:,} × {machines}"
    return html.escape(f"{plan.model.name} in {plan.weight_bits:g} bits on {machines}")


def refused(state: ServingState) -> str:
    """Return why there is no answer, in a person's words."""
    text = state.refusal
    for said, meant in NAMES.items():
        text = text.replace(said, meant)
    return f"No answer: {text}."


def refused_where(state: ServingState) -> str:
    """Return the parameter beside whose control the refusal belongs; nothing if there is none."""
    if not state.refusal:
        return ""
    if state.refusal.startswith("prompt_tokens"):
        return "prompt_tokens"
    return "demand" if state.refusal.startswith("requests_per_second") else "devices"


def next_bits(state: ServingState) -> str:
    """Return what fewer bits of a weight would do to price and loss; from the fewest, more."""
    now = float(state.asked.plan.weight_bits)
    fewer = [b for b in BITS if b < now]
    other = fewer[0] if fewer else [b for b in BITS if b > now][-1]
    if other not in (8, 4, 2) and fewer:  # the widths that formats have
        other = next((b for b in (8, 4, 2) if b < now), other)
    before = state.answer.found.usd_per_mtok_output
    after = float(state.answer.over_bits.price[BITS.index(other)])
    if before is None or math.isnan(after):
        return f"With {other} bits it would not fit."
    # Who serves a demand on so many accelerators pays for their hours, busy or not.
    change = after / before - 1 if state.asked.workload.batch else 0.0
    if abs(change) < 0.005:
        free = state.asked.workload.batch
        money = "would not change the price" if free else "would leave the bill as it is"
    else:
        money = f"would make it {percent(abs(change))} {'cheaper' if change < 0 else 'dearer'}"
    return f"{other}-bit weights {money} and {_loss(state, other, now)}."


def _loss(state: ServingState, other: int, now: float) -> str:
    """Return what other bits do to the loss, by the laws for a finished model."""
    low, high, known = added(state, other, now)
    verb = "raise" if other < now else "lower"
    ends = significant(low, 1), significant(high, 1)
    laws, amount = "by the laws of quantising a finished model", ends[0]
    if high > RUINED:
        amount = f"{ends[0] if low < RUINED else significant(RUINED, 1)} nats/token or more"
        return f"{verb} the loss by {amount}, far beyond what any law was fitted on"
    if ends[0] != ends[1]:
        laws, amount = "laws of quantising a finished model differ", " to ".join(ends)
    return f"{verb} the loss by {amount} nats/token ({laws}{', extrapolated' * (not known)})"


def added(state: ServingState, bits: int, now: float) -> tuple[float, float, bool]:
    """Return the least and the largest change of the loss, by the laws for a finished model.

    And whether all of them were fitted on such a model, in these bits.
    """
    here, there = BITS.index(int(now)), BITS.index(bits)
    asked = [d for d in state.damages if d.afterwards]
    changes = [abs(float(d.rise[there] - d.rise[here])) for d in asked]
    known = all(d.inside[[there, here]].all() for d in asked)
    said = [c for c in changes if not math.isnan(c)]
    return min(said), max(said), known


def misses(state: ServingState) -> str:
    """Return which limits the answer misses."""
    found, limits = state.answer.found, state.limits()
    missed = []
    if found.ttft_seconds > limits.wait:
        missed.append(f"the first token within {short_time(limits.wait)}")
    if found.seconds_per_token > limits.step:
        missed.append(f"a token within {short_time(limits.step)}")
    if not missed:
        return ""
    best = state.answer.cloud.front
    hope = "" if best.size else " Nothing in the figure meets the limits."
    return f" <b>It misses the limit: {' and '.join(missed)}.</b>{hope}"


def sure(state: ServingState) -> str:
    """Return how far the answer can be trusted, in words."""
    plan = state.asked.plan
    reached = f"{percent(plan.compute_efficiency)} of the arithmetic"
    reached += f" and {percent(plan.memory_efficiency)} of the memory bandwidth"
    heads, group = plan.model.heads, plan.tensor_parallel or 1
    uneven = (
        f" {heads:,} attention heads do not split evenly over {group:,} accelerators: most engines "
        "refuse that."
    ) * bool(heads and heads % group)
    tokens = training_tokens(plan.model)
    assumed = (
        f" No training tokens of {html.escape(plan.model.name)} are known: for the loss "
        f"{count(tokens)} are assumed."
    ) * (plan.model.training_tokens is None)
    return (
        f"How sure: an estimate from published peaks, if {reached} are reached.{uneven} "
        f"{MEASURED}. Queues are left out, and prices of an accelerator differ fivefold.{assumed}"
    )


def price(value: float | None) -> str:
    """Return a price, or that none is known."""
    return "unknown" if value is None else usd(value)


def numbers(state: ServingState) -> str:
    """Return the headline numbers with their ranges."""
    if state.refusal:
        return ""
    found, ideal = state.answer.found, at_full_peaks(state)
    free = state.asked.workload.batch is not None  # a demand pays the same for a faster answer
    best = found.usd_per_mtok_output
    return (
        '<div class="tiles">'
        + tile(
            "Time per token", short_time(found.seconds_per_token),
            f"{significant(found.tokens_per_second_user)} tokens/s for each; "
            f"{short_time(ideal.seconds_per_token)} at the full peaks",
        )
        + tile(
            "Million output tokens", price(best),
            "" if best is None else
            (f"{price(ideal.usd_per_mtok_output)} at the full peaks; " if free else
             f"{usd(best * found.utilization)} if always busy; ")
            + f"input {price(found.usd_per_mtok_input)}",
        )
        + tile(
            "First token after", short_time(found.ttft_seconds),
            "one prompt" if found.batch == 1 else f"{found.batch:,} prompts read together",
        )
        + "</div>"
    )  # fmt: skip


def at_full_peaks(state: ServingState) -> Serving:
    """Return the answer with all of arithmetic, bandwidth and link reached, at the same batch."""
    workload, plan, conventions = state.asked
    workload = replace(workload, batch=state.answer.found.batch, requests_per_second=None)
    plan = replace(plan, compute_efficiency=1.0, memory_efficiency=1.0, link_efficiency=1.0)
    return evaluate(workload, plan, conventions)


def legend(state: ServingState) -> str:
    """Return what the marks in the large figure mean."""
    found = state.answer.found
    rate = f"{significant(found.requests_per_second)} requests/s"
    rows = [(CHOSEN, f"chosen: {users(found.batch)}, {rate}")]
    if found.utilization < 0.995:
        rows = [(CHOSEN, f"chosen: {users(found.batch)}, {percent(found.utilization)} busy of "
                         f"{rate}; all else is always busy")]  # fmt: skip
    key = (
        '<p class="quiet">A point for each batch; a thin line for each number of accelerators that '
        "share one copy, written at its fast end. Blue: what nothing beats in speed and price."
    )
    limits = state.limits()
    if limits.wait < 1e9 or limits.step < 1e9:
        key += " Hollow: misses a limit. Shaded: too slow."
    return chips(rows) + key + "</p>"


def fits(state: ServingState) -> str:
    """Return the sizes of the parts, and the largest batch and context that fit."""
    found = state.tried
    sizes = chips(
        (colour, f"{name}: {size(getattr(found.memory, key))}")
        for key, (name, colour, _) in PARTS.items()
    )
    if not found.fits:
        return f'{sizes}<p class="quiet">It does not fit: more than the device may use.</p>'
    longest = found.longest_context
    context = "any context fits" if longest == float("inf") else f"{count(longest)} tokens fit"
    of = found.plan.model.context
    released = f" (the model was released for {count(of)})" if of and longest > of else ""
    return (
        f'{sizes}<p class="quiet">{found.largest_batch:,} users of this length fit; with '
        f"{users(found.batch)} {context} for each{released}. "
        f"{percent(1 - found.conventions.memory_share)} is left to the runtime.</p>"
    )


def laws(state: ServingState) -> str:
    """Return the laws of quantisation with their colours and what they say of these bits."""
    at = BITS.index(int(state.asked.plan.weight_bits))
    rows = [
        (d.colour, d.label if math.isnan(d.rise[at]) else
         f"{d.label}: {power_of_ten(float(d.rise[at]), 2)} nats")
        for d in state.damages
    ]  # fmt: skip
    return chips(rows)


def other_price(state: ServingState) -> str:
    """Return where the price is from, what the table says, and what a bought one loses."""
    machine = state.machine
    if state.paid == "bought":
        return bought(state)
    if machine.usd_per_hour is None:
        text = f"Your price: no cloud price of {machine.name} is known."
    elif state.price == state.list_price:
        text = f"{machine.cloud_note}."
    else:
        text = f"Your price. In the table: {usd(state.list_price)}, {machine.cloud_note}."
    return text


def bought(state: ServingState) -> str:
    """Return what an hour of a bought accelerator costs, and what the table knows of its price."""
    plan, machine = state.plan(), state.machine
    loses = usd(chip_hour_capital(state.purchase))
    if plan.hour_price is None:
        return f"No price: the power of {machine.name} is not published. It loses {loses} an hour."
    power = usd(plan.hour_price - chip_hour_capital(state.purchase))
    text = f"{usd(plan.hour_price)} an hour: {loses} of lost value with its server, {power} of "
    text += "electricity. "
    if machine.price_usd is None:
        return f"{text}No price of a bought one is known."
    latest = machine.price_note.split(";")[0]
    own = "Price" if state.purchase == machine.price_usd else "In the table"
    return f"{text}{own}: ${machine.price_usd:,.0f}, {latest}."

"""What the Serving app says: the answer, how sure it is, what would fit, and the code."""

from __future__ import annotations

import html
import math

from scalekit.serving import chip_hour_capital
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_quality import BITS
from scalekit_widgets.notation import count, percent, short_time, significant, usd
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
MEASURED = (
    "The one point that the sources measured, an 8 B model on one H100, took 1.40 times its "
    "roofline for the first token and 1.45 times for the others"
)


def answer(state: ServingState) -> str:
    """Return the answer in a sentence, and how sure it is in a second."""
    if state.refusal:
        kept = f"The figures keep the last answer: {asked(state)}."
        return f'<p class="answer">{html.escape(refused(state))}</p><p class="sure">{kept}</p>'
    found = state.answer.found
    each = "one user" if found.batch == 1 else f"each of {users(found.batch)}"
    sentence = (
        f"{asked(state)} writes <b>a token every {short_time(found.seconds_per_token)}</b> for "
        f"{each}, at <b>{price(found.usd_per_mtok_output)} per million output tokens</b>; "
        f"{BINDS[found.decode_bound]}. {next_bits(state)}{misses(state)}"
    )
    return f'<p class="answer">{sentence}</p><p class="sure">{sure(state)}</p>'


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
    change = after / before - 1
    if abs(change) < 0.005:
        money = "would not change the price"
    else:
        money = f"would make it {percent(abs(change))} {'cheaper' if change < 0 else 'dearer'}"
    low, high = added(state, other, now)
    loss = "raise" if other < now else "lower"
    return (
        f"{other}-bit weights {money} and {loss} the loss by {significant(low, 1)} to "
        f"{significant(high, 1)} nats/token, by which law one asks."
    )


def added(state: ServingState, bits: int, now: float) -> tuple[float, float]:
    """Return the least and the largest change of the loss, by the laws that know both widths."""
    here, there = BITS.index(int(now)), BITS.index(bits)
    changes = [abs(float(d.rise[there] - d.rise[here])) for d in state.damages]
    known = [c for c in changes if not math.isnan(c)]
    return min(known), max(known)


def misses(state: ServingState) -> str:
    """Return which limits the answer misses."""
    found, limits = state.answer.found, state.limits()
    missed = []
    if found.ttft_seconds > limits.wait:
        missed.append(f"the first token within {short_time(limits.wait)}")
    if found.seconds_per_token > limits.step:
        missed.append(f"a token every {short_time(limits.step)}")
    if not missed:
        return ""
    best = state.answer.cloud.front
    hope = "" if best.size else " Nothing in the figure meets the limits."
    return f" <b>It misses the limit: {' and '.join(missed)}.</b>{hope}"


def sure(state: ServingState) -> str:
    """Return how far the answer can be trusted, in words."""
    plan = state.asked.plan
    reached = f"{percent(plan.compute_efficiency)} of the arithmetic"
    reached += f", {percent(plan.memory_efficiency)} of the memory bandwidth"
    return (
        f"How sure: an estimate from published peaks, of which it takes {reached} to be reached. "
        f"{MEASURED}. Queues are left out, and prices of an accelerator differ fivefold."
    )


def price(value: float | None) -> str:
    """Return a price, or that none is known."""
    return "unknown" if value is None else usd(value)


def numbers(state: ServingState) -> str:
    """Return the headline numbers with their ranges."""
    if state.refusal:
        return ""
    found, plan = state.answer.found, state.asked.plan
    fastest = found.decode.link + max(
        found.decode.compute * plan.compute_efficiency,
        found.decode.memory * plan.memory_efficiency,
    )
    best = found.usd_per_mtok_output
    floor = fastest / found.seconds_per_token
    return (
        '<div class="tiles">'
        + tile(
            "Time per token", short_time(found.seconds_per_token),
            f"{significant(found.tokens_per_second_user)} tokens/s for each; "
            f"{short_time(fastest)} at the full peaks",
        )
        + tile(
            "Million output tokens", price(best),
            "" if best is None else
            f"{usd(best * floor)} at the full peaks; input {price(found.usd_per_mtok_input)}",
        )
        + tile(
            "First token after", short_time(found.ttft_seconds),
            "one prompt" if found.batch == 1 else f"{found.batch:,} prompts read together",
        )
        + "</div>"
    )  # fmt: skip


def legend(state: ServingState) -> str:
    """Return what the marks in the large figure mean."""
    found = state.answer.found
    rate = f"{significant(found.requests_per_second)} requests/s"
    rows = [(CHOSEN, f"chosen: {users(found.batch)}, {rate}")]
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
         f"{d.label}: {significant(float(d.rise[at]), 2)} nats")
        for d in state.damages
    ]  # fmt: skip
    return chips(rows)


def other_price(state: ServingState) -> str:
    """Return where the price is from, what the table says, and what a bought one loses."""
    machine = state.machine
    if machine.usd_per_hour is None:
        text = f"Your price: no cloud price of {machine.name} is known."
    elif state.price == state.list_price:
        text = f"{machine.cloud_note}."
    else:
        text = f"Your price. In the table: {usd(state.list_price)}, {machine.cloud_note}."
    if machine.price_usd is None:
        return text
    loss = usd(chip_hour_capital(machine.price_usd))
    return f"{text} Bought for {usd(machine.price_usd)} it loses {loss} an hour with its server."

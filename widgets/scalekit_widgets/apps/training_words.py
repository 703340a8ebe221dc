"""What the Training app says: the answer, how sure it is, what it assumes, and the code."""

from __future__ import annotations

import html
from typing import Any

from scalekit import datasets, laws
from scalekit_widgets.models.choices import OWN_KEY, Choice, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import (
    count,
    duration,
    interval,
    percent,
    power_of_ten,
    significant,
    usd,
    whole,
)
from scalekit_widgets.parts.wording import chips, strokes, table, tile
from scalekit_widgets.views.surface import DOTS, THICK, THIN


def answer(state: TrainingState) -> str:
    """Return the answer in a sentence, and how sure it is in a second."""
    if state.infeasible:
        last = f"{power_of_ten(state.asked.C)} FLOP"
        kept = f"The figures keep the last budget that had an answer, {last}."
        return f'<p class="answer">{html.escape(state.infeasible)}</p><p class="sure">{kept}</p>'
    best, slot = state.answer, state.slot
    N, D, loss = (float(a[slot]) for a in (best.N, best.D, best.loss))
    money = {"flop": "", "hours": f"{count(state.device_hours)} device-hours ",
             "usd": f"{usd(state.usd)} "}[state.budget]  # fmt: skip
    budget = f"{power_of_ten(state.C)} FLOP"
    budget = f"{money}({budget})" if money else budget
    verb = "buy" if state.budget == "hours" else "buys"
    repeats = ""
    if state.limit_tokens:
        epochs = float(best.epochs[slot])
        repeats = (
            f", {count(epochs, 2)} passes over {count(state.U)} unique ones"
            if epochs > 1.005
            else f", fewer than the {count(state.U)} unique ones"
        )
    serving = ""
    if state.serve:
        part = 1 - state.training_flop / state.C
        serving = (
            f" Serving {count(state.demand)} tokens takes {percent(part)} of the budget"
            f" ({usd(state.serving_usd)})."
        )
    number = state.devices
    machines = whole(number)
    sentence = (
        f"{budget} {verb} a model of <b>{count(N)} parameters</b> trained on "
        f"<b>{count(D)} tokens</b>{repeats} ({significant(D / N)} per parameter), with a loss of "
        f"<b>{significant(loss, 4)} {state.main.unit}</b>: {duration(state.hours)} on {machines} "
        f"{html.escape(state.device)}, about {usd(state.training_usd)}.{serving}"
    )
    return f'<p class="answer">{sentence}</p><p class="sure">{sure(state)}</p>'


def sure(state: TrainingState) -> str:
    """Return how far the answer can be trusted, in words."""
    best, slot = state.answer, state.slot
    lower, upper = (float(end) for end in best.flat[slot])
    if state.saturated:
        span = (
            f"{count(lower, 2)} to at least {count(upper, 2)}"
            if state.flat_to_the_end
            else interval(lower, upper)
        )
        return (
            "How sure: the data are used up. Larger models and more passes hardly lower this "
            f"loss: any size from {span} stays within 1 % of it, and the best one is "
            f"arbitrary. {reach(state)}"
        )
    flat = interval(lower, upper)
    if state.uncertain:
        band = interval(float(best.band[0, 0]), float(best.band[0, 2]))
        first = f"How sure: the fit's own uncertainty puts the best size at {band} (95 %)"
        repeated = state.limit_tokens and float(best.epochs[slot]) > 1.005
        first += "; what repeated tokens are worth is taken as exact." if repeated else "."
    else:
        first = "How sure: no uncertainty is published for this law"
        chosen = [state.main, *state.compared]
        if state.serve or state.limit_tokens:  # rules know of neither
            chosen = [law for law in chosen if not _rule(law)]
        others = [size_of(state, law) for law in chosen]
        first += (
            f"; the chosen laws give {interval(min(others), max(others))}."
            if len(others) > 1
            else "."
        )
    return f"{first} Any size from {flat} stays within 1 % of this loss. {reach(state)}"


def size_of(state: TrainingState, law: Choice) -> float:
    """Return the best size that a chosen law gives for this budget."""
    if _rule(law):
        return float(law.law(C=state.asked.C))
    return float(state.answer.N[state.slot_of(law.key)])


def _rule(law: Choice) -> bool:
    return law in rule_choices()


def reach(state: TrainingState) -> str:
    """Return how far outside the fitted range the answer lies."""
    best, slot, law = state.answer, state.slot, state.main.law
    if state.at_end_of_search:
        return "It is the end of the search, not an optimum: the law asks for still less."
    values = {"N": float(best.N[slot]), "D": float(best.D[slot])}
    names = {"N": ("the model", "larger", "smaller"), "D": ("the run", "longer", "shorter")}
    parts = []
    for key, value in values.items():
        found = law.domain.get(key)
        if found is None or not found.fitted:
            continue
        if value > 1.05 * found.upper:
            parts.append(_times(names[key][0], value / found.upper, names[key][1]))
        elif value < found.lower / 1.05:
            parts.append(_times(names[key][0], found.lower / value, names[key][2]))
    if not parts:
        return "It lies inside the range the law was fitted on."
    return f"It is an extrapolation: {' and '.join(parts)} than any the law was fitted on."


def _times(what: str, factor: float, comparative: str) -> str:
    times = f"{100 * (factor - 1):.0f} %" if factor < 2 else f"{significant(factor, 2)} times"
    return f"{what} is {times} {comparative}"


def numbers(state: TrainingState) -> str:
    """Return the headline numbers with their ranges."""
    if state.infeasible:
        return ""
    best, slot = state.answer, state.slot
    N, D, loss = (float(a[slot]) for a in (best.N, best.D, best.loss))
    if state.saturated:
        n_range, d_range = "much larger ones do as well", "many more do as well"
        loss_range = "the data are used up"
    elif state.uncertain:
        n_range, d_range = (
            f"95 %: {interval(float(b[0]), float(b[2]))}" for b in (best.band[0], best.band[1])
        )
        loss_range = (
            f"95 %: {significant(float(best.band[3, 0]), 4)} to "
            f"{significant(float(best.band[3, 2]), 4)}"
        )
    else:
        flat = best.flat[slot]
        n_range = f"within 1 %: {interval(float(flat[0]), float(flat[1]))}"
        d_range = f"{significant(D / N)} tokens per parameter"
        loss_range = "no published uncertainty"
    unit = state.main.unit
    return (
        '<div class="tiles">'
        + tile("Parameters", count(N), n_range)
        + tile("Training tokens", count(D), d_range)
        + tile(f"Loss ({unit})", significant(loss, 4), loss_range)
        + "</div>"
    )


def legend(state: TrainingState) -> str:
    """Return the chosen laws with their colours and answers."""
    chosen = [state.main, *state.compared]
    limited = " for training alone" if state.serve or state.limit_tokens else ""
    rows = [
        (law.colour, f"{law.label}: {count(size_of(state, law))}{limited if _rule(law) else ''}")
        for law in chosen
    ]
    key = '<p class="quiet">Solid: inside the range fitted. Dashed: extrapolated. '
    key += "Shaded: within 1 % of the loss"
    key += (
        "; bar: 95 % band of the optimum.</p>"
        if state.uncertain and not state.saturated
        else ".</p>"
    )
    return chips(rows) + key


def main_law(state: TrainingState) -> str:
    """Return the legend of figures that show the answering law alone."""
    return chips([(state.main.colour, state.main.label)])


def surface_key(state: TrainingState) -> str:
    """Return the legend of the surface: whose it is, and what its lines are."""
    lines = strokes([
        (THICK, "", "best sizes of all budgets"),
        (THICK, "6 4", "extrapolated"),
        (THIN, "", "this budget"),
        (THIN, DOTS, "equal compute"),
    ])  # fmt: skip
    return main_law(state) + lines


def ledger(state: TrainingState) -> str:
    """Return every assumption behind the answer, with its value and where it comes from."""
    law, machine = state.main.law, state.machine
    rows = [
        ("Loss law", f"{law.facts.title}, {state.main.label}", law.source),
        ("Status of the coefficients", law.status, law.variant_facts.note or "–"),
        (
            "Coefficients",
            ", ".join(f"{k} {float(v):.5g}" for k, v in law.coefficients.items()),
            "N counts " + law.inputs["N"].meaning,
        ),
        ("Training compute", "6 N D", "forward and backward pass, attention left out"),
        ("Budget", f"{power_of_ten(state.C)} FLOP", _budget_source(state)),
        (
            "Peak of one accelerator",
            f"{significant(machine.peak_flops('bf16') / 1e12, 4)} TFLOP/s",
            f"{machine.name}, dense 16-bit; {machine.source}",
        ),
        ("Utilisation (MFU)", percent(state.mfu), "your setting"),
        (
            "Price",
            f"{usd(state.price)} per device-hour",
            _price_source(state),
        ),
    ]
    if state.limit_tokens:
        donor = laws.get("data-constrained-loss")
        rows.append((
            "Worth of repeated tokens",
            f"R_D {donor.coefficients['R_D']:.4g}, R_N {donor.coefficients['R_N']:.4g}",
            donor.source if state.law == "muennighoff"
            else f"borrowed from {donor.source}; not fitted together with this law",
        ))  # fmt: skip
    if state.serve:
        rows.append((
            "Serving", f"2 N per token, utilisation {percent(state.serving_mfu)}",
            "prompt and answer tokens alike; a served FLOP costs "
            f"{significant(state.serving_cost, 2)} of a training FLOP",
        ))  # fmt: skip
    band = law.variant_facts.uncertainty
    if band is not None and state.law != OWN_KEY:
        rows.append(("95 % band", "1024 normal draws of the coefficients", band.source))
    return table(("Assumption", "Value", "Where from"), rows)


def pitfalls(state: TrainingState) -> str:
    """Return what a reader of the law's paper should know."""
    items = "".join(f"<li>{html.escape(p)}</li>" for p in state.main.law.facts.pitfalls)
    paper = state.main.law.variant_facts.paper
    return (
        f'<p>{html.escape(paper.authors)} ({paper.year}), <a href="{html.escape(paper.link)}" '
        f'rel="noreferrer">{html.escape(paper.title)}</a>.</p><ul>{items}</ul>'
    )


def _price_source(state: TrainingState) -> str:
    machine = state.machine
    if state.price != state.list_price:
        return "your setting"
    if machine.usd_per_hour is None:
        return "assumed: no cloud price of this accelerator is known"
    return machine.cloud_note


def other_price(state: TrainingState) -> str:
    """Return what the table says where the price is another one."""
    if state.price == state.list_price:
        return ""
    if state.machine.usd_per_hour is None:
        return f"Your price. No list price of {state.device} is known."
    return f"Your price. The list price of {state.device} is {usd(state.list_price)}."


def no_runs(error: Exception) -> str:
    """Return what to do where the published runs cannot be had."""
    data = datasets.describe("analyzing-chinchilla")
    if isinstance(error, datasets.ChecksumError):
        return (
            f"The file of the runs is not the one that was published. Remove {data.name} from the "
            "folder of public data and tick the box again."
        )
    return (
        "The published runs are not on this machine and could not be downloaded. Connect it to "
        f"the internet once, or set {datasets.CACHE_VARIABLE} to a folder that has "
        f"{data.tables[0].files[0].path} and start again; then tick the box again."
    )


def failing_checks(state: TrainingState) -> str:
    """Return which of its own check values the answering law misses; nothing if it misses none."""
    failing = state.main.law.failing_checks()
    if not failing:
        return ""
    check, found = failing[0]
    of = len(state.main.law.variant_facts.checks)
    return (
        f"The law is in use, but misses {len(failing)} of its {of} check values: "
        f"{check.value:.6g} is expected, {found:.6g} comes out."
    )


def _budget_source(state: TrainingState) -> str:
    if state.budget == "hours":
        return f"{count(state.device_hours)} device-hours at this peak and utilisation"
    if state.budget == "usd":
        return f"{usd(state.usd)} at this price, peak and utilisation"
    return "your setting"


def code(state: TrainingState) -> str:
    """Return Python that reproduces the answer."""
    law = state.main.law
    if state.law == OWN_KEY:
        head = ["from scalekit import allocation, laws", "",
                f'laws.load("{law.facts.path.name}")']  # fmt: skip
    else:
        head = ["from scalekit import allocation", ""]
    arguments = [f"C={state.C:.6g}".replace("e+", "e")]
    if state.serve:
        arguments.append(f"D_inference={state.demand:.6g}".replace("e+", "e"))
        if abs(state.serving_cost - 1) > 1e-9:
            arguments.append(f"serving_cost={state.serving_cost:.6g}")
    if state.limit_tokens:
        arguments.append(f"U={state.U:.6g}".replace("e+", "e"))
    arguments += [f'law="{law.slug}"', f'variant="{law.variant}"']
    lines = [
        *head,
        "best = allocation.lifetime_optimal(",
        *(f"    {a}," for a in arguments),
        ")",
        "print(best.N, best.D, best.loss)   # parameters, tokens, loss",
        "print(best.flat_region(0.01))      # sizes within 1 % of the loss",
        'print(best.elasticities("N"))      # what would change the answer most',
    ]
    if state.uncertain:
        lines.append('print(best.band("N"))              # 95 % band of the size')
    return "\n".join(lines)


def reasons(rows: list[dict[str, Any]]) -> str:
    """Return why every tool and law answers what it answers."""
    return table(
        ("Tool or law", "Tokens per parameter", "Cause", "Reason", "Source"),
        [(r["label"], significant(r["value"]), r["cause"], r["reason"], r["source"]) for r in rows],
        numeric=(1,),
    )

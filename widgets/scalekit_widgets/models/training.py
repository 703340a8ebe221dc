"""State of the Training app: a budget, its limits, and the laws that answer."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import param

from scalekit import allocation, laws
from scalekit.allocation.budget import ENDLESS, SMALLEST
from scalekit.hardware import Device, devices
from scalekit.laws.law import Law
from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.choices import (
    OWN_KEY,
    Choice,
    loss_choices,
    own_choice,
    rule_choices,
)
from scalekit_widgets.models.priced_device import PricedDevice
from scalekit_widgets.models.whole import Whole

BUDGET_KINDS = {"flop": "FLOP", "hours": "Device-hours", "usd": "USD"}
TOLD_APART = 1e-7
"""Part of the loss by which a model twice as large has to be worse for the best to be one."""
NO_OWN = f"{{}} is {OWN_KEY!r}; allowed only after a law file was loaded, which no link carries"


@cache
def training_devices() -> dict[str, Device]:
    """Return the accelerators with a published 16-bit matrix rate."""
    return {name: d for name, d in devices().items() if d.bf16}


def _log(default: float, lower: float, upper: float, label: str, unit: str) -> param.Number:
    return param.Number(default, bounds=(lower, upper), label=label, doc=unit)


class TrainingState(PricedDevice):
    """What the Training app knows; set it from code as from its sliders.

    Numbers are raw (FLOP, tokens, hours, USD, fractions); the ``doc`` of a parameter is
    its unit.
    """

    budget = param.Selector(default="flop", objects=list(BUDGET_KINDS), label="Budget in")
    compute_budget = _log(5.76e23, 1e17, 1e28, "Training compute", "FLOP")
    device_hours = _log(366_000.0, 1.0, 1e10, "Device-hours", "h")
    usd = _log(1e6, 10.0, 1e12, "Money", "USD")
    device = param.Selector(
        default="H100 SXM5", objects=list(training_devices()), label="Accelerator"
    )
    devices = Whole(1024.0, bounds=(1.0, 1e6), label="Accelerators", doc="devices")
    mfu = param.Number(0.4, bounds=(0.01, 1.0), label="Model FLOP utilisation", doc="fraction")
    price = _log(2.99, 0.01, 1000.0, "Price", "USD per device-hour")
    limit_tokens = param.Boolean(False, label="Limited unique tokens")
    unique_tokens = _log(2e11, 1e8, 1e15, "Unique tokens", "tokens")
    serve = param.Boolean(False, label="Serving shares the budget")
    served_tokens = _log(2e12, 1e9, 1e17, "Tokens served", "tokens")
    serving_mfu = param.Number(0.4, bounds=(0.01, 1.0), label="Utilisation serving", doc="fraction")
    law = param.Selector(
        default="besiroglu",
        objects=[c.key for c in loss_choices()] + [OWN_KEY],
        label="Law that answers",
    )
    compare = param.ListSelector(
        default=["hoffmann-precise", "approach-2"],
        objects=[c.key for c in (*loss_choices(), *rule_choices())] + [OWN_KEY],
        label="Compare with",
    )
    runs = param.Boolean(False, label="Show the 240 published runs")
    own = param.Parameter(None, doc="a person's own law as a `Choice`, once it is loaded")

    shared = (
        "budget", "compute_budget", "device_hours", "usd", "device", "devices", "mfu", "price",
        "limit_tokens", "unique_tokens", "serve", "served_tokens", "serving_mfu", "law",
        "compare", "runs",
    )  # fmt: skip

    def __init__(self, **params: Any) -> None:
        self._forms = maths.stack([c.law for c in loss_choices()])
        self._draws = maths.draws_of(loss_choices()[0].law)
        self._loads = 0
        self._frontier: tuple[tuple[Any, ...], Any] = ((), None)
        self._surface: tuple[tuple[Any, ...], Any] = ((), None)
        self.infeasible = ""
        super().__init__(**params)

    # What the numbers mean -----------------------------------------------------------

    @property
    def flop_per_device_hour(self) -> float:
        """Useful training FLOP of one device in one hour."""
        return float(self.machine.peak_flops("bf16") * self.mfu * 3600.0)

    @property
    def C(self) -> float:
        """The budget in training FLOP."""
        if self.budget == "hours":
            return float(self.device_hours * self.flop_per_device_hour)
        if self.budget == "usd":
            return float(self.usd / self.price * self.flop_per_device_hour)
        return float(self.compute_budget)

    @property
    def askable(self) -> np.ndarray:
        """Which of ``training_compute.BUDGETS`` the slider of the budget can ask for."""
        slider = {"flop": "compute_budget", "hours": "device_hours", "usd": "usd"}[self.budget]
        value, bounds = getattr(self, slider), self.param[slider].bounds
        low, high = (end * self.C / value for end in bounds)
        found = maths.BUDGETS
        return (found >= low * (1 - 1e-9)) & (found <= high * (1 + 1e-9))

    @property
    def U(self) -> float:
        """Unique tokens, `ENDLESS` without a limit."""
        return float(self.unique_tokens) if self.limit_tokens else ENDLESS

    @property
    def serving_cost(self) -> float:
        """Cost of a FLOP of serving over one of training, from the two utilisations."""
        return float(self.mfu / self.serving_mfu)

    @property
    def demand(self) -> float:
        """Tokens served that the budget must pay for."""
        return float(self.served_tokens) if self.serve else 0.0

    @property
    def served(self) -> float:
        """Tokens served, weighted with the cost of serving."""
        return self.demand * self.serving_cost

    @property
    def main(self) -> Choice:
        """The law that answers."""
        return self.choice(self.law)

    @property
    def slot(self) -> int:
        """Slot of the law that answers in all stacked results."""
        return self.slot_of(self.law)

    @property
    def compared(self) -> list[Choice]:
        """The other chosen laws, in the order of the list."""
        keys = [k for k in self.compare if k != self.law and (k != OWN_KEY or self.own)]
        return [self.choice(k) for k in keys]

    def choice(self, key: str) -> Choice:
        """Return the law of a key."""
        if key == OWN_KEY:
            if self.own is None:
                raise ValueError(NO_OWN.format("law"))
            return self.own
        return next(c for c in (*loss_choices(), *rule_choices()) if c.key == key)

    def slot_of(self, key: str) -> int:
        """Return the slot of a loss law in all stacked results."""
        keys = [c.key for c in loss_choices()]
        return keys.index(key) if key in keys else maths.SLOTS - 1

    def losses(self) -> list[Choice]:
        """Return the chosen laws that give a loss, the answering one first."""
        rules = rule_choices()
        return [self.main, *(c for c in self.compared if c not in rules)]

    def checked(self, name: str, value: Any, called: str = "") -> Any:
        """See `State.checked`; a law of one's own can be chosen only once it is loaded."""
        found = super().checked(name, value, called)
        if self.own is None and OWN_KEY in (found if name == "compare" else [found]):
            raise ValueError(NO_OWN.format(called or name))
        return found

    def missing_from_link(self) -> str:
        """See `State.missing_from_link`: a law of one's own stays with whoever has its file."""
        if self.own is None or OWN_KEY not in (self.law, *self.compare):
            return ""
        return (
            f"The link does not carry {self.own.label}: whoever opens it has to load "
            f"{self.own.law.facts.path.name} as well."
        )

    # What follows ---------------------------------------------------------------------

    def compute(self) -> None:
        """Answer the question; where serving leaves nothing to train, say so and keep the last."""
        needed = 6 * SMALLEST**2 + 2 * SMALLEST * self.served
        if needed > self.C:
            self.infeasible = (
                "Serving alone would use up this budget: raise the budget or serve fewer tokens."
                if self.serve
                else "This budget is too small to train even a million parameters."
            )
            if hasattr(self, "answer"):
                return
        else:
            self.infeasible = ""
        question = maths.Question(max(self.C, needed), self.U, self.served, self.slot)
        self.answer = maths.answer(self._forms, self._draws, question)
        self.asked = question

    def frontier(self) -> tuple[np.ndarray, np.ndarray]:
        """Return best N and D of every slot at ``training_compute.BUDGETS``."""
        key = (self.asked.U, self.asked.served, self._loads)
        if self._frontier[0] != key:
            self._frontier = (key, maths.frontier(self._forms, key[0], key[1]))
        return self._frontier[1]

    def surface(self) -> np.ndarray:
        """Return the loss of the answering law over the grid of the surface."""
        key = (self.asked.U, self.asked.main, self._loads)
        if self._surface[0] != key:
            self._surface = (key, maths.surface(self._forms, key[0], key[1]))
        return self._surface[1]

    def load_law(self, content: bytes, name: str) -> None:
        """Take a person's own law file and let it answer.

        Raises
        ------
        ValueError
            If the file is wrong (file, key and reason), its form gives no loss from N and
            D, or no answer follows from it; the state stays as it was.
        """
        own = own_choice(laws.parse(content, name))
        forms = maths.stack([*(c.law for c in loss_choices()), own.law])
        trial = maths.answer(forms, self._draws, self.asked._replace(main=maths.SLOTS - 1))
        best = np.array([trial.N[-1], trial.D[-1], trial.loss[-1]])
        if not np.isfinite(best).all() or best[:2].min() <= maths.END_OF_SEARCH:
            raise ValueError(
                f"{name}: from the coefficients no best size follows at {self.asked.C:.3g} FLOP; "
                "allowed: more than a million parameters and tokens"
            )
        self._forms = forms
        self._loads += 1
        self.own = own
        with self.together():
            self.law = OWN_KEY

    # What a person reads ----------------------------------------------------------------

    @property
    def uncertain(self) -> Law | None:
        """The answering law if its coefficients have a known uncertainty."""
        return self.main.law if self.slot == 0 else None

    @property
    def at_end_of_search(self) -> bool:
        """Whether the answer is as small as what is searched, and so no optimum."""
        best = self.answer
        return bool(min(best.N[self.slot], best.D[self.slot]) <= maths.END_OF_SEARCH)

    @property
    def saturated(self) -> bool:
        """Whether the data are used up, so that much larger models are as good.

        They are to the end of the valley, or a model twice as large cannot be told from the best.
        """
        twice = np.interp(np.log(2.0), np.log(maths.RATIOS), self.answer.valley[self.slot])
        return self.flat_to_the_end or bool(self.limit_tokens and twice < TOLD_APART)

    @property
    def flat_to_the_end(self) -> bool:
        """Whether no larger model in the valley loses more than 1 %."""
        N, upper = self.answer.N[self.slot], self.answer.flat[self.slot, 1]
        return bool(upper >= 0.999 * N * maths.RATIOS[-1])

    @property
    def training_flop(self) -> float:
        """FLOP of training the answer."""
        best = self.answer
        return float(allocation.training_flop(best.N[self.slot], best.D[self.slot]))

    @property
    def hours(self) -> float:
        """Wall-clock hours of the training on the chosen accelerators."""
        return self.training_flop / self.flop_per_device_hour / self.devices

    @property
    def training_usd(self) -> float:
        """Price of the training."""
        return self.training_flop / self.flop_per_device_hour * self.price

    @property
    def serving_usd(self) -> float:
        """Price of serving the demand."""
        flop = 2.0 * self.answer.N[self.slot] * self.served
        return float(flop / self.flop_per_device_hour * self.price)

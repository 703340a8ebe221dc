"""The controls of the Serving app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scalekit.serving import presets
from scalekit_widgets.apps import serving_tables as tables
from scalekit_widgets.apps import serving_words as words
from scalekit_widgets.models.serving import (
    LOADS,
    OWN_KEY,
    PAID,
    ServingState,
    serving_devices,
    serving_models,
)
from scalekit_widgets.notation import percent, significant
from scalekit_widgets.parts.fields import one_of, select, switch
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.parts.pin import Pin
from scalekit_widgets.parts.presets import Presets
from scalekit_widgets.parts.spoken import named
from scalekit_widgets.parts.typed import TypedFile
from scalekit_widgets.parts.upload import FileUpload

EXACT = {"compute_efficiency": 1.0, "memory_efficiency": 1.0, "link_efficiency": 1.0}
ON_ONE_H100: dict[str, Any] = {
    "model": "Llama-3.1-8B", "devices": 1.0, "weight_bits": "16", "prompt_tokens": 2048.0,
    "output_tokens": 128.0, "batch": 1.0, **EXACT,
}  # fmt: skip
PRESETS: dict[str, dict[str, Any]] = {
    "A chat: 70 B in 8 bits on 4 H100, 32 users": {},
    "A small model on one gaming card": {
        "model": "Llama-3.1-8B", "device": "RTX 4090", "price": 0.69, "devices": 1.0,
        "weight_bits": "4", "batch": 4.0,
    },
    "DeepSeek V3 in 8 bits on 16 H200, 256 users": {
        "model": "DeepSeek-V3", "device": "H200 SXM", "price": 4.54, "devices": 16.0,
        "batch": 256.0,
    },
    "A long document: 100 k tokens, 8-bit cache": {
        "prompt_tokens": 1e5, "kv_bits": "8", "batch": 4.0, "devices": 8.0,
    },
    "Ten requests a second within 50 ms a token": {
        "load": "demand", "demand": 10.0, "copies": 2.0, "limit_step": True,
    },
    **{
        f"As {name} counts: 8 B on one H100": {**ON_ONE_H100, "convention": name}
        for name in presets() if name != "scalekit"
    },
}  # fmt: skip
EXAMPLE = """{
  "model_type": "llama",
  "hidden_size": 4096,
  "intermediate_size": 14336,
  "num_hidden_layers": 32,
  "num_attention_heads": 32,
  "num_key_value_heads": 8,
  "vocab_size": 128256,
  "max_position_embeddings": 131072,
  "tie_word_embeddings": false
}"""
"""An architecture to change, as a config.json says it."""


class ServingRail:
    """Groups of controls, and the messages that stand beside them.

    Parameters
    ----------
    state : ServingState
        What they set.
    pin : Pin
        The screen's.
    fit : callable
        Fits the axes; called after a preset was chosen.
    """

    def __init__(self, state: ServingState, pin: Pin, fit: Callable[[], None]) -> None:
        self.state, self._pin = state, pin
        self.presets = Presets(state, PRESETS, (), fit)
        self.model = select(state, "model", self._models())
        state.param.watch(self._offer_models, ["own"])
        self.own_note = Message()
        self.upload = FileUpload(
            self._take, "Your own model (a Hugging Face config.json)", ".json", "a config.json"
        )
        self.typed = TypedFile(self._take, "An architecture", "architecture", EXAMPLE)
        self.price_note = Message()
        whole: dict[str, Any] = {"show": lambda v: f"{v:,.0f}"}
        share: dict[str, Any] = {"log": False, "step": 0.01, "show": percent, "unit": "%"}
        plain: dict[str, Any] = {"show": significant}
        ratio: dict[str, Any] = {"log": False, "step": 0.01, **plain}
        options: dict[str, dict[str, Any]] = {
            "devices": whole, "copies": whole, "prompt_tokens": whole, "output_tokens": whole,
            "batch": whole, "demand": plain, "longest_wait": plain, "longest_step": plain,
            "compute_efficiency": share, "memory_efficiency": share, "link_efficiency": share,
            "price": {"show": lambda v: f"{v:,.2f}" if v >= 1 else significant(v)},
            "purchase": whole,
            "usd_per_kwh": {"show": "{:.3g}".format},
            "power_share": share, "server_factor": ratio, "pue": ratio, "carbon": {},
        }  # fmt: skip
        self.numbers = {name: NumberControl(state, name, **o) for name, o in options.items()}
        self.refusals = {name: Message() for name in ("devices", "prompt_tokens", "demand")}
        self.limits = drawer(
            "Limits",
            stack(
                switch(state, "limit_wait"),
                self.numbers["longest_wait"],
                switch(state, "limit_step"),
                self.numbers["longest_step"],
            ),
        )
        state.param.watch(self._open_limits, ["limit_wait", "limit_step"])
        self._open_limits()
        self.follow()

    def _open_limits(self, *events: Any) -> None:
        """Open what holds a limit that matters now: nobody looks for it in a closed drawer."""
        if self.state.limit_wait or self.state.limit_step:
            self.limits.collapsed = False

    def groups(self) -> list[Any]:
        """Return the groups of controls, from top to bottom."""
        state, n = self.state, self.numbers
        load = one_of(state, "load", {caption: key for key, caption in LOADS.items()})
        paid = one_of(state, "paid", {caption: key for key, caption in PAID.items()})
        return [
            stack(self.presets.widget, self._pin.buttons),
            drawer("Model", stack(self.model, self.own_note.pane, self._bits("weight_bits"),
                                  self._bits("kv_bits"), self._bits("activation_bits")),
                   opened=True),
            drawer("Machines", stack(select(state, "device", {d: d for d in serving_devices()}),
                                     n["devices"], self.refusals["devices"].pane,
                                     named(paid, state.param.paid.label), n["price"],
                                     n["purchase"],
                                     self.price_note.pane), opened=True),
            drawer("Work", stack(n["prompt_tokens"], self.refusals["prompt_tokens"].pane,
                                 n["output_tokens"], named(load, state.param.load.label),
                                 n["batch"], n["demand"], self.refusals["demand"].pane,
                                 n["copies"]), opened=True),
            self.limits,
            drawer("A model of your own", stack(self.upload.view, self.typed.view)),
            drawer("What is reached, and how it is counted",
                   stack(n["compute_efficiency"], n["memory_efficiency"], n["link_efficiency"],
                         select(state, "convention", {c: c for c in presets()}))),
            drawer("Power and carbon", stack(n["power_share"], n["server_factor"], n["pue"],
                                             n["usd_per_kwh"], n["carbon"])),
        ]  # fmt: skip

    def _bits(self, name: str) -> Any:
        label = self.state.param[name].label
        widths = one_of(self.state, name, {b: b for b in self.state.param[name].objects})
        caption = text(f'<p class="quiet">{label}</p>')
        return stack(caption, named(widths, label), css=":host { gap: 2px; }")

    def follow(self) -> None:
        """Show the controls that matter now, and messages beside those that are refused."""
        state, n = self.state, self.numbers
        for name in ("batch", "demand"):
            n[name].__panel__().visible = state.load == name
        n["price"].__panel__().visible = state.paid == "rent"
        n["purchase"].__panel__().visible = state.paid == "bought"
        n["copies"].__panel__().visible = state.load == "demand"
        n["longest_wait"].__panel__().visible = state.limit_wait
        n["longest_step"].__panel__().visible = state.limit_step
        where = words.refused_where(state)
        for name, message in self.refusals.items():
            message.complain(words.refused(state) if name == where else "")
        self.price_note.remark(words.other_price(state))
        self.own_note.remark(tables.own_note(state))

    def _models(self) -> dict[str, str]:
        own = {f"{self.state.own.name} (yours)": OWN_KEY} if self.state.own is not None else {}
        return own | {name: name for name in serving_models()}

    def _offer_models(self, *events: Any) -> None:
        """Offer a person's own model wherever it was read, on this display or from code."""
        self.model.options = self._models()

    def _take(self, content: bytes, name: str) -> str:
        self.state.load_config(content, name)
        return ""

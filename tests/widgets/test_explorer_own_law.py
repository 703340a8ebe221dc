"""A person's own law in the explorer: its file, what is wrong with it, and where it appears."""

import re

import panel as pn
import pytest

from scalekit import laws
from scalekit_widgets import ExplorerApp, site
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.models.explorer import ExplorerState

CHECK = """
[[variants.first.checks]]
inputs = {{ N = 1e9, D = 2e10 }}
value = {value}
rtol = 1e-3
source = "my runs"
"""


@pytest.fixture
def state():
    return ExplorerState()


@pytest.fixture
def app():
    return ExplorerApp()


@pytest.fixture
def screen(app):
    return app.screen()


@pytest.fixture
def made_up(tmp_path, own_law):
    """A law of an existing form in a file of its own, loaded as a user would."""
    path = tmp_path / "my-law.toml"
    path.write_text(own_law + CHECK.format(value=2.4746), encoding="utf-8")
    yield laws.load(path)
    laws.unload("my-law")


def power_law(text, name):
    """Return the file of a law of another form, with one input of that name."""
    text = text.replace('"sum-of-powers"', f'"power"\ninput = "{name}"')
    head, _, rest = text.replace("[inputs.N]", f"[inputs.{name}]").partition("[inputs.D]")
    rest = rest.partition("[output]")[2].partition("coefficients")[0]
    return f"{head}[output]{rest}coefficients = {{ A = 2.0, exponent = 0.5 }}".encode()


def kept(state):
    """Return all that must not change where something is refused."""
    return state.scenario(), state.value, state.query()


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def controls(screen):
    """Return the controls of the law's inputs, by what they are called."""
    found = screen.rail.inputs.select(pn.widgets.FloatSlider)
    return {slider.label.partition(":")[0]: slider for slider in found}


def upload(screen, content, name="mine.toml"):
    screen.rail.upload.chooser.filename = name
    screen.rail.upload.chooser.value = content


def test_a_law_of_ones_own(state, own_law):
    law = state.load_law(own_law.encode(), "mine.toml")
    assert (state.law, state.variant) == ("my-law", "first")
    assert state.value == law(**state.inputs)
    assert "my-law" in [facts.slug for facts in state.matches()]
    assert "my-law" not in laws.names()
    assert state.missing_from_link() == (
        "Whoever opens the link needs your file as well: mine.toml."
    )
    state.set({"law": "chinchilla-loss"})
    assert state.missing_from_link() == ""
    state.set({"compare": ["my-law/first"], "N": 3e9, "D": 3e10})
    (own,) = state.compared()
    assert own(**state.inputs_of(own)) == law(N=3e9, D=3e10)
    assert "mine.toml" in state.missing_from_link()


def test_a_law_of_any_form(state, own_law):
    law = state.load_law(power_law(own_law, "x"), "power.toml")
    assert state.value == pytest.approx(2 * state.inputs["x"] ** 0.5)
    assert state.axes() == ["x"] == list(law.inputs)


def test_a_file_that_is_loaded_anew_replaces_the_old_one(state, own_law):
    text = own_law + (
        '\n[variants.second]\nlabel = "Second fit"\nstatus = "computed"\npaper = "note"\n'
        'source = "my runs"\n'
        "coefficients = { A = 300.0, B = 2000.0, E = 1.8, alpha = 0.35, beta = 0.36 }\n"
    )
    state.load_law(text.encode(), "mine.toml")
    state.set({"variant": "second", "N": 1e11, "compare": ["my-law/first"]})
    bounded = own_law.replace('unit = "parameters"', 'unit = "parameters"\nslider = [1e6, 1e9]\n'
                              "upper = 1e10")  # fmt: skip
    law = state.load_law(bounded.encode(), "mine.toml")
    assert (state.variant, state.compare) == ("first", [])
    assert state.inputs["N"] < 1e9
    assert state.value == law(**state.inputs)


def test_failing_checks_of_ones_own_law_are_told(state, own_law):
    check = "[[variants.first.checks]]\ninputs = { N = 1e9, D = 2e10 }\nvalue = 1.5\nrtol = 1e-3\n"
    law = state.load_law(f'{own_law}\n{check}source = "hope"'.encode(), "mine.toml")
    said = words.failing_checks(law)
    assert said.startswith("1 of its 1 check values do not come out")
    assert f"{law(N=1e9, D=2e10):.6g} where 1.5 is expected" in said
    assert "0 of 1" in words.numbers(state)
    assert f"✗ {law(N=1e9, D=2e10):.6g}" in words.checks(state)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("answers = ", "questions = ", "answers"),
        ("A = 400.0, ", "", "A"),
        ("", None, "the file says nothing"),
        ("", b"\x00\xff\xfe", "mine.toml"),
        ('slug = "my-law"', 'slug = "chinchilla-loss"', "built-in"),
        ("A = 400.0", "A = nan", "A"),
        ("E = 1.8", "E = inf", "E"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(state, own_law, old, new, says):
    content = own_law.replace(old, new).encode() if old else new or b""
    before = kept(state)
    with pytest.raises(ValueError, match=r"\w") as caught:
        state.load_law(content, "mine.toml")
    assert says in str(caught.value)
    assert kept(state) == before
    assert state.own == {}


@pytest.mark.parametrize("name", ["param", "law", "variant", "theme", "given", "set", "across"])
def test_an_input_cannot_have_a_name_of_the_app(state, own_law, name):
    with pytest.raises(ValueError, match=f"my-law calls an input '{name}'; allowed: names"):
        state.load_law(power_law(own_law, name), "mine.toml")
    assert state.own == {}


def test_upload_of_a_law_with_a_check_that_fails(app, screen, own_law):
    upload(screen, (own_law + CHECK.format(value=2.4746) + CHECK.format(value=9.0)).encode())
    assert app.state.law == "my-law"
    assert "1 of its 2 check values do not come out" in screen.rail.upload.message.text
    assert "1 of 2" in plain(screen.texts["numbers"])
    table = plain(screen.slow_texts["checks"])
    assert "✓ N = 1 B, D = 20 B 2.475 nats/token" in table
    assert "✗ 2.47" in table
    assert screen.rail.law.value == "my-law"
    assert "My law (my-law, yours)" in screen.rail.law.options
    screen.link.copy_button.clicks += 1
    assert "needs your file as well: mine.toml" in screen.link.note.text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [(b"", "mine.toml", "says nothing"), (b"\x00\xff", "mine.toml", "mine.toml"),
     (b"slug = 3", "mine.toml", "papers"), (b"x", "mine.txt", "ends in .toml")],
)  # fmt: skip
def test_a_file_that_is_no_law_changes_nothing(app, screen, content, name, says):
    before, sentence = app.state.scenario(), screen.texts["answer"]
    upload(screen, content, name)
    assert says in screen.rail.upload.message.text
    assert "Nothing was changed" in screen.rail.upload.message.text
    assert app.state.scenario() == before
    assert screen.texts["answer"] == sentence


def test_a_made_up_law_is_everywhere(made_up):
    """One file over an existing form: in the registry, the explorer and the table."""
    assert "my-law" in laws.names()
    screen = ExplorerApp().screen()
    assert screen.rail.law.options["My law"] == "my-law"
    screen.rail.law.value = "my-law"
    assert list(controls(screen)) == ["N", "D"]
    assert "1 of 1" in plain(screen.texts["numbers"])
    assert "my runs" in screen.slow_texts["checks"]
    assert "my-law/first" in ExplorerApp().state.other_laws()
    table = " ".join(str(pane.object) for pane in site.law_table(["laws"])().select(pn.pane.HTML))
    assert "laws?law=my-law" in table
    assert table.count("laws?law=") == len(laws.names())


def test_words_of_a_file_are_words_and_no_markup(app, own_law):
    title = "<img src=x onerror=alert(1)> law"
    app.state.load_law(
        re.sub('title = ".*?"', f'title = "{title}"', own_law, count=1).encode(), "x.toml"
    )
    shown = app.screen()
    for pane in shown.root.select(pn.pane.HTML):
        assert "<img" not in pane.object
    for texts in (shown.texts, shown.slow_texts):
        for name in texts.source.data:
            assert "<img" not in texts[name]
    assert "&lt;img" in shown.texts["answer"]

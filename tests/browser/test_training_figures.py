"""Figures as a person meets them: their names for screen readers, tooltips, room for names."""

import pytest

TOOLS = "Why do the tools disagree?"
# Where the browser has drawn a row of a figure's first renderer, in pixels of the page.
PLACE = """([name, row]) => {
  const [view] = Bokeh.index.query((v) => v.model.name === name && v.frame != null)
  view.el.scrollIntoView({block: 'center'})
  const data = view.model.renderers[0].data_source.data
  const column = (key) => data instanceof Map ? data.get(key) : data[key]
  const {x_scale, y_scale} = view.frame
  const down = y_scale.compute(column('y')[row])
  // On a phone the figure is higher than the page.
  scrollBy(0, view.el.getBoundingClientRect().top + down - innerHeight / 2)
  const {left, top} = view.el.getBoundingClientRect()
  return [left + x_scale.compute(column('x')[row]), top + down]
}"""
# The names that a figure shows of the models.
NAMES = """(name) => {
  const [view] = Bokeh.index.query((v) => v.model.name === name && v.frame != null)
  const tags = view.model.center.find((m) => m.type == 'LabelSet')
  const data = tags.source.data
  return [...(data instanceof Map ? data.get('text') : data.text)]
}"""


def test_figures_have_names_for_screen_readers(training):
    app = training()
    for says in (
        "How many percent the loss rises", "Parameters N that the chosen laws",
        "Training tokens D that the chosen laws", "The loss over parameters",
        "By how many percent the answer changes", "Tokens per parameter that every tool",
    ):  # fmt: skip
        assert app.root.get_by_role("img", name=says).count() == 1


@pytest.mark.parametrize("width", [1400, 390])
def test_tooltips_stay_in_the_page_and_in_the_theme(training, width):
    app = training("?theme=dark", viewport={"width": width, "height": 900})
    for row in (0, 3, 6):
        tip = app.page.locator(".bk-Tooltip:visible").filter(has_text="reason")

        # A figure that has just come on screen is hit only once it has been painted.
        def hit(row=row, tip=tip):
            x, y = app.page.evaluate(PLACE, [TOOLS, row])
            app.page.mouse.move(x + 1, y)
            app.page.mouse.move(x, y)
            return tip.count()

        app.until(hit, "the tooltip")
        box = tip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["width"] <= 330
        inner = tip.get_by_text("tokens per parameter").locator("xpath=../..")
        assert inner.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(29, 36, 43)"
        app.page.mouse.move(2, 2)
        tip.wait_for(state="hidden")


def test_a_narrower_page_has_fewer_names(training):
    app = training()
    figure = "Best parameters against compute"
    app.until(lambda: len(app.page.evaluate(NAMES, figure)) > 8, "names of models")
    wide = app.page.evaluate(NAMES, figure)
    app.page.set_viewport_size({"width": 320, "height": 900})
    app.until(lambda: len(app.page.evaluate(NAMES, figure)) < len(wide), "fewer names")
    assert app.page.evaluate(NAMES, figure)


def test_figures_out_of_sight_rest_and_are_right_when_they_come(training):
    app = training()
    surface = app.root.get_by_role("img", name="The loss over parameters").locator("canvas").first
    resting = "() => Bokeh.index.query((v) => v.model.name === 'Loss surface' && v.frame != null)"
    resting = f"() => [...({resting})()][0].model.hold_render"
    app.until(lambda: app.page.evaluate(resting), "the surface at rest")
    copy = "e => new OffscreenCanvas(e.width, e.height).getContext('2d')"
    painted = f"""e => {{
      const context = ({copy})(e)
      context.drawImage(e, 0, 0)
      return context.getImageData(0, 0, e.width, e.height).data.reduce((a, v) => a * 31 + v | 0, 7)
    }}"""
    before = surface.evaluate(painted)
    app.enter("Training compute (FLOP)", "1e20")
    app.says("10²⁰ FLOP buys")
    app.page.wait_for_timeout(300)
    assert surface.evaluate(painted) == before
    # Whoever prints after a pause sees on paper what the sentence says.
    app.until(lambda: surface.evaluate(painted) != before, "the surface to be painted at rest")
    app.until(lambda: app.page.evaluate(resting), "the surface at rest again")
    before = surface.evaluate(painted)
    app.enter("Training compute (FLOP)", "1e21")
    app.says("10²¹ FLOP buys")
    surface.scroll_into_view_if_needed()
    app.until(lambda: surface.evaluate(painted) != before, "the new point on the surface")
    assert not app.page.evaluate(resting)

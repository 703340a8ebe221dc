"""Lets a figure paint only while it is on the screen.

Painting is most of what a slider move costs, and on a desktop half of the figures lie below
the fold. Their data arrive as ever; they are painted when they come near the window.
"""

from __future__ import annotations

from bokeh.models import CustomJS, Plot

PAUSE = 1500
"""Milliseconds after the last touch until figures out of sight are painted."""

# The first paint is waited for: without it the page is not ready. A view that was replaced
# leaves the page and holds nothing. Once nobody has touched anything for a while, those out of
# sight are painted too, and whenever they got another size: paper shows them as they then are.
_WATCH = """
const view = cb_context.index.find_one(cb_obj)
if (view == null) { return }
if (view.rest != null) { view.rest(); return }
let away = false
let pause
const hold = (yes) => cb_obj.setv({hold_render: yes}, {sync: false})
view.rest = () => {
  clearTimeout(pause)
  if (!away) { return }
  pause = setTimeout(() => {
    hold(false)
    requestAnimationFrame(() => requestAnimationFrame(() => hold(away)))
  }, PAUSE)
}
const watcher = new IntersectionObserver((seen) => {
  away = view.el.isConnected && !seen.at(-1).isIntersecting
  hold(away)
  view.rest()
}, {rootMargin: '200px'})
for (const touch of ['keyup', 'pointerup', 'input']) {
  addEventListener(touch, view.rest, {capture: true, passive: true})
}
const begin = () => {
  if (view.has_finished()) { watcher.observe(view.el) }
  else if (view.el.isConnected) { requestAnimationFrame(begin) }
}
begin()
addEventListener('beforeprint', () => hold(false))
"""


def paint_on_screen(fig: Plot) -> None:
    """Let a figure rest while it is out of sight."""
    fig.js_on_change("inner_width", CustomJS(code=_WATCH.replace("PAUSE", str(PAUSE))))

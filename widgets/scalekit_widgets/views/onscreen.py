"""Lets a figure paint only while it is on the screen.

Painting is most of what a slider move costs, and on a desktop half of the figures lie below
the fold. Their data arrive as ever; they are painted when they come near the window.
"""

from __future__ import annotations

from bokeh.models import CustomJS, Plot

# The first paint is waited for: without it the page is not ready. A view that was replaced
# leaves the page and holds nothing; on paper everything is shown.
_WATCH = """
const view = cb_context.index.find_one(cb_obj)
if (view == null || view.watched) { return }
view.watched = true
const hold = (yes) => cb_obj.setv({hold_render: yes}, {sync: false})
const watcher = new IntersectionObserver((seen) => {
  hold(view.el.isConnected && !seen.at(-1).isIntersecting)
}, {rootMargin: '200px'})
const begin = () => {
  if (view.has_finished()) { watcher.observe(view.el) }
  else if (view.el.isConnected) { requestAnimationFrame(begin) }
}
begin()
addEventListener('beforeprint', () => hold(false))
"""


def paint_on_screen(fig: Plot) -> None:
    """Let a figure rest while it is out of sight."""
    fig.js_on_change("inner_width", CustomJS(code=_WATCH))

// Runs in a page before anything else: notes when keys go down, when frames of the web socket
// come and go, and when every figure paints. All times are of performance.now(), in ms.
(() => {
  const probe = {move: null, plots: new Map(), waiting: new Set()}
  window.skProbe = probe

  // Forget the last move and wait for the next key.
  probe.begin = () => {
    probe.move = {
      key: null, sent: null, first: null, last: null, handling: 0, frames: 0, text: null,
      paints: 0, painting: 0, paintFirst: null, paintLast: null, shown: null,
    }
  }
  const moving = () => probe.move?.key != null && probe.move.shown === null

  window.addEventListener('keydown', () => {
    if (probe.move && probe.move.key === null) { probe.move.key = performance.now() }
  }, {capture: true})

  window.WebSocket = class extends window.WebSocket {
    send(data) {
      if (moving()) { probe.move.sent ??= performance.now() }
      return super.send(data)
    }

    set onmessage(handle) {
      super.onmessage = (event) => {
        const start = performance.now()
        handle(event)
        if (moving()) {
          const {move} = probe
          move.first ??= start
          move.last = performance.now()
          move.handling += move.last - start
          move.frames += 1
        }
      }
    }
  }

  probe.find = (selector, root = document) => {
    const found = root.querySelector(selector)
    if (found) { return found }
    for (const element of root.querySelectorAll('*')) {
      const inside = element.shadowRoot && probe.find(selector, element.shadowRoot)
      if (inside) { return inside }
    }
    return null
  }

  const figures = () => {
    const found = new Set()
    const visit = (view) => {
      if (view.model.type === 'Figure') { found.add(view) }
      for (const child of view.children()) { visit(child) }
    }
    for (const root of window.Bokeh?.index?.roots ?? []) { visit(root) }
    return [...found]
  }

  // Time the paints of all figures, and know of those that were asked for.
  probe.attach = () => {
    for (const view of figures()) {
      if (probe.plots.has(view)) { continue }
      probe.plots.set(view, view.model.name)
      const {schedule_paint, _actual_paint} = view
      view.schedule_paint = function () {
        if (!this.is_paused && !this.model.hold_render) { probe.waiting.add(this) }
        return schedule_paint.call(this)
      }
      view._actual_paint = function () {
        const start = performance.now()
        _actual_paint.call(this)
        probe.waiting.delete(this)
        if (moving()) {
          const {move} = probe
          move.paints += 1
          move.paintFirst ??= start
          move.paintLast = performance.now()
          move.painting += move.paintLast - start
        }
      }
    }
    return [...probe.plots.values()]
  }

  // The move, at the first animation frame after everything it has changed is painted: the
  // sentence differs, and no figure has a paint outstanding.
  probe.finished = (place, patience) => {
    const before = place.textContent
    return new Promise((resolve, reject) => {
      const limit = performance.now() + patience
      const look = () => {
        const {move} = probe
        if (place.textContent !== before) { move.text ??= performance.now() }
        if (move.text !== null && move.paintLast !== null && probe.waiting.size === 0) {
          move.shown = performance.now()
          resolve(move)
        } else if (performance.now() > limit) {
          reject(new Error(`nothing was painted: ${JSON.stringify(move)}`))
        } else {
          requestAnimationFrame(look)
        }
      }
      requestAnimationFrame(look)
    })
  }

  // When the sentence was there, and when every figure had painted, since navigation began.
  probe.opened = (selector, patience) => new Promise((resolve, reject) => {
    const seen = {sentence: null, figures: null, count: 0}
    const look = () => {
      const models = window.Bokeh?.documents?.[0]?._all_models
      if (models && seen.sentence === null && probe.find(selector)?.textContent) {
        seen.sentence = performance.now()
      }
      if (seen.sentence !== null) {
        const wanted = [...models.values()].filter((model) => model.type === 'Figure').length
        const painted = figures().filter((view) => view._render_count > 0)
        seen.count = painted.length
        if (wanted > 0 && painted.length === wanted) { seen.figures = performance.now() }
      }
      if (seen.figures !== null) {
        resolve(seen)
      } else if (performance.now() > patience) {
        reject(new Error(`the page did not finish: ${JSON.stringify(seen)}`))
      } else {
        requestAnimationFrame(look)
      }
    }
    requestAnimationFrame(look)
  })
})()

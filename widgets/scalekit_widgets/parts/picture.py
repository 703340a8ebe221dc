"""A figure as a picture that stands alone: with its title, what was asked, and the legend."""

from __future__ import annotations

from typing import Any

from scalekit_widgets.parts.layout import button
from scalekit_widgets.parts.livetext import LiveTexts
from scalekit_widgets.theme import FONT

SCALE = 2
"""Pixels of a PNG for each of the screen's: sharp on a slide."""

# The browser draws the figure again as SVG and puts the words above it; a PNG is that, painted.
_SAVE = """
const view = cb_context.index.find_one(fig)
if (view == null) { return }
const {width, height} = view.bbox
const look = getComputedStyle(view.el)
const [paper, ink, quiet] = ['paper', 'ink', 'quiet'].map((v) => look.getPropertyValue('--sk-' + v))
const pen = new OffscreenCanvas(1, 1).getContext('2d')
const parts = []
let y = 8

const write = (text, x, size, colour, weight = 400) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'text')
  const attributes = {x, y, fill: colour, 'font-size': size, 'font-weight': weight}
  for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value) }
  element.textContent = text
  parts.push(new XMLSerializer().serializeToString(element))
}
const long = (text, size, weight = 400) => {
  pen.font = `${weight} ${size}px ${font}`
  return pen.measureText(text).width
}
const paragraph = (text, size, colour, weight) => {
  let line = ''
  for (const word of text.split(/\\s+/)) {
    if (line && long(`${line} ${word}`, size, weight) > width - 32) {
      y += 1.45 * size
      write(line, 16, size, colour, weight)
      line = ''
    }
    line = line ? `${line} ${word}` : word
  }
  y += 1.45 * size
  write(line, 16, size, colour, weight)
}

paragraph(title, 16, ink, 650)
const words = (name) => {
  return new DOMParser().parseFromString(texts?.data[name]?.[0] ?? '', 'text/html')
}
const sentence = words('answer').querySelector('.answer')?.textContent
if (sentence) { y += 4; paragraph(sentence, 12, quiet) }
let x = 16
const chips = [...words(legend).querySelectorAll('.chip')]
if (chips.length) { y += 24 }
for (const chip of chips) {
  const text = chip.textContent
  const stroke = chip.querySelector('line')
  const start = stroke ? 30 : 16
  const wide = start + long(text, 12)
  if (x > 16 && x + wide > width - 16) { x = 16; y += 18 }
  if (stroke) {
    const line = new XMLSerializer().serializeToString(stroke)
    parts.push(`<g transform="translate(${x} ${y - 9})" color="${ink}">${line}</g>`)
  } else {
    const colour = chip.querySelector('.dot').style.background
    parts.push(`<circle cx="${x + 5}" cy="${y - 4}" r="5" fill="${colour}"/>`)
  }
  write(text, x + start, 12, ink)
  x += wide + 16
}
y += 8

const save = async () => {
  const figure = await (await view.export('svg').to_blob()).text()
  const [wide, high] = [Math.ceil(width), Math.ceil(y + height)]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"
    font-family="${font}"><rect width="100%" height="100%" fill="${paper}"/>${parts.join('')}
    <g transform="translate(0 ${y})">${figure.replace(/^<\\?xml[^>]*>/, '')}</g></svg>`
  let blob = new Blob([svg], {type: 'image/svg+xml'})
  if (kind == 'png') {
    const image = new Image()
    image.src = URL.createObjectURL(blob)
    await image.decode()
    const canvas = new OffscreenCanvas(wide * scale, high * scale)
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(image.src)
    blob = await canvas.convertToBlob({type: 'image/png'})
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name + '.' + kind
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
save()
"""


def save_button(
    kind: str, figure: Any, title: str, name: str, texts: LiveTexts | None, legend: str
) -> Any:
    """Return a button that saves a figure; nothing is sent to a server.

    Parameters
    ----------
    kind : {"png", "svg"}
        Format.
    figure : bokeh figure
        The figure.
    title : str
        What is written above it.
    name : str
        Name of the file, without its ending.
    texts : LiveTexts, optional
        Where the sentence of ``answer`` and the chips of the legend are read.
    legend : str
        Which of the texts has the chips of this figure.
    """
    save = button(kind.upper())
    save.js_on_click(
        args={
            "fig": figure, "kind": kind, "title": title, "name": name, "scale": SCALE,
            "font": FONT.replace("'", ""), "texts": texts.source if texts else None,
            "legend": legend,
        },
        code=_SAVE,
    )  # fmt: skip
    return save

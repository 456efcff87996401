const drawn = new Map<string, CanvasPattern>()

/** Slanting lines in a colour: what is missing reads as missing without any colour too. */
export function hatch(colour: string): CanvasPattern | string {
  const known = drawn.get(colour)
  if (known) return known
  const side = 8
  const tile = document.createElement('canvas')
  tile.width = side
  tile.height = side
  const context = tile.getContext('2d')
  if (!context) return colour
  context.fillStyle = colour
  context.globalAlpha = 0.25
  context.fillRect(0, 0, side, side)
  context.globalAlpha = 1
  context.strokeStyle = colour
  context.lineWidth = 2
  context.beginPath()
  for (const shift of [-side, 0, side]) {
    context.moveTo(shift - 1, side + 1)
    context.lineTo(shift + side + 1, -1)
  }
  context.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  if (!pattern) return colour
  drawn.set(colour, pattern)
  return pattern
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** What the text of a log stands on, as theme.css has it. */
const grounds = { light: [255, 255, 255], dark: [11, 15, 18] } as const satisfies Record<string, Rgb>
/** A little more than WCAG AA asks for, because a tint may lie on the ground. */
const wantedContrast = 5.2

/** A colour that an app chose, as dark or as light as it must be to be read in each theme. */
export const legible = (rgb: Rgb): { light: Rgb; dark: Rgb } => ({
  light: moveTowards(rgb, [0, 0, 0], grounds.light),
  dark: moveTowards(rgb, [255, 255, 255], grounds.dark),
})

function moveTowards(rgb: Rgb, end: Rgb, ground: Rgb): Rgb {
  const mix = (ratio: number) =>
    [0, 1, 2].map((part) =>
      Math.round((rgb[part] ?? 0) + ((end[part] ?? 0) - (rgb[part] ?? 0)) * ratio),
    ) as never as Rgb
  for (let step = 0; step < 20; step++) {
    const moved = mix(step / 20)
    if (contrastOf(moved, ground) >= wantedContrast) return moved
  }
  return end
}

/** As WCAG 2 defines it. */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function luminanceOf([red, green, blue]: Rgb): number {
  const linear = (part: number) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** The 256 colours of terminals from 16 on: a cube of six steps, and then grays. */
export function paletteColour(index: number): Rgb {
  if (index >= 232) {
    const gray = 8 + (index - 232) * 10
    return [gray, gray, gray]
  }
  const cube = index - 16
  const part = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  return [part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6)]
}

import Anser from 'anser'
import { legible, paletteColour, type Rgb } from './legible.ts'
import { colouredText } from './log-text.ts'

/** `named`: one of the sixteen that the theme defines. */
export type LogColour = { kind: 'named'; name: string } | { kind: 'exact'; light: Rgb; dark: Rgb }

/** A run of text that looks the same throughout. */
export type Segment = {
  text: string
  colour?: LogColour
  ground?: LogColour
  looks: readonly Look[]
  /** Where it is part of what is searched for. */
  isMatch?: boolean
}

const shownLooks = ['bold', 'dim', 'italic', 'underline', 'strikethrough', 'reverse'] as const
type Look = (typeof shownLooks)[number]

/** The text of a line with its colours, as runs. What an app wants hidden is shown like everything else. */
export function splitAnsi(text: string): Segment[] {
  const clean = colouredText(text)
  if (!clean.includes('\u001b')) return [{ text: clean, looks: [] }]
  // With "use_classes" colours come as names, so that the theme decides what they are.
  const parts = Anser.ansiToJson(clean, { json: true, use_classes: true, remove_empty: true })
  return parts
    .filter(({ content }) => content !== '')
    .map(({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }) => ({
      text: content,
      ...withColour('colour', fg, fg_truecolor),
      ...withColour('ground', bg, bg_truecolor),
      looks: shownLooks.filter((look) => decorations.includes(look)),
    }))
}

function withColour(key: 'colour' | 'ground', name: string | null, exact: string | null): Partial<Segment> {
  const colour = name ? readColour(name, exact) : undefined
  return colour ? { [key]: colour } : {}
}

function readColour(name: string, exact: string | null): LogColour | undefined {
  if (name === 'ansi-truecolor') return exactColour(exact?.split(',').map(Number) as never as Rgb)
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1]
  if (index) return exactColour(paletteColour(Number(index)))
  return { kind: 'named', name: name.replace(/^ansi-/, '') }
}

const exactColour = (rgb: Rgb | undefined): LogColour | undefined =>
  rgb?.length === 3 && rgb.every((part) => part >= 0 && part <= 255) ? { kind: 'exact', ...legible(rgb) } : undefined

/** The same runs, cut where a match begins or ends. */
export function markMatches(segments: readonly Segment[], matches: readonly (readonly [from: number, to: number])[]) {
  if (matches.length === 0) return segments
  const marked: Segment[] = []
  let from = 0
  for (const segment of segments) {
    const to = from + segment.text.length
    const edges = new Set([from, to])
    for (const [begin, end] of matches) {
      if (begin > from && begin < to) edges.add(begin)
      if (end > from && end < to) edges.add(end)
    }
    const sorted = [...edges].sort((one, other) => one - other)
    for (let index = 1; index < sorted.length; index++) {
      const [begin = 0, end = 0] = [sorted[index - 1], sorted[index]]
      const isMatch = matches.some((match) => match[0] <= begin && end <= match[1])
      marked.push({ ...segment, text: segment.text.slice(begin - from, end - from), ...(isMatch ? { isMatch } : {}) })
    }
    from = to
  }
  return marked
}

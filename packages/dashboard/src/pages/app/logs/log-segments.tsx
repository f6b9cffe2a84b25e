import { memo } from 'react'
import { type LogColour, markMatches, type Segment, splitAnsi } from './ansi.ts'
import classes from './log.module.css'
import { findMatches } from './log-view.ts'

/** The text of a log line with its colours; always text, whatever is in it. */
export const LogText = memo(function LogText({ text, query = '' }: { text: string; query?: string }) {
  const segments = splitAnsi(text)
  const plain = segments.map((segment) => segment.text).join('')
  const shown = markMatches(segments, findMatches(plain, query, 200))
  // biome-ignore lint/suspicious/noArrayIndexKey: the runs of a line have nothing but their place.
  return shown.map((segment, index) => <Run key={index} segment={segment} />)
})

function Run({ segment: { text, colour, ground, looks, isMatch } }: { segment: Segment }) {
  if (!colour && !ground && looks.length === 0) return isMatch ? <mark className={classes.match}>{text}</mark> : text
  const isReverse = looks.includes('reverse')
  const style = {
    ...styleOf('color', isReverse ? ground : colour),
    ...styleOf('--run-ground', isReverse ? colour : ground),
  }
  const content = isMatch ? <mark className={classes.match}>{text}</mark> : text
  return (
    <span
      className={classes.run}
      data-look={looks.join(' ') || undefined}
      data-ground={ground || isReverse ? '' : undefined}
      style={style}
    >
      {content}
    </span>
  )
}

function styleOf(property: 'color' | '--run-ground', colour: LogColour | undefined): Record<string, string> {
  if (!colour) return {}
  if (colour.kind === 'named') return { [property]: `var(--ansi-${colour.name}, currentColor)` }
  return { [property]: `light-dark(rgb(${colour.light.join(' ')}), rgb(${colour.dark.join(' ')}))` }
}

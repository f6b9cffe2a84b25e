import { Modal } from '@mantine/core'
import { useMemo } from 'react'
import { CopyButton } from '#parts/copy-button.tsx'
import classes from './log.module.css'
import type { ShownLine } from './log-ring.ts'
import { plainText, splitLine } from './log-text.ts'

/** A long line in pieces, each laid out only when it is looked at, so that a line of a megabyte blocks nothing. */
export function WholeLine({ line, onClose }: { line: ShownLine; onClose(): void }) {
  const text = useMemo(() => plainText(line.text), [line])
  return (
    <Modal opened onClose={onClose} size="xl" title={`One line of ${line.text.length.toLocaleString('en')} characters`}>
      <div className={classes.wholeBar}>
        <CopyButton value={line.text} label="the whole line" /> Copy it whole
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse must be able to scroll it. */}
      <section className={classes.whole} aria-label="The whole line" tabIndex={0}>
        {[...splitLine(text)].map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have nothing but their place.
          <div key={index}>{piece}</div>
        ))}
      </section>
    </Modal>
  )
}

import { UnstyledButton } from '@mantine/core'
import { memo } from 'react'
import { describeClockTime, describeExactTime } from '#parts/time-words.ts'
import { shortInstanceId } from './instance-colours.ts'
import classes from './log.module.css'
import type { ShownLine } from './log-ring.ts'
import { LogText } from './log-segments.tsx'
import { cutLine } from './log-text.ts'

type Props = {
  line: ShownLine
  query: string
  isCurrent: boolean
  hasTime: boolean
  colour: number | undefined
  onShowAll(line: ShownLine): void
}

export const LogRow = memo(function LogRow({ line, query, isCurrent, hasTime, colour, onShowAll }: Props) {
  const { shown, leftOut } = cutLine(line.text)
  return (
    <div className={classes.row} data-stream={line.stream} data-current={isCurrent || undefined} data-colour={colour}>
      {hasTime ? <Time at={line.at} /> : null}
      {line.instanceId ? (
        <span
          className={classes.source}
          title={`${line.service} ${line.instanceId} on ${line.machine}, ${line.stream}`}
        >
          {shortInstanceId(line.instanceId)}
        </span>
      ) : null}
      <span className={classes.lineText}>
        {line.stream === 'berth' || line.stream === 'page' ? <span className={classes.remark}>berth: </span> : null}
        <LogText text={shown} query={query} />
        {leftOut > 0 ? (
          <UnstyledButton className={classes.showAll} onClick={() => onShowAll(line)}>
            … {leftOut.toLocaleString('en')} more characters: show all
          </UnstyledButton>
        ) : null}
      </span>
    </div>
  )
})

function Time({ at }: { at: string }) {
  const atMs = Date.parse(at)
  return (
    <time className={classes.time} dateTime={at} title={describeExactTime(atMs)}>
      {describeClockTime(atMs)}
    </time>
  )
}

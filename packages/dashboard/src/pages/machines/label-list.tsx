import type { Machine } from '@berth/contract'
import { listLabels } from './machine-words.ts'
import classes from './machines.module.css'

export function LabelList({ machine }: { machine: Machine }) {
  return (
    <ul className={classes.labels} aria-label={`Labels of ${machine.name}`}>
      {listLabels(machine).map((label) => (
        <li key={label}>{label}</li>
      ))}
    </ul>
  )
}

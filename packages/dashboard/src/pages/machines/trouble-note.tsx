import { IconAlertTriangle } from '@tabler/icons-react'
import type { Trouble } from './machine-words.ts'
import classes from './machines.module.css'

export function TroubleNote({ trouble: { meaning, advice } }: { trouble: Trouble }) {
  return (
    <div className={classes.trouble}>
      <IconAlertTriangle size={17} stroke={1.8} aria-hidden />
      <div>
        <p>{meaning}</p>
        <p className={classes.advice}>{advice}</p>
      </div>
    </div>
  )
}

import type { ReactNode } from 'react'
import classes from './settings.module.css'

type Props = {
  title: string
  below?: ReactNode
  /** At the end of the title's line. */
  action?: ReactNode
  children?: ReactNode
}

export function Section({ title, below, action, children }: Props) {
  return (
    <section className={classes.section}>
      <header className={classes.sectionHead}>
        <div className={classes.sectionWords}>
          <h2>{title}</h2>
          {below ? <p className={classes.soft}>{below}</p> : null}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}

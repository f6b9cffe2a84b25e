import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

type Props = {
  title: string
  /** Why there is nothing and what would change that. */
  children?: ReactNode
  /** The button that changes it. */
  action?: ReactNode
  icon?: ReactNode
}

export function EmptyState({ title, children, action, icon }: Props) {
  return (
    <section className={classes.empty}>
      {icon ? <div className={classes.icon}>{icon}</div> : null}
      <h2 className={classes.title}>{title}</h2>
      {children ? <div className={classes.words}>{children}</div> : null}
      {action ? <div className={classes.action}>{action}</div> : null}
    </section>
  )
}

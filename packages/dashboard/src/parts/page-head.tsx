import { type ReactNode, useEffect } from 'react'
import classes from './page-head.module.css'

type Props = {
  title: string
  /** Beside the title: a state, a count. */
  beside?: ReactNode
  /** One line under the title. */
  below?: ReactNode
  /** Actions, at the end of the line. */
  children?: ReactNode
}

/** The one h1 of a page; also names the browser's tab. */
export function PageHead({ title, beside, below, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Berth`
  }, [title])
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <div className={classes.line}>
          {/* Focused after each change of page, so that a screen reader says where one is. */}
          <h1 className={classes.title} tabIndex={-1} data-page-title>
            {title}
          </h1>
          {beside}
        </div>
        {below ? <div className={classes.below}>{below}</div> : null}
      </div>
      {children ? <div className={classes.actions}>{children}</div> : null}
    </header>
  )
}

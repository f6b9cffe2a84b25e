import { type ReactNode, useEffect } from 'react'
import { Brand } from './brand.tsx'
import classes from './door.module.css'

type Props = {
  title?: string
  below?: ReactNode
  children: ReactNode
}

/** The frame of what is shown to someone who is not signed in. */
export function Door({ title, below, children }: Props) {
  useEffect(() => {
    document.title = title ? `${title} · Berth` : 'Berth'
  }, [title])
  return (
    <main className={classes.door}>
      <div className={classes.inner}>
        <Brand size={30} />
        <section className={classes.card}>
          {title ? <h1 className={classes.title}>{title}</h1> : null}
          {below ? <p className={classes.below}>{below}</p> : null}
          {children}
        </section>
      </div>
    </main>
  )
}

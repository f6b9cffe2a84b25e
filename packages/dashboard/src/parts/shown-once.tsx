import { IconEyeOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import classes from './shown-once.module.css'

type Props = {
  value: string
  /** What it is: "the token". */
  label: string
  children?: ReactNode
}

/** Something that Berth cannot show again. */
export function ShownOnce({ value, label, children }: Props) {
  return (
    <div className={classes.once}>
      <p className={classes.note}>
        <IconEyeOff size={15} stroke={1.8} className={classes.icon} aria-hidden /> Shown only now: copy it before you
        close this.
      </p>
      <div className={classes.value}>
        <code>{value}</code>
        <CopyButton value={value} label={label} size={32} />
      </div>
      {children}
    </div>
  )
}

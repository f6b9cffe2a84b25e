import { Loader } from '@mantine/core'
import classes from './loading.module.css'

type Props = {
  /** What is being waited for: "releases". */
  what: string
  /** Keeps the place that will be needed, so that nothing jumps. */
  height?: number | string
}

/** Says what is being waited for; never a bare spinner. */
export function Loading({ what, height = 48 }: Props) {
  return (
    <div className={classes.loading} role="status" style={{ minHeight: height }}>
      <Loader size={14} color="gray" aria-hidden />
      Loading {what} …
    </div>
  )
}

import { PlatformError } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import classes from './error-box.module.css'

type Props = {
  error: unknown
  /** What did not work: "The releases could not be loaded". */
  title?: string
  onRetry?: () => void
}

/** What went wrong, what to do about it, and a way to try again. Renders nothing without an error. */
export function ErrorBox({ error, title, onRetry }: Props) {
  if (!error) return null
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof PlatformError ? error.hint : undefined
  return (
    <div className={classes.box} role="alert">
      <IconAlertTriangle className={classes.icon} size={18} stroke={1.8} aria-hidden />
      <div className={classes.words}>
        {title ? <strong>{title}</strong> : null}
        <p>{message}</p>
        {hint ? <p className={classes.hint}>{hint}</p> : null}
        {onRetry ? (
          <Button size="xs" variant="default" mt="xs" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
    </div>
  )
}

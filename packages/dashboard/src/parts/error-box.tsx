import { PlatformError } from '@berth/contract'
import { Alert, Button } from '@mantine/core'

type Props = {
  error: unknown
  /** What did not work: "The releases could not be loaded". */
  title?: string
  onRetry?: () => void
}

/** What went wrong, what to do about it, and a way to try again. Renders nothing without an error. */
export function ErrorBox({ error, title, onRetry }: Props) {
  if (!error) return null
  return (
    <Alert color="red" title={title} role="alert">
      {error instanceof Error ? error.message : String(error)}
      {error instanceof PlatformError ? ` ${error.hint ?? ''}` : null}
      {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
    </Alert>
  )
}

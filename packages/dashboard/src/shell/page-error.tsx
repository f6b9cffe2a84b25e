import { Button, Code, Group } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import classes from './page-error.module.css'

/** When a page itself breaks: what happened, and what to do. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <section className={classes.box} role="alert">
      <h1>This page broke</h1>
      <p>
        Your apps are not touched by that. Try again; if it breaks again, load the page anew. If that does not help
        either, the command works without this page: <Code>berth apps</Code>.
      </p>
      <Group gap="xs">
        <Button onClick={again}>Try again</Button>
        <Button variant="default" onClick={() => location.reload()}>
          Load the page anew
        </Button>
      </Group>
      <details>
        <summary>What broke</summary>
        <Code block>{error instanceof Error ? (error.stack ?? error.message) : String(error)}</Code>
      </details>
    </section>
  )
}

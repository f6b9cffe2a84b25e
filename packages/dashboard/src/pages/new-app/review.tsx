import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconRocket } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import classes from './new-app.module.css'
import type { NewApp } from './new-app-input.ts'
import { describeNewApp } from './review-words.ts'
import type { ImageCheck } from './use-image-check.ts'

type Props = {
  input: NewApp
  check: ImageCheck
  domain: string | undefined
  /** The app is there since the first try. */
  isRetry: boolean
  action: { isPending: boolean; error: unknown }
  onDeploy: () => void
  onChange: () => void
}

export function Review({ input, check, domain, isRetry, action, onDeploy, onChange }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className={classes.panel}>
      <h2 ref={heading} tabIndex={-1}>
        {isRetry ? 'This will be tried next' : 'This will be done'}
      </h2>
      <dl className={classes.review}>
        {describeNewApp(input, domain).map(({ label, words }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      {check.state === 'failed' ? (
        <p className={classes.unsure}>
          <IconAlertTriangle size={16} stroke={1.9} aria-hidden />
          <span>
            {check.error.message}
            {check.error.hint ? `. ${check.error.hint}` : ''}. If that stays so, the deployment will fail.
          </span>
        </p>
      ) : null}
      <ErrorBox title="It was not deployed" error={action.error} onRetry={onDeploy} />
      <Group gap="xs" mt="md">
        <BusyButton
          size="md"
          isBusy={action.isPending}
          busyWords="Asking for the deployment …"
          leftSection={<IconRocket size={17} aria-hidden />}
          onClick={onDeploy}
        >
          Deploy
        </BusyButton>
        <Button size="md" variant="default" onClick={onChange}>
          Change
        </Button>
      </Group>
    </section>
  )
}

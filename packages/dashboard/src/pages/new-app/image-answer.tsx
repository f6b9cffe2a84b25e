import { formatBytes, type Image, type PlatformError } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { RelativeTime } from '#parts/relative-time.tsx'
import classes from './new-app.module.css'
import type { ImageCheck } from './use-image-check.ts'

/** Has its place whatever it says, so that nothing moves while one types. */
export function ImageAnswer({ check }: { check: ImageCheck }) {
  return (
    <div className={classes.answer} role="status">
      <Words check={check} />
    </div>
  )
}

function Words({ check }: { check: ImageCheck }) {
  switch (check.state) {
    case 'none':
      return <span className={classes.soft}>As in “docker pull”; what only a machine has can be used too.</span>
    case 'looking':
      return <span className={classes.soft}>Looking for {check.name} …</span>
    case 'found':
      return <Found image={check.image} />
    case 'failed':
      return <Failed error={check.error} retry={check.retry} />
  }
}

function Found({ image: { name, sizeBytes, source, exposedPorts, createdAt, digest } }: { image: Image }) {
  return (
    <>
      <p className={classes.found}>
        <IconCircleCheck size={16} stroke={1.9} aria-hidden />
        <span>
          {source === 'registry' ? 'In the registry' : 'On a machine'}
          {sizeBytes === null ? '' : `, ${formatBytes(sizeBytes)}${source === 'registry' ? ' to pull' : ''}`}
          {createdAt ? (
            <>
              , built <RelativeTime at={createdAt} />
            </>
          ) : null}
        </span>
      </p>
      <p className={classes.soft} title={digest ? `${name}@${digest}` : undefined}>
        {describePorts(exposedPorts)}
      </p>
    </>
  )
}

function describePorts(ports: readonly number[] | null): string {
  if (ports === null) return 'What it listens on could not be read.'
  if (ports.length === 0) return 'It does not say which port it listens on.'
  return ports.length === 1
    ? `Says that it listens on port ${ports[0]}.`
    : `Says that it listens on ports ${ports.join(', ')}.`
}

/** What the name cannot help, so that trying again may. */
const passing = new Set(['registry_unreachable', 'engine_unavailable', 'engine_failed', 'internal', 'rate_limited'])

function Failed({ error, retry }: { error: PlatformError; retry: () => void }) {
  const isPassing = passing.has(error.code)
  return (
    <>
      <p className={isPassing ? classes.unsure : classes.missing}>
        <IconAlertTriangle size={16} stroke={1.9} aria-hidden />
        <span>{error.message}</span>
      </p>
      <p className={classes.soft}>
        {error.hint ? `${error.hint}. ` : ''}
        {isPassing ? (
          <Button size="compact-xs" variant="default" onClick={retry}>
            Look again
          </Button>
        ) : null}
      </p>
    </>
  )
}

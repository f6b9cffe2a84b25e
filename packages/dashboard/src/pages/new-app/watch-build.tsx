import type { Build } from '@berth/contract'
import { Button, Group } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { FollowedBuild } from '../app/builds/build-page.tsx'
import classes from './new-app.module.css'

type Props = { build: Build; onChange: () => void }

/** The build as it goes, in place; once it leads to a deployment, that is watched instead. */
export default function WatchBuild({ build, onChange }: Props) {
  const { app, project, id, state } = build
  const isOver = state === 'failed' || state === 'cancelled'
  return (
    <>
      <section className={classes.outcome} data-outcome={state}>
        <h2>
          {state === 'failed'
            ? `${app} could not be built`
            : state === 'cancelled'
              ? `The build of ${app} was cancelled`
              : `${app} is being built`}
        </h2>
        <p className={classes.soft}>
          {isOver
            ? 'What you typed is still here: change it and try again. The app is there, but nothing of it runs.'
            : state === 'waiting'
              ? 'Its source is on the way. You may look at other pages, but stay on this site until it has arrived.'
              : 'You can leave this page: the build goes on, and the page of the app shows it too.'}
        </p>
        <Group gap="xs">
          {isOver ? <Button onClick={onChange}>Change and try again</Button> : null}
          <Button
            variant="default"
            rightSection={<IconArrowRight size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/apps/$app/{-$tab}" params={{ app, tab: 'builds' }} />}
          >
            To its page
          </Button>
        </Group>
      </section>
      <FollowedBuild app={{ name: app, project }} buildId={id} />
    </>
  )
}

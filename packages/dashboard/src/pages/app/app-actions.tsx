import { type App, createDeployment, startApp, stopApp } from '@berth/contract'
import { Menu } from '@mantine/core'
import { IconDots, IconPlayerPlay, IconPlayerStop, IconRefresh, IconRocket, IconScale } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { useDeployRefusal } from './access.ts'
import { ActionButton } from './action-button.tsx'
import classes from './app-page.module.css'
import { ConfirmDialog } from './confirm-dialog.tsx'

// What they need for typing is asked for when somebody wants to type.
const DeployDialog = lazy(() =>
  import('./deploy-dialog.tsx').then(({ DeployDialog: component }) => ({ default: component })),
)
const ScaleDialog = lazy(() =>
  import('./scale-dialog.tsx').then(({ ScaleDialog: component }) => ({ default: component })),
)

type Dialog = 'deploy' | 'scale' | 'restart' | 'stop' | 'start'

export function AppActions({ app }: { app: App }) {
  const [open, setOpen] = useState<Dialog>()
  const refusals = useRefusals(app)
  const close = () => setOpen(undefined)
  const isStopped = app.state === 'stopped'
  return (
    <div className={classes.actions}>
      <ActionButton
        whyNot={refusals.deploy}
        onClick={() => setOpen('deploy')}
        leftSection={<IconRocket size={16} aria-hidden />}
      >
        Deploy
      </ActionButton>
      {isStopped ? (
        <ActionButton
          variant="default"
          whyNot={refusals.start}
          onClick={() => setOpen('start')}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
        >
          Start
        </ActionButton>
      ) : (
        <ActionButton
          variant="default"
          whyNot={refusals.scale}
          onClick={() => setOpen('scale')}
          leftSection={<IconScale size={16} aria-hidden />}
        >
          Scale
        </ActionButton>
      )}
      <Menu position="bottom-end" shadow="md" width={230}>
        <Menu.Target>
          <ActionButton variant="default" px="xs" aria-label="More actions">
            <IconDots size={18} aria-hidden />
          </ActionButton>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuAction
            icon={<IconRefresh size={16} aria-hidden />}
            whyNot={refusals.restart}
            onClick={() => setOpen('restart')}
          >
            Restart
          </MenuAction>
          <MenuAction
            icon={<IconPlayerStop size={16} aria-hidden />}
            whyNot={refusals.stop}
            onClick={() => setOpen('stop')}
          >
            Stop
          </MenuAction>
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {open === 'deploy' ? <DeployDialog app={app} onClose={close} /> : null}
        {open === 'scale' ? <ScaleDialog app={app} onClose={close} /> : null}
      </Suspense>
      {open === 'restart' ? <RestartDialog app={app} onClose={close} /> : null}
      {open === 'stop' ? <StopDialog app={app} onClose={close} /> : null}
      {open === 'start' ? <StartDialog app={app} onClose={close} /> : null}
    </div>
  )
}

/** Why each action is not possible now; undefined where it is. */
function useRefusals(app: App): Record<Dialog, string | undefined> {
  const access = useDeployRefusal(app.project)
  const busy = app.deploymentId ? 'Wait until the deployment under way has ended, or cancel it' : undefined
  const stopped = app.state === 'stopped' ? `${app.name} is stopped. Start it first` : undefined
  const empty = app.releaseVersion === null ? 'Nothing of it runs yet. Deploy it first' : undefined
  return {
    deploy: access,
    scale: access ?? stopped,
    restart: access ?? busy ?? stopped ?? empty,
    stop: access ?? busy ?? (stopped ? 'It is stopped already' : undefined),
    start: access ?? empty,
  }
}

type MenuActionProps = { icon: React.ReactNode; whyNot: string | undefined; onClick(): void; children: string }

/** One that is not possible says why, in the menu itself: a tooltip is nothing for a finger. */
function MenuAction({ icon, whyNot, onClick, children }: MenuActionProps) {
  return (
    <Menu.Item leftSection={icon} disabled={whyNot !== undefined} onClick={onClick}>
      {children}
      {whyNot ? <div className={classes.whyNot}>{whyNot}</div> : null}
    </Menu.Item>
  )
}

type DialogProps = { app: App; onClose(): void }

function RestartDialog({ app: { name, releaseVersion }, onClose }: DialogProps) {
  const navigate = useNavigate()
  const restart = useAction(createDeployment, {
    onSuccess: () => {
      onClose()
      void navigate({ to: '/apps/$app/{-$tab}', params: { app: name, tab: undefined } })
    },
  })
  return (
    <ConfirmDialog
      title={`Restart ${name}?`}
      confirm="Restart"
      pending="Asking for the restart …"
      action={restart}
      onConfirm={() => restart.mutate({ params: { app: name }, body: {} })}
      onClose={onClose}
    >
      v{releaseVersion} is deployed again with new instances. The ones that run go on answering until the new ones are
      up.
    </ConfirmDialog>
  )
}

function StopDialog({ app: { name, url }, onClose }: DialogProps) {
  const stop = useAction(stopApp, {
    onSuccess: () => {
      onClose()
      announce(`${name} is stopped`)
    },
  })
  return (
    <ConfirmDialog
      title={`Stop ${name}?`}
      confirm="Stop it"
      tone="bad"
      pending="Stopping …"
      action={stop}
      onConfirm={() => stop.mutate({ params: { app: name } })}
      onClose={onClose}
    >
      All instances end{url ? ` and ${url} answers no more` : ''}. Releases and settings stay, and starting it brings it
      back as it was.
    </ConfirmDialog>
  )
}

function StartDialog({ app: { name, replicas, releaseVersion }, onClose }: DialogProps) {
  const start = useAction(startApp, {
    onSuccess: () => {
      onClose()
      announce(`${name} is starting`)
    },
  })
  return (
    <ConfirmDialog
      title={`Start ${name}?`}
      confirm="Start it"
      pending="Starting …"
      action={start}
      onConfirm={() => start.mutate({ params: { app: name } })}
      onClose={onClose}
    >
      {replicas === 1 ? '1 instance' : `${replicas} instances`} of v{releaseVersion} will run again.
    </ConfirmDialog>
  )
}

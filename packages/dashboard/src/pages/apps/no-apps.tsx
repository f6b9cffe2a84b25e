import { createApp, getSystem } from '@berth/contract'
import { Button, Group } from '@mantine/core'
import { IconPlus, IconRocket, IconStack2 } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { may } from '#api/me.ts'
import { useAction, useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'

/** The first thing that somebody sees of a new Berth: one click and an app is on its way. */
export function NoApps() {
  const me = useMe()
  const project = [...new Set(['default', ...me.projects.map(({ name }) => name)])].find((name) =>
    may(me, 'deploy', name),
  )
  const icon = <IconStack2 size={32} stroke={1.4} />
  if (project === undefined) {
    return (
      <EmptyState title="No apps yet" icon={icon}>
        There is nothing in the projects that you may see, and you may not deploy yourself. An admin of a project can
        make you a developer.
      </EmptyState>
    )
  }
  return (
    <EmptyState title="No apps yet" icon={icon} action={<FirstApp project={project} />}>
      Deploy an image, a folder or a repository and watch it come to life: Berth builds what has to be built, starts it,
      checks it, and gives it a URL.
    </EmptyState>
  )
}

function FirstApp({ project }: { project: string }) {
  const navigate = useNavigate()
  const { data: system } = useCall(getSystem, {})
  const deploy = useAction(createApp, {
    onSuccess: ({ app }) => void navigate({ to: '/apps/$app/{-$tab}', params: { app, tab: undefined } }),
  })
  const sample = system?.sample
  const trySample = () => {
    if (sample) deploy.mutate({ body: { name: sample.name, project, image: sample.image, port: sample.port } })
  }
  return (
    <>
      <Group justify="center" gap="sm">
        {sample ? (
          <Button
            leftSection={<IconRocket size={16} aria-hidden />}
            onClick={trySample}
            loading={deploy.isPending}
            aria-label={deploy.isPending ? 'Deploying the sample' : undefined}
          >
            Deploy the sample
          </Button>
        ) : null}
        <Button
          component={Link}
          to="/apps/new"
          variant={sample ? 'default' : 'filled'}
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          Deploy an app of your own
        </Button>
      </Group>
      <ErrorBox error={deploy.error} title="The sample could not be deployed" onRetry={trySample} />
    </>
  )
}

import { type App, getEnvironment } from '@berth/contract'
import { IconLock } from '@tabler/icons-react'
import { useCall } from '#api/use-call.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { useMayCall } from '../access.ts'
import { useRefetch } from '../use-refetch.ts'
import { EnvEditor } from './env-editor.tsx'

export default function EnvironmentTab({ app }: { app: App }) {
  const mayRead = useMayCall(getEnvironment, app)
  if (!mayRead) {
    return (
      <EmptyState title="The environment may hold secrets" icon={<IconLock size={28} stroke={1.5} />}>
        Only developers and admins of the project {app.project} see it. An admin of the project can make you one.
      </EmptyState>
    )
  }
  return <Environment app={app} />
}

function Environment({ app }: { app: App }) {
  const { data, error, refetch } = useCall(getEnvironment, { params: { app: app.name } }, { staleMs: 0 })
  // Other values serve as soon as another release does.
  useRefetch(app.releaseVersion, refetch)
  if (!data) {
    return error ? (
      <ErrorBox error={error} title="The environment could not be loaded" onRetry={() => void refetch()} />
    ) : (
      <Loading what="the environment" height={320} />
    )
  }
  return <EnvEditor app={app} env={data.services[0]?.env ?? {}} releaseVersion={data.releaseVersion} />
}

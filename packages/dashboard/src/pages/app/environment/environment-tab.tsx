import { type App, getEnvironment, listReleases } from '@berth/contract'
import { useCall } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { useMayCall } from '../access.ts'
import { useRefetch } from '../use-refetch.ts'
import { EnvEditor } from './env-editor.tsx'
import classes from './environment.module.css'

export default function EnvironmentTab({ app }: { app: App }) {
  return useMayCall(getEnvironment, app) ? <Environment app={app} /> : <EnvironmentNames app={app} />
}

/** For those who may not see the values, which may be secrets. */
function EnvironmentNames({ app }: { app: App }) {
  const { data, error, refetch } = useCall(listReleases, { params: { app: app.name } })
  useRefetch(app.releaseVersion, refetch)
  if (!data) {
    return error ? (
      <ErrorBox error={error} title="The environment could not be loaded" onRetry={() => void refetch()} />
    ) : (
      <Loading what="the environment" height={320} />
    )
  }
  const release = data.find(({ version }) => version === app.releaseVersion) ?? data[0]
  const names = release?.services[0]?.envNames ?? []
  return (
    <section className={classes.card}>
      <h2>{names.length === 0 ? 'No variables' : 'Names of the variables'}</h2>
      <p className={classes.soft}>
        The values may be secrets: only developers and admins of the project {app.project} see them. An admin of the
        project can make you one.
      </p>
      <ul className={classes.names}>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  )
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

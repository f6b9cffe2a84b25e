import { type App, listReleases } from '@berth/contract'
import { IconExternalLink } from '@tabler/icons-react'
import { useCall } from '#api/use-call.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { useRefetch } from '../use-refetch.ts'
import { RemoveApp } from './remove-app.tsx'
import { ServiceFormCard } from './service-form-card.tsx'
import classes from './settings.module.css'

export default function SettingsTab({ app }: { app: App }) {
  return (
    <div className={classes.tab}>
      <Domains app={app} />
      <Configuration app={app} />
      <RemoveApp app={app} />
    </div>
  )
}

function Domains({ app: { url, name } }: { app: App }) {
  return (
    <section className={classes.card}>
      <h2>Domains</h2>
      {url ? (
        <p className={classes.domain}>
          <a href={url} target="_blank" rel="noreferrer">
            {url} <IconExternalLink size={14} aria-label="(opens in a new tab)" />
          </a>
          <CopyButton value={url} label={`URL of ${name}`} />
        </p>
      ) : (
        <p className={classes.soft}>
          None yet. It gets one with its first release, unless that has no port and takes no requests.
        </p>
      )}
    </section>
  )
}

function Configuration({ app }: { app: App }) {
  const { data, error, refetch } = useCall(listReleases, { params: { app: app.name } }, { staleMs: 0 })
  useRefetch(app.releaseVersion, refetch)
  if (!data) {
    return error ? (
      <ErrorBox error={error} title="The settings could not be loaded" onRetry={() => void refetch()} />
    ) : (
      <Loading what="the settings" height={520} />
    )
  }
  const release = data.find(({ version }) => version === app.releaseVersion) ?? data[0]
  const service = release?.services[0]
  if (!release || !service) {
    return (
      <section className={classes.card}>
        <p className={classes.soft}>Limits, port and check can be changed once there is a release.</p>
      </section>
    )
  }
  return <ServiceFormCard key={release.version} app={app} service={service} version={release.version} />
}

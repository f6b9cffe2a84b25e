import { type App, type Build, formatDuration, listBuilds } from '@berth/contract'
import { IconHammer, IconRocket } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { plainText } from '../logs/log-text.ts'
import { WebhooksCard } from '../webhooks/webhooks-card.tsx'
import { OneBuild } from './build-page.tsx'
import { describeBuild, describeSource, isUnderWay, tookMsOf } from './build-words.ts'
import styles from './builds.module.css'

const DeployDialog = lazy(() =>
  import('../deploy-dialog.tsx').then(({ DeployDialog: component }) => ({ default: component })),
)

const shownBuilds = 50
/** Builds are not in the stream of the page; one that is under way moves on soon. */
const [busyMs, calmMs] = [2_000, 15_000]

/** All builds of an app, or the one that the address names. */
export default function BuildsTab({ app, build }: { app: App; build?: string | undefined }) {
  return build === undefined ? <Builds app={app} /> : <OneBuild key={build} app={app} buildId={build} />
}

const Builds = ({ app }: { app: App }) => (
  <div className={sheet.stack}>
    <BuildsCard app={app} />
    <WebhooksCard app={app} />
  </div>
)

function BuildsCard({ app }: { app: App }) {
  const [isBusy, setBusy] = useState(false)
  const [isDeploying, setDeploying] = useState(false)
  const refusal = useDeployRefusal(app.project)
  const input = { params: { app: app.name }, query: { limit: shownBuilds } }
  const { data, error, refetch } = useCall(listBuilds, input, { refetchIntervalMs: isBusy ? busyMs : calmMs })
  const hasBusy = data?.some(isUnderWay) ?? false
  if (hasBusy !== isBusy) setBusy(hasBusy)
  const deploy = (
    <ActionButton
      size="xs"
      variant="default"
      whyNot={refusal}
      leftSection={<IconRocket size={15} aria-hidden />}
      onClick={() => setDeploying(true)}
    >
      Build and deploy
    </ActionButton>
  )
  return (
    <section className={sheet.card}>
      <header className={sheet.head}>
        <h2>Builds</h2>
        {data && data.length > 0 ? deploy : null}
      </header>
      <ErrorBox
        error={data ? undefined : error}
        title="The builds could not be loaded"
        onRetry={() => void refetch()}
      />
      {data === undefined ? (
        error ? null : (
          <Loading what="builds" height={320} />
        )
      ) : data.length === 0 ? (
        <EmptyState title="Not built here" icon={<IconHammer size={28} stroke={1.5} />} action={deploy}>
          {app.name} runs an image that came from elsewhere. Give a folder, an archive or a repository, and Berth builds
          one.
        </EmptyState>
      ) : (
        <BuildTable app={app} builds={data} />
      )}
      <Suspense>
        {isDeploying ? <DeployDialog app={app} from="files" onClose={() => setDeploying(false)} /> : null}
      </Suspense>
    </section>
  )
}

function BuildTable({ app, builds }: { app: App; builds: readonly Build[] }) {
  return (
    <table className={`${sheet.table} ${sheet.rows}`}>
      <caption className={sheet.hidden}>Builds of {app.name}, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">State</th>
          <th scope="col">Asked for</th>
          <th scope="col">Took</th>
          <th scope="col">Machine</th>
        </tr>
      </thead>
      <tbody>
        {builds.map((build) => (
          <BuildRow key={build.id} app={app} build={build} />
        ))}
      </tbody>
    </table>
  )
}

function BuildRow({ app, build }: { app: App; build: Build }) {
  const { id, source, commit, state, failure, createdAt, requestedBy, machine } = build
  const tookMs = tookMsOf(build)
  return (
    <tr>
      <th scope="row" className={styles.source}>
        <Link to="/apps/$app/builds/$build" params={{ app: app.name, build: id }}>
          {plainText(describeSource(source, commit))}
        </Link>
      </th>
      <td data-wide>
        <StateBadge of="build" state={state} word={describeBuild(build)} />
        {failure ? <div className={sheet.soft}>{plainText(failure.message)}</div> : null}
      </td>
      <td data-label="Asked for">
        <RelativeTime at={createdAt} /> <span className={sheet.soft}>by {plainText(requestedBy)}</span>
      </td>
      <td data-label="Took" className={styles.took}>
        {tookMs === undefined ? '–' : formatDuration(tookMs)}
      </td>
      <td data-label="Machine" className={styles.machine}>
        {machine ? (
          <Link to="/machines/$machine" params={{ machine }} className={sheet.link}>
            {machine}
          </Link>
        ) : (
          '–'
        )}
      </td>
    </tr>
  )
}

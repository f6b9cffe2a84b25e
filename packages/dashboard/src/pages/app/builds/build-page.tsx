import { type App, type Build, followBuildLog, getBuildDockerfile } from '@berth/contract'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useCall } from '#api/use-call.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { useMayCall } from '../access.ts'
import { plainText } from '../logs/log-text.ts'
import { BuildCard } from './build-card.tsx'
import { BuildSteps } from './build-steps.tsx'
import styles from './builds.module.css'
import { useBuild } from './use-build.ts'

const BuildLog = lazy(() => import('./build-log.tsx'))

export function OneBuild({ app, buildId }: { app: App; buildId: string }) {
  return (
    <div className={sheet.stack}>
      <Link to="/apps/$app/{-$tab}" params={{ app: app.name, tab: 'builds' }} className={`${sheet.link} ${sheet.line}`}>
        <IconArrowLeft size={15} aria-hidden /> All builds of {app.name}
      </Link>
      <FollowedBuild app={app} buildId={buildId} />
    </div>
  )
}

/** A build as it goes: what it is, its steps, what it writes and the Dockerfile. */
export function FollowedBuild({ app, buildId }: { app: Pick<App, 'name' | 'project'>; buildId: string }) {
  const { build, error, retry } = useBuild(app.name, buildId)
  const mayReadLog = useMayCall(followBuildLog, app)
  if (!build) {
    return error ? (
      <ErrorBox error={error} title="The build cannot be shown" onRetry={retry} />
    ) : (
      <Loading what="the build" height="50vh" />
    )
  }
  return (
    <div className={sheet.stack}>
      <ErrorBox error={error} title="The build cannot be followed any more" onRetry={retry} />
      <BuildCard app={app} build={build} />
      {build.steps.length > 0 ? <BuildSteps build={build} /> : null}
      {build.startedAt === null ? null : mayReadLog ? (
        <section className={sheet.card}>
          <h2>Log</h2>
          <Suspense fallback={<Loading what="the log" height="20rem" />}>
            <BuildLog build={build} />
          </Suspense>
        </section>
      ) : (
        <p className={sheet.soft}>
          A build may print what it was given, so that only those who may deploy read its log. An admin of the project{' '}
          {app.project} can make you a developer.
        </p>
      )}
      <DockerfileCard build={build} />
    </div>
  )
}

/** Known once the source was looked at. */
function DockerfileCard({ build: { app, id, recognizedAs, state } }: { build: Build }) {
  const isKnown = recognizedAs !== null || state === 'succeeded' || state === 'failed'
  const input = { params: { app, buildId: id } }
  const { data } = useCall(getBuildDockerfile, input, { enabled: isKnown })
  if (!data || data.text === null) return null
  const { text, isGenerated } = data
  return (
    <section className={sheet.card}>
      <header className={sheet.head}>
        <div className={sheet.headWords}>
          <h2>Dockerfile</h2>
          <p className={sheet.soft}>
            {isGenerated
              ? 'Berth wrote it. Put it into the source and change it, and from then on it is yours.'
              : 'The one of the source.'}
          </p>
        </div>
        <CopyButton value={text} label="the Dockerfile" />
      </header>
      <div className={styles.body}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse must be able to scroll it. */}
        <section aria-label="Dockerfile" tabIndex={0} className={`${styles.lines} ${styles.code}`}>
          {plainLines(text)}
        </section>
      </div>
    </section>
  )
}

const plainLines = (text: string) => text.split('\n').map(plainText).join('\n')

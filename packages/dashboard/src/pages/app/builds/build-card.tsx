import { type App, type Build, type BuiltService, formatBytes, getDeployment } from '@berth/contract'
import { IconAlertTriangle, IconRocket } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useApp } from '#live/use-live.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { shortImage } from '#parts/short-image.ts'
import { StateBadge } from '#parts/state-badge.tsx'
import { UploadProgress } from '#source/upload-progress.tsx'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { describeDeployment } from '../deployment-words.ts'
import { LogText } from '../logs/log-segments.tsx'
import { cutLine, plainText } from '../logs/log-text.ts'
import { buildFailureTitles, describeBuild, describeSource, isUnderWay } from './build-words.ts'
import styles from './builds.module.css'
import { CancelBuild } from './cancel-build.tsx'

const DeployDialog = lazy(() =>
  import('../deploy-dialog.tsx').then(({ DeployDialog: component }) => ({ default: component })),
)

type Props = { app: Pick<App, 'name' | 'project'>; build: Build }

/** What it is and how far it has come, why it failed, and what came of it. */
export function BuildCard({ app, build }: Props) {
  const { id, source, commit, state, createdAt, requestedBy, recognizedAs, detail, failure, images, deploymentId } =
    build
  return (
    <section className={sheet.card}>
      <header className={sheet.head}>
        <div className={sheet.headWords}>
          <h2>
            <StateBadge of="build" state={state} word={describeBuild(build)} />
          </h2>
          <p className={sheet.mono}>{plainText(describeSource(source, commit))}</p>
          <p className={sheet.soft}>
            asked for <RelativeTime at={createdAt} /> by {plainText(requestedBy)}
            {source.kind === 'archive' && source.sizeBytes !== null ? `, ${formatBytes(source.sizeBytes)}` : ''}
          </p>
        </div>
        {isUnderWay(build) ? <CancelBuild app={app} build={build} /> : <Again app={app} build={build} />}
      </header>
      <div className={styles.body}>
        {state === 'waiting' ? <UploadProgress buildId={id} /> : null}
        {recognizedAs ? <p>{capital(plainText(recognizedAs))}</p> : null}
        {detail && !failure ? <p className={sheet.soft}>{plainText(detail)}</p> : null}
        {failure ? <Failure failure={failure} /> : null}
        {images.length > 0 ? <Images images={images} /> : null}
        {deploymentId ? <Led app={app.name} deploymentId={deploymentId} /> : null}
      </div>
      <span className={sheet.hidden} role="status">
        {describeBuild(build)}
      </span>
    </section>
  )
}

/** It begins a sentence here, and stands within one elsewhere. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function Failure({ failure: { code, message, hint, logLines } }: { failure: NonNullable<Build['failure']> }) {
  return (
    <div className={styles.failure}>
      <p className={sheet.line}>
        <IconAlertTriangle className={sheet.bad} size={18} stroke={1.8} aria-hidden />
        <strong>{buildFailureTitles[code] ?? 'It failed'}</strong>
      </p>
      <p>{plainText(message)}</p>
      {hint ? <p className={sheet.soft}>{plainText(hint)}</p> : null}
      {logLines.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse must be able to scroll it.
        <section className={styles.lines} aria-label="The last lines of the failed build" tabIndex={0}>
          {logLines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an ended build never change.
            <div key={index}>
              <LogText text={cutLine(line).shown} />
            </div>
          ))}
        </section>
      ) : null}
    </div>
  )
}

const Images = ({ images }: { images: readonly BuiltService[] }) => (
  <ul className={sheet.list}>
    {images.map(({ service, image, imageBytes, port }) => (
      <li key={service}>
        <div className={sheet.line}>
          <strong>{service}</strong>
          <span>{formatBytes(imageBytes)}</span>
          <span className={sheet.soft}>{port === null ? 'says no port' : `listens on ${port}`}</span>
        </div>
        <p className={`${sheet.mono} ${sheet.soft}`} title={image}>
          {shortImage(plainText(image))}
        </p>
      </li>
    ))}
  </ul>
)

const askEveryMs = 3_000

/** The deployment that it led to, which makes the release. */
function Led({ app, deploymentId }: { app: string; deploymentId: string }) {
  const [isOver, setOver] = useState(false)
  const input = { params: { app, deploymentId } }
  const { data } = useCall(getDeployment, input, isOver ? {} : { refetchIntervalMs: askEveryMs })
  if (data && !isOver && data.finishedAt !== null) setOver(true)
  if (!data) return null
  return (
    <p className={sheet.line}>
      <StateBadge of="deployment" state={data.state} word={describeDeployment(data)} />
      <Link to="/apps/$app/{-$tab}" params={{ app, tab: 'releases' }} className={sheet.link}>
        {data.releaseVersion === null ? 'Its deployment' : `Release v${data.releaseVersion}`}
      </Link>
    </p>
  )
}

/** The same kind of source once more, as it is now. */
function Again({ app: { name, project }, build: { source, failure } }: Props) {
  const app = useApp(name)
  const [isOpen, setOpen] = useState(false)
  const refusal = useDeployRefusal(project)
  if (!app) return null
  return (
    <div className={styles.actions}>
      <ActionButton
        size="xs"
        variant={failure ? 'filled' : 'default'}
        whyNot={refusal}
        leftSection={<IconRocket size={15} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        Build again
      </ActionButton>
      <Suspense>
        {isOpen ? (
          <DeployDialog
            app={app}
            from={source.kind === 'git' ? 'git' : 'files'}
            repository={source.kind === 'git' ? source : undefined}
            onClose={() => setOpen(false)}
          />
        ) : null}
      </Suspense>
    </div>
  )
}

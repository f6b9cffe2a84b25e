import {
  type App,
  type Build,
  type Deployment,
  listBuilds,
  listDeployments,
  listReleases,
  type Release,
} from '@berth/contract'
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useDeployment } from '#live/use-live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { shortImage } from '#parts/short-image.ts'
import { StateBadge } from '#parts/state-badge.tsx'
import { useDeployRefusal, useMayCall } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { buildOfImage } from '../builds/build-words.ts'
import { describeDeployment, isUnderWay } from '../deployment-words.ts'
import { plainText } from '../logs/log-text.ts'
import { DeploymentCard } from '../overview/deployment-card.tsx'
import { useRefetch } from '../use-refetch.ts'
import classes from './releases.module.css'
import { RollbackDialog } from './rollback-dialog.tsx'

export default function ReleasesTab({ app }: { app: App }) {
  const deployment = useDeployment(app.name)
  const mayList = useMayCall(listReleases, app)
  const [watched, setWatched] = useState<string>()
  // One that is under way is shown, and stays when it has ended.
  useEffect(() => {
    if (deployment && isUnderWay(deployment)) setWatched(deployment.id)
  }, [deployment])
  return (
    <div className={sheet.stack}>
      {deployment && (deployment.id === watched || isUnderWay(deployment)) ? (
        <DeploymentCard app={app} deployment={deployment} />
      ) : null}
      {mayList ? <Releases app={app} /> : null}
      <Deployments app={app} />
    </div>
  )
}

function Releases({ app }: { app: App }) {
  const { data, error, refetch } = useCall(listReleases, { params: { app: app.name } })
  useRefetch(listKey(app), refetch)
  return (
    <section className={sheet.card}>
      <h2>Releases</h2>
      <ErrorBox
        error={data ? undefined : error}
        title="The releases could not be loaded"
        onRetry={() => void refetch()}
      />
      {data === undefined ? (
        error ? null : (
          <Loading what="releases" height={320} />
        )
      ) : data.length === 0 ? (
        <p className={sheet.soft}>None yet. The first deployment makes the first release.</p>
      ) : (
        <ReleaseList app={app} releases={data} />
      )}
    </section>
  )
}

const firstShown = 20

function ReleaseList({ app, releases }: { app: App; releases: readonly Release[] }) {
  const [isAll, setAll] = useState(false)
  const [wanted, setWanted] = useState<Release>()
  const refusal = useDeployRefusal(app.project)
  const builds = useBuilds(app)
  const shown = isAll ? releases : releases.slice(0, firstShown)
  return (
    <>
      <ol className={classes.releases}>
        {shown.map((release) => (
          <li key={release.version} className={classes.release}>
            <ReleaseWords
              release={release}
              isServing={release.version === app.releaseVersion}
              build={release.services.map(({ imageDigest }) => buildOfImage(builds, imageDigest)).find(Boolean)}
            />
            {release.version === app.releaseVersion ? null : (
              <ActionButton
                size="xs"
                variant="default"
                whyNot={
                  refusal ??
                  (release.hasImage ? undefined : 'Its image was removed to make room. Build or deploy it again') ??
                  (app.deploymentId ? 'Wait until the deployment under way has ended, or cancel it' : undefined) ??
                  (app.state === 'stopped' ? `${app.name} is stopped. Start it first` : undefined)
                }
                onClick={() => setWanted(release)}
              >
                {verbFor(release, app)} v{release.version}
              </ActionButton>
            )}
          </li>
        ))}
      </ol>
      {shown.length < releases.length ? (
        <Button variant="default" size="xs" onClick={() => setAll(true)}>
          Show all {releases.length} releases
        </Button>
      ) : null}
      {wanted ? <RollbackDialog app={app} release={wanted} onClose={() => setWanted(undefined)} /> : null}
    </>
  )
}

/** One that is newer than what serves has failed, or was rolled back from. */
const verbFor = (release: Release, app: App) =>
  release.version < (app.releaseVersion ?? 0) ? 'Roll back to' : 'Deploy'

type WordsProps = { release: Release; isServing: boolean; build: Build | undefined }

function ReleaseWords({ release, isServing, build }: WordsProps) {
  const { version, services, changes, createdBy, createdAt } = release
  return (
    <div className={classes.words}>
      <div className={sheet.line}>
        <strong>v{version}</strong>
        {isServing ? <StateBadge of="deployment" state="succeeded" word="Serves now" /> : null}
        <span className={sheet.soft}>
          <RelativeTime at={createdAt} /> by {createdBy}
        </span>
        {build ? <BuildLink build={build} /> : null}
      </div>
      {services.map(({ name, image, imageDigest }) => (
        <div key={name} className={classes.image} title={imageDigest}>
          {services.length > 1 ? `${name}: ` : ''}
          {shortImage(image)}
        </div>
      ))}
      {changes.length > 0 ? (
        <ul className={classes.changes}>
          {changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what changed in a release never changes.
            <li key={index}>{plainText(change)}</li>
          ))}
        </ul>
      ) : (
        <p className={sheet.soft}>Nothing differs from the release before it.</p>
      )}
    </div>
  )
}

const BuildLink = ({ build: { app, id } }: { build: Build }) => (
  <Link to="/apps/$app/builds/$build" params={{ app, build: id }} className={sheet.link}>
    Its build
  </Link>
)

/** What releases and deployments may have come from. */
function useBuilds(app: App): readonly Build[] {
  const { data } = useCall(listBuilds, { params: { app: app.name }, query: { limit: 50 } })
  return data ?? []
}

const shownDeployments = 50

function Deployments({ app }: { app: App }) {
  const input = { params: { app: app.name }, query: { limit: shownDeployments } }
  const { data, error, refetch } = useCall(listDeployments, input)
  useRefetch(listKey(app), refetch)
  const builds = useBuilds(app)
  return (
    <section className={sheet.card}>
      <h2>Deployments</h2>
      <ErrorBox
        error={data ? undefined : error}
        title="The deployments could not be loaded"
        onRetry={() => void refetch()}
      />
      {data === undefined ? (
        error ? null : (
          <Loading what="deployments" height={200} />
        )
      ) : data.length === 0 ? (
        <p className={sheet.soft}>None yet.</p>
      ) : (
        <ol className={classes.releases}>
          {data.map((deployment) => (
            <li key={deployment.id} className={classes.deployment}>
              <DeploymentWords
                deployment={deployment}
                build={builds.find(({ deploymentId }) => deploymentId === deployment.id)}
              />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function DeploymentWords({ deployment, build }: { deployment: Deployment; build: Build | undefined }) {
  const { state, failure, createdAt, finishedAt, requestedBy, image } = deployment
  return (
    <>
      <div className={sheet.line}>
        <StateBadge of="deployment" state={state} word={describeDeployment(deployment)} />
        <span className={sheet.soft}>
          <RelativeTime at={finishedAt ?? createdAt} /> by {requestedBy}
        </span>
        {build ? <BuildLink build={build} /> : null}
      </div>
      <div className={classes.image} title={image}>
        {shortImage(image)}
      </div>
      {failure ? <p className={classes.failure}>{plainText(failure.message)}</p> : null}
    </>
  )
}

/** What is listed changes when a deployment moves on, which the stream tells. */
const listKey = ({ lastDeployment, releaseVersion }: App) =>
  `${lastDeployment?.id} ${lastDeployment?.state} ${lastDeployment?.releaseVersion} ${releaseVersion}`

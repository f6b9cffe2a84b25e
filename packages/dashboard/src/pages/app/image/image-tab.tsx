import { type App, analyseAppImage, formatBytes, type ImageAnalysis } from '@berth/contract'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { useMayCall } from '../access.ts'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'
import { ImageAdviceCard } from './image-advice.tsx'
import { ImageFiles } from './image-files.tsx'
import { ImageLayersCard } from './image-layers.tsx'
import { SlimCard } from './slim-card.tsx'
import { useImageAnalysis } from './use-image-analysis.ts'
import { useSlimming } from './use-slimming.ts'

export default function ImageTab({ app }: { app: App }) {
  const isAllowed = useMayCall(analyseAppImage, app)
  if (!isAllowed)
    return (
      <section className={classes.card}>
        <p className={classes.soft}>
          What an image is made of can tell what was given to its build, so that only those who may deploy see it. An
          admin of the project {app.project} can make you a developer.
        </p>
      </section>
    )
  if (app.releaseVersion === null)
    return (
      <section className={classes.card}>
        <p className={classes.soft}>There is no image yet. The first deployment that succeeds brings one.</p>
      </section>
    )
  return <Analysis app={app} />
}

function Analysis({ app }: { app: App }) {
  const { state, retry } = useImageAnalysis(app.name, app.releaseVersion)
  // Asked for here, so that it is known by the time that the page is shown, which then does not move.
  const slimming = useSlimming(app)
  if (state.kind === 'failed')
    return (
      <div className={classes.tab}>
        <ErrorBox error={state.error} title="The image could not be analysed" onRetry={retry} />
        <SlimCard app={app} {...slimming} />
      </div>
    )
  if (state.kind === 'working')
    return (
      <div className={classes.tab}>
        <p className={classes.soft} role="status">
          {state.text === undefined ? 'Asking a machine that has the image' : plainText(state.text)}
        </p>
        <Loading what="the analysis" height="50vh" />
      </div>
    )
  return (
    <div className={classes.tab}>
      <Summary analysis={state.analysis} />
      <ImageLayersCard analysis={state.analysis} />
      <ImageAdviceCard advice={state.analysis.advice} />
      <SlimCard app={app} {...slimming} />
      <ImageFiles analysis={state.analysis} />
    </div>
  )
}

function Summary({ analysis }: { analysis: ImageAnalysis }) {
  const { image, sizeBytes, efficiency, wastedBytes, user, createdAt } = analysis
  return (
    <section className={classes.card}>
      <h2>Image</h2>
      <p className={classes.code}>{plainText(image)}</p>
      <dl className={classes.facts}>
        <Fact name="Size, unpacked">{formatBytes(sizeBytes)}</Fact>
        <Fact name="Efficiency">{(efficiency * 100).toFixed(1)} %</Fact>
        <Fact name="Wasted">{formatBytes(wastedBytes)}</Fact>
        <Fact name="Runs as">{user ? plainText(user) : 'root'}</Fact>
        {createdAt ? (
          <Fact name="Created">
            <RelativeTime at={createdAt} />
          </Fact>
        ) : null}
      </dl>
    </section>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

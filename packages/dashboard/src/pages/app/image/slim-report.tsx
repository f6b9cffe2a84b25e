import {
  type App,
  createDeployment,
  formatBytes,
  type ProofLine,
  type Slimming,
  type SlimReport,
} from '@berth/contract'
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'

type Props = { app: App; slimming: Slimming; report: SlimReport }

export function SlimReportView({ app, slimming, report }: Props) {
  const { before, after, squashedBytes, leftOut, proof, outcome } = report
  return (
    <div className={classes.report}>
      <p role="status" className={outcomeClass[outcome]}>
        {outcomeWords[outcome]}
      </p>
      <div className={classes.whole} aria-hidden>
        <span className={classes.bar} style={{ flexGrow: after.sizeBytes }} />
        <span className={classes.saved} style={{ flexGrow: Math.max(before.sizeBytes - after.sizeBytes, 0) }} />
      </div>
      <p>
        <strong>{formatBytes(before.sizeBytes)}</strong> in {layersOf(before)} before,{' '}
        <strong>{formatBytes(after.sizeBytes)}</strong> in {layersOf(after)} after
        <span className={classes.soft}>
          {' '}
          v{slimming.releaseVersion}, <RelativeTime at={slimming.finishedAt ?? slimming.createdAt} />
        </span>
      </p>
      <ul className={classes.list}>
        {squashedBytes > 0 ? <Saved bytes={squashedBytes} words="overwritten or deleted by later layers" /> : null}
        {leftOut.map(({ kind, sizeBytes, examples }) => (
          <Saved key={kind} bytes={sizeBytes} words={kind.replaceAll('_', ' ')} note={examples.join(', ')} />
        ))}
      </ul>
      {proof.length > 0 ? <Proof lines={proof} /> : null}
      {outcome === 'slimmed' ? <Deploy app={app} slimming={slimming} report={report} /> : null}
    </div>
  )
}

const outcomeWords: Record<SlimReport['outcome'], string> = {
  slimmed: 'Smaller, and proven to serve as before.',
  refused: 'The smaller image did not pass the proof, and is gone again. The app goes on as it is.',
  not_worth_it: 'Hardly anything would be saved, so the image stays as it is.',
}
const outcomeClass = { slimmed: classes.good, refused: classes.bad, not_worth_it: classes.soft } as const

const layersOf = ({ layers }: SlimReport['before']) => (layers === 1 ? '1 layer' : `${layers} layers`)

const Saved = ({ bytes, words, note }: { bytes: number; words: string; note?: string }) => (
  <li className={classes.file}>
    <span className={classes.size}>{formatBytes(bytes)}</span>
    <span className={classes.path}>
      {words}
      {note ? <span className={classes.soft}> {plainText(note)}</span> : null}
    </span>
  </li>
)

const verdicts = {
  same: { Icon: IconCheck, name: 'Same', look: classes.good },
  note: { Icon: IconMinus, name: 'Not compared', look: classes.warn },
  failed: { Icon: IconX, name: 'Failed', look: classes.bad },
} as const

function Proof({ lines }: { lines: readonly ProofLine[] }) {
  return (
    <ul className={classes.list} aria-label="Proof">
      {lines.map(({ verdict, text }) => {
        const { Icon, name, look } = verdicts[verdict]
        return (
          <li key={text} className={classes.proof}>
            <Icon size={16} stroke={2.2} className={look} aria-label={name} />
            <span className={classes.path}>{plainText(text)}</span>
          </li>
        )
      })}
    </ul>
  )
}

/** Refused by Berth if the app serves something else by then. */
function Deploy({ app, slimming: { service, releaseVersion }, report: { image } }: Props) {
  const deploy = useAction(createDeployment, {
    onSuccess: () => announce(`The smaller image of ${app.name} is being deployed`),
  })
  if (image === null) return null
  if (app.releaseVersion !== releaseVersion) {
    return <p className={classes.soft}>It was made from v{releaseVersion}, which the app does not serve any more.</p>
  }
  const body = { change: { image }, service, ifServing: releaseVersion }
  return (
    <>
      <p className={classes.code}>{plainText(image)}</p>
      <BusyButton
        isBusy={deploy.isPending}
        busyWords="Asking for the deployment …"
        isOff={deploy.isSuccess}
        onClick={() => deploy.mutate({ params: { app: app.name }, body })}
      >
        Deploy the smaller image
      </BusyButton>
      <ErrorBox error={deploy.error} title="It could not be deployed" />
    </>
  )
}

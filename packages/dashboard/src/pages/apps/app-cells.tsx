import type { App } from '@berth/contract'
import { IconExternalLink } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useFigures, useSeries } from '#live/use-live.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { Sparkline } from '#parts/sparkline.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { describeDeployment, describeStage, isUnderWay } from '../app/deployment-words.ts'
import { bytesOf, coresOf, rateOf } from '../app/figure-words.ts'
import { plainText } from '../app/logs/log-text.ts'
import classes from './apps.module.css'

export function AppNameLink({ name }: { name: string }) {
  return (
    <Link to="/apps/$app/{-$tab}" params={{ app: name, tab: undefined }} className={classes.name} title={name}>
      {name}
    </Link>
  )
}

export function UrlLink({ url }: { url: string }) {
  const words = url.replace(/^https?:\/\//, '')
  return (
    <a href={url} target="_blank" rel="noreferrer" className={classes.url} title={`Open ${url}`}>
      <span>{words}</span>
      <IconExternalLink size={13} style={{ flex: 'none' }} aria-label="(opens in a new tab)" />
    </a>
  )
}

/** The reason has its line whether there is one or not, so that it never moves the rows below. */
export function StateCell({ app: { state, reason }, otherwise }: { app: App; otherwise?: string }) {
  const words = reason === null ? otherwise : plainText(reason)
  return (
    <>
      <StateBadge of="app" state={state} title={words} />
      <div className={classes.reason} title={words}>
        {words}
      </div>
    </>
  )
}

export const describeInstances = ({ readyReplicas, replicas }: App) =>
  `${readyReplicas} of ${replicas} ${replicas === 1 ? 'instance' : 'instances'} up`

export function LastDeployment({ app: { lastDeployment } }: { app: App }) {
  if (!lastDeployment) return <span className={sheet.soft}>Never deployed</span>
  const { state, requestedBy, createdAt, finishedAt, failure } = lastDeployment
  const words = describeDeployment(lastDeployment)
  return (
    <>
      <StateBadge of="deployment" state={state} word={words} title={failure ?? undefined} />
      <div className={classes.reason} title={requestedBy}>
        {isUnderWay(lastDeployment) ? (
          describeStage(lastDeployment)
        ) : (
          <>
            <RelativeTime at={finishedAt ?? createdAt} /> by {requestedBy}
          </>
        )}
      </div>
    </>
  )
}

/** Ready of wanted. */
export function InstanceCount({ app: { readyReplicas, replicas, state } }: { app: App }) {
  const isShort = readyReplicas < replicas && state !== 'stopped' && state !== 'empty'
  return (
    <span
      data-short={isShort || undefined}
      className={classes.count}
      title={`${readyReplicas} of ${replicas} instances up`}
    >
      {readyReplicas}/{replicas}
    </span>
  )
}

/** How many points a small line shows: two minutes. */
const sparkPoints = 60

export function RequestFigure({ name }: { name: string }) {
  const values = useSeries(name)?.requestsPerSecond ?? none
  return (
    <Figure
      values={values}
      label={`Requests per second of ${name}`}
      words={rateOf(useFigures(name)?.requestsPerSecond)}
    />
  )
}

export function CpuFigure({ name }: { name: string }) {
  const values = useSeries(name)?.cpuRatio ?? none
  return <Figure values={values} label={`CPU of ${name}`} words={coresOf(useFigures(name)?.cpuRatio)} />
}

export const MemoryFigure = ({ name }: { name: string }) => <>{bytesOf(useFigures(name)?.memoryBytes)}</>

const none: readonly (number | null)[] = []

function Figure({ values, label, words }: { values: readonly (number | null)[]; label: string; words: string }) {
  return (
    <span className={classes.figure}>
      <Sparkline values={values.slice(-sparkPoints)} points={sparkPoints} label={label} width={52} height={22} />
      <span className={classes.number}>{words}</span>
    </span>
  )
}

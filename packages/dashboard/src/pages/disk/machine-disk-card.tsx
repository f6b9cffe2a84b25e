import { formatBytes, type MachineDisk } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import classes from './disk.module.css'
import { describeBuildCache, describeDaysLeft, kindWords, type Part, partsOf, usesByApp } from './disk-words.ts'

const states = {
  ok: { look: 'ok', word: 'Room enough' },
  warning: { look: 'warning', word: 'Filling up' },
  failed: { look: 'failed', word: 'Almost full' },
  unknown: { look: 'warning', word: 'Not known' },
} as const

/** One disk by what is on it, and what each app has there. */
export function MachineDiskCard({ disk }: { disk: MachineDisk }) {
  const { machine, state, totalBytes, usedBytes, daysLeft, removableBytes, uses } = disk
  const parts = partsOf(disk)
  const { look, word } = states[state]
  return (
    <section className={sheet.card}>
      <header className={sheet.head}>
        <h2 className={sheet.line}>
          <Link to="/machines/$machine" params={{ machine }} className={sheet.link}>
            {machine}
          </Link>
          <StateBadge of="check" state={look} word={word} />
        </h2>
        {removableBytes > 0 ? <span className={sheet.soft}>{formatBytes(removableBytes)} could go</span> : null}
      </header>
      {parts ? (
        <>
          <p className={sheet.soft}>
            {formatBytes(usedBytes ?? 0)} of {formatBytes(totalBytes ?? 0)} used
            {daysLeft === null ? '' : `; ${describeDaysLeft(daysLeft)}`}
          </p>
          <Bar parts={parts} />
          <p className={sheet.soft}>{describeBuildCache(disk.buildCache)}</p>
        </>
      ) : (
        <p className={sheet.soft}>Its agent does not answer, so nothing is known of its disk.</p>
      )}
      {uses.length > 0 ? <Uses disk={disk} /> : null}
    </section>
  )
}

function Bar({ parts }: { parts: readonly Part[] }) {
  return (
    <>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ kind, ratio }) =>
          ratio > 0 && kind !== 'free' ? (
            <span key={kind} data-kind={kind} style={{ width: `${100 * ratio}%` }} />
          ) : null,
        )}
      </div>
      <ul className={classes.legend}>
        {parts
          .filter(({ sizeBytes }) => sizeBytes > 0)
          .map(({ kind, words, sizeBytes }) => (
            <li key={kind} data-kind={kind}>
              {words} <strong>{formatBytes(sizeBytes)}</strong>
            </li>
          ))}
      </ul>
    </>
  )
}

const mostShown = 8

function Uses({ disk: { machine, uses } }: { disk: MachineDisk }) {
  const apps = usesByApp(uses)
  return (
    <details className={classes.uses}>
      <summary>What each app has there</summary>
      <table className={sheet.table}>
        <caption className={sheet.hidden}>What each app has on the disk of {machine}</caption>
        <thead>
          <tr>
            <th scope="col">App</th>
            <th scope="col">Size</th>
            <th scope="col">Of it</th>
          </tr>
        </thead>
        <tbody>
          {apps.slice(0, mostShown).map(({ app, sizeBytes, kinds }) => (
            <tr key={app ?? ''}>
              <th scope="row">{app ?? 'of no single app'}</th>
              <td className={classes.size}>{formatBytes(sizeBytes)}</td>
              <td className={sheet.soft}>
                {kinds.map((part) => `${kindWords[part.kind].toLowerCase()} ${formatBytes(part.sizeBytes)}`).join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {apps.length > mostShown ? <p className={sheet.soft}>and {apps.length - mostShown} more with less</p> : null}
    </details>
  )
}

import { getSystem, type ResultOf } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

type System = ResultOf<typeof getSystem>

export function AboutTab() {
  const { data: system, error, refetch } = useCall(getSystem, {}, { refetchIntervalMs: 15_000 })
  if (!system) {
    return error ? (
      <ErrorBox title="Berth does not say how it is" error={error} onRetry={() => void refetch()} />
    ) : (
      <Loading what="versions and health" height={320} />
    )
  }
  return (
    <>
      <ErrorBox title="What you see may be old" error={error} onRetry={() => void refetch()} />
      <Health system={system} />
      <Facts system={system} />
    </>
  )
}

function Health({ system: { checks } }: { system: System }) {
  const bad = checks.filter(({ state }) => state !== 'ok').length
  const words =
    checks.length === 0
      ? 'Nothing was looked at'
      : bad === 0
        ? 'All that Berth needs to work is well'
        : bad === 1
          ? 'One thing needs somebody to look'
          : `${bad} things need somebody to look`
  return (
    <Section title="Health" below={`${words}; looked at every 15 seconds.`}>
      <ul className={classes.rows} aria-live="polite">
        {[...checks].sort(worstFirst).map((check) => (
          <li key={check.name} className={classes.check}>
            <StateBadge of="check" state={check.state} />
            <div className={classes.rowWords}>
              <p className={classes.rowTitle}>
                <bdi>{plainText(check.name)}</bdi>
              </p>
              <p className={classes.soft}>
                <bdi>{plainText(check.message)}</bdi>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const ranks = { failed: 0, warning: 1, ok: 2 } as const
const worstFirst = (one: System['checks'][number], other: System['checks'][number]) =>
  ranks[one.state] - ranks[other.state]

const databases = { sqlite: 'SQLite, in a volume of the server', postgres: 'PostgreSQL' } as const

function Facts({ system }: { system: System }) {
  return (
    <Section title="This Berth">
      <dl className={classes.facts}>
        <div>
          <dt>Version</dt>
          <dd>{system.version}</dd>
        </div>
        <div>
          <dt>Domain of apps</dt>
          <dd>{system.domain}</dd>
        </div>
        <div>
          <dt>Database</dt>
          <dd>{databases[system.database]}</dd>
        </div>
        <div>
          <dt>Server</dt>
          <dd>
            {system.isActive ? 'Acts' : 'Stands by'}, started <RelativeTime at={system.startedAt} />
          </dd>
        </div>
        <div>
          <dt>Machines</dt>
          <dd>
            <Link to="/machines">{system.machines}</Link>, {system.agents} with an agent that answers
          </dd>
        </div>
        <div>
          <dt>API</dt>
          <dd>
            <a href="/v1/openapi.json" target="_blank" rel="noreferrer">
              OpenAPI document
            </a>
          </dd>
        </div>
      </dl>
    </Section>
  )
}

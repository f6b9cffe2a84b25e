import { type App, listBuilds } from '@berth/contract'
import { Link } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { describeBuild } from '../builds/build-words.ts'
import { plainText } from '../logs/log-text.ts'

const askEveryMs = 3_000

/** Of an app that was never deployed: how far the build of its first image is. */
export function FirstBuild({ app: { name } }: { app: App }) {
  const { data } = useCall(
    listBuilds,
    { params: { app: name }, query: { limit: 1 } },
    { refetchIntervalMs: askEveryMs },
  )
  const [build] = data ?? []
  if (!build) return null
  return (
    <section className={sheet.card}>
      <p className={sheet.line}>
        <StateBadge of="build" state={build.state} word={describeBuild(build)} />
        <Link to="/apps/$app/builds/$build" params={{ app: name, build: build.id }} className={sheet.link}>
          Its build
        </Link>
      </p>
      {build.failure ? <p className={sheet.soft}>{plainText(build.failure.message)}</p> : null}
    </section>
  )
}

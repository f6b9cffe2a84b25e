import type { App } from '@berth/contract'
import { IconExternalLink } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { CopyButton } from '#parts/copy-button.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { AppActions } from './app-actions.tsx'
import classes from './app-page.module.css'
import { plainText } from './logs/log-text.ts'

/** Who it is, how it is and why, where it answers, and what can be done with it. */
export function AppHead({ app }: { app: App }) {
  return (
    <PageHead title={app.name} beside={<StateBadge of="app" state={app.state} />} below={<Below app={app} />}>
      <AppActions app={app} />
    </PageHead>
  )
}

function Below({ app: { project, url, reason, name } }: { app: App }) {
  return (
    <>
      <div className={classes.facts}>
        <span>
          Project{' '}
          <Link to="/" search={{ project }} className={classes.project}>
            {project}
          </Link>
        </span>
        {url ? (
          <span className={classes.url}>
            <a href={url} target="_blank" rel="noreferrer">
              {url.replace(/^https?:\/\//, '')}
              <IconExternalLink size={14} aria-label="(opens in a new tab)" />
            </a>
            <CopyButton value={url} label={`URL of ${name}`} size={24} />
          </span>
        ) : (
          <span>No URL yet</span>
        )}
      </div>
      {/* Has its line also without a reason, so that nothing moves when there is one. */}
      <div className={classes.reason} aria-live="polite">
        {reason === null ? null : plainText(reason)}
      </div>
    </>
  )
}

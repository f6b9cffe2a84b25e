import type { App } from '@berth/contract'
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import classes from './overview.module.css'

/** Where to look for what has failed. */
export function FailureLinks({ app }: { app: App }) {
  const places = [
    ['logs', 'All logs'],
    ['environment', 'Environment'],
    ['settings', 'Port, limits and check'],
  ] as const
  return (
    <div className={classes.links}>
      {places.map(([tab, label]) => (
        <Button
          key={tab}
          size="xs"
          variant="default"
          renderRoot={(props) => <Link {...props} to="/apps/$app/{-$tab}" params={{ app: app.name, tab }} />}
        >
          {label}
        </Button>
      ))}
    </div>
  )
}

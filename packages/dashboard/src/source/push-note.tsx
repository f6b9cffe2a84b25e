import { listUsableRegistries, type UsableRegistry } from '@berth/contract'
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { hostOfTarget, targetAt } from './build-extras.ts'
import classes from './source.module.css'

type Props = { app: string; project: string; pushTo: string; onChoose(pushTo: string): void }

/** Which registries there are to choose from, and as whom the one that is named gets the image. */
export function PushNote({ app, project, pushTo, onChoose }: Props) {
  const { data: registries, error } = useCall(listUsableRegistries, { params: { project } }, { staleMs: 30_000 })
  const host = hostOfTarget(pushTo)
  const others = (registries ?? []).filter((registry) => registry.host !== host)
  return (
    <div className={classes.pushNote}>
      <p role="status">
        {error ? `Which credentials are stored is not known: ${error.message}` : null}
        {registries ? <Words registries={registries} host={host} /> : null}
      </p>
      {others.length > 0 ? (
        <div className={classes.buttons}>
          {others.map((registry) => (
            <Button
              key={registry.host}
              size="compact-xs"
              variant="default"
              onClick={() => onChoose(targetAt(registry, { pushTo, app }))}
            >
              Use {registry.host}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

function Words({ registries, host }: { registries: readonly UsableRegistry[]; host: string | undefined }) {
  const known = registries.find((registry) => registry.host === host)
  if (known) {
    return (
      <>
        It goes to {known.host} as <bdi>{known.username}</bdi>.
      </>
    )
  }
  if (host === undefined && registries.length > 0) return 'There are credentials for:'
  return (
    <>
      {host === undefined ? 'No credentials are stored yet. ' : `No credentials are stored for ${host}. `}
      <WhereToAdd />
    </>
  )
}

function WhereToAdd() {
  const { isAdmin } = useMe()
  if (!isAdmin) return 'An admin of Berth stores them, under Settings, Registries.'
  return (
    <Link to="/settings/{-$tab}" params={{ tab: 'registries' }}>
      Store them under Registries
    </Link>
  )
}

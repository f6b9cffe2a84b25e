import { listRegistries, type PlatformError, type Registry, removeRegistry, testRegistry } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconPackages, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { AddRegistry } from './add-registry.tsx'
import { Confirm } from './confirm.tsx'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function RegistriesTab() {
  const { data: registries, error, refetch } = useCall(listRegistries, {})
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Registry>()
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add a registry
    </Button>
  )
  return (
    <Section
      title="Registries"
      below="Where private images come from. Passwords are kept sealed, told to nobody, and given only to machines that pull."
      action={registries && registries.length > 0 ? add : null}
    >
      {registries === undefined ? (
        error ? (
          <ErrorBox title="The registries could not be loaded" error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading what="registries" height={200} />
        )
      ) : registries.length === 0 ? (
        <EmptyState title="No credentials yet" icon={<IconPackages size={28} stroke={1.5} />} action={add}>
          Public images need none, and what Berth builds lies in its own registry.
        </EmptyState>
      ) : (
        <RegistryTable registries={registries} onRemove={setRemoving} />
      )}
      {isAdding ? <AddRegistry onClose={() => setAdding(false)} /> : null}
      {removing ? <Remove registry={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Section>
  )
}

type TableProps = { registries: readonly Registry[]; onRemove: (registry: Registry) => void }

function RegistryTable({ registries, onRemove }: TableProps) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Registry</th>
          <th scope="col">User</th>
          <th scope="col">For apps of</th>
          <th scope="col">
            <span className={classes.hidden}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {registries.map((registry) => (
          <RegistryRow key={registry.id} registry={registry} onRemove={() => onRemove(registry)} />
        ))}
      </tbody>
    </table>
  )
}

function RegistryRow({ registry, onRemove }: { registry: Registry; onRemove: () => void }) {
  const { id, host, username, project, createdBy, createdAt } = registry
  const test = useAction(testRegistry)
  return (
    <tr>
      <th scope="row" className={classes.main}>
        <bdi>{host}</bdi>
        <span className={classes.soft}>
          stored by {plainText(createdBy)} <RelativeTime at={createdAt} />
        </span>
        <TestOutcome works={test.isSuccess} error={test.error} />
      </th>
      <td data-label="User" className={classes.wrapped}>
        {plainText(username)}
      </td>
      <td data-label="For apps of">{project ?? 'all projects'}</td>
      <td className={classes.actions}>
        <BusyButton
          size="xs"
          variant="default"
          mr="xs"
          aria-label={`Test ${host}`}
          isBusy={test.isPending}
          busyWords="Testing …"
          onClick={() => test.mutate({ params: { registryId: id } })}
        >
          Test
        </BusyButton>
        <Button size="xs" variant="default" aria-label={`Remove ${host}`} onClick={onRemove}>
          Remove
        </Button>
      </td>
    </tr>
  )
}

function TestOutcome({ works, error }: { works: boolean; error: PlatformError | null }) {
  return (
    <span className={classes.outcome} role="status">
      {works ? <StateBadge of="check" state="ok" word="It takes them" /> : null}
      {error ? (
        <StateBadge of="check" state="failed" word={`${error.message}${error.hint ? `. ${error.hint}` : ''}`} />
      ) : null}
    </span>
  )
}

function Remove({ registry: { id, host, project }, onClose }: { registry: Registry; onClose: () => void }) {
  const action = useAction(removeRegistry, {
    invalidates: [listRegistries],
    onSuccess: () => {
      announce(`The credentials for ${host} are forgotten`)
      onClose()
    },
  })
  return (
    <Confirm
      title={`Forget the credentials for ${host}?`}
      word="Forget them"
      busyWords="Forgetting …"
      action={action}
      onConfirm={() => action.mutate({ params: { registryId: id } })}
      onClose={onClose}
    >
      Apps of {project ?? 'all projects'} run on. A machine that has to pull a private image from there will be refused.
    </Confirm>
  )
}

import { listRegistries, type Registry, removeRegistry, testRegistry } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconPackages } from '@tabler/icons-react'
import { useAction, useCall } from '#api/use-call.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { AddRegistry } from './add-registry.tsx'
import { Confirm } from './confirm.tsx'
import classes from './settings.module.css'
import { StoredList } from './stored-list.tsx'
import { TestOutcome } from './test-outcome.tsx'
import { useDialogAction } from './use-dialog-action.ts'

export function RegistriesTab() {
  return (
    <StoredList
      title="Registries"
      below="For private images. Passwords are kept sealed, told to nobody, and given only to machines that pull or push."
      what="registries"
      found={useCall(listRegistries, {})}
      empty={{
        title: 'No credentials yet',
        icon: <IconPackages size={28} stroke={1.5} />,
        words: 'Public images need none, and what Berth builds lies in its own registry.',
      }}
      addWord="Add a registry"
      add={(closing) => <AddRegistry {...closing} />}
      rows={(registries, onRemove) => <RegistryTable registries={registries} onRemove={onRemove} />}
      removal={(registry, closing) => <Remove registry={registry} {...closing} />}
    />
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
        <TestOutcome test={test} word="It takes them" />
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

function Remove({ registry: { id, host, project }, onClose }: { registry: Registry; onClose: () => void }) {
  const action = useDialogAction(removeRegistry, {
    invalidates: [listRegistries],
    words: () => `The credentials for ${host} are forgotten`,
    onClose,
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

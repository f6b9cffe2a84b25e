import { listRepositories, type Repository, removeRepository, testRepository } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconGitBranch } from '@tabler/icons-react'
import { useAction, useCall } from '#api/use-call.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { CopyButton } from '#parts/copy-button.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { AddRepository } from './add-repository.tsx'
import { Confirm } from './confirm.tsx'
import classes from './settings.module.css'
import { StoredList } from './stored-list.tsx'
import { TestOutcome } from './test-outcome.tsx'
import { useDialogAction } from './use-dialog-action.ts'

export function RepositoriesTab() {
  return (
    <StoredList
      title="Private repositories"
      below="What git is let in with when something is built from them. Kept sealed, and given only to the machine that builds."
      what="repositories"
      found={useCall(listRepositories, {})}
      empty={{
        title: 'No credentials yet',
        icon: <IconGitBranch size={28} stroke={1.5} />,
        words: 'Public repositories need none.',
      }}
      addWord="Add repositories"
      add={(closing) => <AddRepository {...closing} />}
      rows={(repositories, onRemove) => (
        <ul className={classes.rows}>
          {repositories.map((repository) => (
            <RepositoryRow key={repository.id} repository={repository} onRemove={() => onRemove(repository)} />
          ))}
        </ul>
      )}
      removal={(repository, closing) => <Remove repository={repository} {...closing} />}
    />
  )
}

function RepositoryRow({ repository, onRemove }: { repository: Repository; onRemove: () => void }) {
  const { id, prefix, project, credentials, createdBy, createdAt } = repository
  const test = useAction(testRepository, { invalidates: [listRepositories] })
  return (
    <li className={classes.row}>
      <div className={classes.rowWords}>
        <p className={classes.rowTitle}>
          <bdi>{plainText(prefix)}</bdi>
        </p>
        <p className={classes.soft}>
          {credentials.kind === 'password' ? `as ${plainText(credentials.username)}` : 'by a deploy key'}, for apps of{' '}
          {project ?? 'all projects'}; stored by {plainText(createdBy)} <RelativeTime at={createdAt} />
        </p>
        {credentials.kind === 'deploy-key' ? <DeployKey credentials={credentials} /> : null}
        <TestOutcome test={test} word="It lets git in" />
      </div>
      <div className={classes.keyActions}>
        <BusyButton
          size="xs"
          variant="default"
          aria-label={`Test ${prefix}`}
          isBusy={test.isPending}
          busyWords="Testing …"
          onClick={() => test.mutate({ params: { repositoryId: id }, body: {} })}
        >
          Test
        </BusyButton>
        <Button size="xs" variant="default" aria-label={`Remove ${prefix}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
    </li>
  )
}

type Key = Extract<Repository['credentials'], { kind: 'deploy-key' }>

function DeployKey({ credentials: { publicKey, hostKeys } }: { credentials: Key }) {
  return (
    <>
      <p className={classes.keyLine}>
        <code>{publicKey}</code>
        <CopyButton value={publicKey} label="the public key" size={24} />
      </p>
      <p className={classes.soft}>
        {hostKeys.length > 0
          ? `The host is known by ${hostKeys.join(', ')}`
          : 'The host will be known by the key that it shows first'}
      </p>
    </>
  )
}

function Remove({ repository: { id, prefix }, onClose }: { repository: Repository; onClose: () => void }) {
  const action = useDialogAction(removeRepository, {
    invalidates: [listRepositories],
    words: () => 'The credentials are forgotten',
    onClose,
  })
  return (
    <Confirm
      title="Forget these credentials?"
      word="Forget them"
      busyWords="Forgetting …"
      action={action}
      onConfirm={() => action.mutate({ params: { repositoryId: id } })}
      onClose={onClose}
    >
      Apps run on. What is built from {plainText(prefix)} will be refused where it is private.
    </Confirm>
  )
}

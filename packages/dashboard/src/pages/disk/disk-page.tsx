import { type Disk, formatBytes, getDisk } from '@berth/contract'
import { IconLock, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { ActionButton } from '../app/action-button.tsx'
import { sumOf } from './disk-words.ts'
import { MachineDiskCard } from './machine-disk-card.tsx'

const CleanupDialog = lazy(() => import('./cleanup-dialog.tsx'))

/** What uses the disks of all machines, and what of it can go. */
export function DiskPage() {
  const { isAdmin } = useMe()
  if (isAdmin) return <Disks />
  return (
    <>
      <PageHead title="Disks" />
      <EmptyState title="Disks are not for you" icon={<IconLock size={30} stroke={1.5} />}>
        What uses them tells of apps of all projects, so only an admin of Berth sees it.
      </EmptyState>
    </>
  )
}

function Disks() {
  const { data, error, refetch } = useCall(getDisk, {}, { staleMs: 30_000 })
  const [isOpen, setOpen] = useState(false)
  const nothing = data && data.steps.length === 0 ? 'There is nothing that could go' : undefined
  return (
    <>
      <PageHead title="Disks" below={<Below disk={data} />}>
        <ActionButton
          whyNot={data ? nothing : 'The machines are still being asked'}
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => setOpen(true)}
        >
          Clean up …
        </ActionButton>
      </PageHead>
      <ErrorBox error={error} title="The disks could not be looked at" onRetry={() => void refetch()} />
      {data ? (
        <div className={sheet.stack}>
          <Refusals disk={data} />
          {data.machines.map((machine) => (
            <MachineDiskCard key={machine.machine} disk={machine} />
          ))}
        </div>
      ) : error ? null : (
        <Loading what="what the machines have on their disks" height="60vh" />
      )}
      <Suspense>{isOpen && data ? <CleanupDialog disk={data} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}

function Below({ disk }: { disk: Disk | undefined }) {
  const removable = disk ? sumOf(disk.steps) : 0
  return (
    <>
      <Link to="/machines" className={sheet.link}>
        Machines
      </Link>
      {disk ? (
        <>
          {' '}
          · {removable > 0 ? `${formatBytes(removable)} could go` : 'nothing could go'}, last cleaned up{' '}
          {disk.cleanedAt ? <RelativeTime at={disk.cleanedAt} /> : 'never'}
        </>
      ) : null}
    </>
  )
}

const Refusals = ({ disk: { refusals } }: { disk: Disk }) =>
  refusals.length === 0 ? null : (
    <section className={sheet.card}>
      <h2>Not looked at</h2>
      <ul className={sheet.list}>
        {refusals.map(({ machine, what, reason }) => (
          <li key={`${machine} ${what}`} className={sheet.warn}>
            {machine}: {what}, as {reason}
          </li>
        ))}
      </ul>
    </section>
  )

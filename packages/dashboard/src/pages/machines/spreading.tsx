import { type ClusterSettings, changeClusterSettings, getClusterSettings } from '@berth/contract'
import { Button, Switch } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import classes from './machines.module.css'

const RebalanceDialog = lazy(() => import('../machine-actions/rebalance-dialog.tsx'))

/** Whether Berth spreads instances again by itself, for admins. */
export default function Spreading() {
  const { data, error, refetch } = useCall(getClusterSettings, {})
  const [isOpen, setOpen] = useState(false)
  return (
    <section className={`${sheet.card} ${classes.spreading}`}>
      <header className={sheet.head}>
        <div className={sheet.headWords}>
          <h2>Spreading instances</h2>
          <p className={sheet.soft}>
            Instances stay where they are when a machine comes back or joins, so it stays empty until they are spread
            again: one at a time, each new one up before the old one finishes.
          </p>
        </div>
        <Button size="xs" variant="default" onClick={() => setOpen(true)}>
          Spread evenly …
        </Button>
      </header>
      {data ? (
        <AutomaticSwitch settings={data} />
      ) : error ? (
        <ErrorBox error={error} title="The setting could not be loaded" onRetry={() => void refetch()} />
      ) : (
        <Loading what="the setting" />
      )}
      <Suspense>{isOpen ? <RebalanceDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </section>
  )
}

function AutomaticSwitch({ settings: { rebalancesByItself } }: { settings: ClusterSettings }) {
  const action = useAction(changeClusterSettings, {
    invalidates: [getClusterSettings],
    onSuccess: (now) =>
      announce(now.rebalancesByItself ? 'Berth spreads instances by itself now' : 'Berth only offers it now'),
  })
  // As it will be, until the answer says how it is.
  const isOn = action.isPending ? !rebalancesByItself : rebalancesByItself
  return (
    <>
      <Switch
        label="By itself"
        description={
          isOn
            ? 'Berth does it a minute after a machine came back or joined.'
            : 'Berth only says when it would be worth it; somebody decides.'
        }
        checked={isOn}
        aria-busy={action.isPending || undefined}
        onChange={({ currentTarget: { checked } }) => {
          if (!action.isPending) action.mutate({ body: { rebalancesByItself: checked } })
        }}
      />
      <ErrorBox error={action.error} title="The setting was not changed" />
    </>
  )
}

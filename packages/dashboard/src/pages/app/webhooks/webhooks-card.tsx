import { type App, addWebhook, listWebhooks, type Webhook } from '@berth/contract'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { useDeployRefusal, useMayCall } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { plainText } from '../logs/log-text.ts'
import { describeDelivery } from './delivery-words.ts'
import classes from './webhooks.module.css'

const AddWebhook = lazy(() => import('./add-webhook.tsx'))
const RemoveWebhook = lazy(() => import('./remove-webhook.tsx'))
const Deliveries = lazy(() => import('./deliveries.tsx'))

const askEveryMs = 15_000

/** What builds the app whenever somebody pushes. */
export function WebhooksCard({ app }: { app: App }) {
  const input = { params: { app: app.name } }
  const { data, error, refetch } = useCall(listWebhooks, input, { refetchIntervalMs: askEveryMs })
  const [isAdding, setAdding] = useState(false)
  const refusal = useDeployRefusal(app.project)
  return (
    <section className={sheet.card}>
      <header className={sheet.head}>
        <div className={sheet.headWords}>
          <h2>When somebody pushes</h2>
          <p className={sheet.soft}>A forge calls Berth, and what was pushed is built and deployed.</p>
        </div>
        <ActionButton
          size="xs"
          variant="default"
          whyNot={refusal}
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          Add a webhook
        </ActionButton>
      </header>
      <ErrorBox
        error={data ? undefined : error}
        title="The webhooks could not be loaded"
        onRetry={() => void refetch()}
      />
      {data === undefined ? (
        error ? null : (
          <Loading what="webhooks" />
        )
      ) : data.length === 0 ? null : (
        <ul className={sheet.list}>
          {data.map((webhook) => (
            <WebhookRow key={webhook.id} app={app} webhook={webhook} />
          ))}
        </ul>
      )}
      <Suspense>{isAdding ? <AddWebhook app={app} onClose={() => setAdding(false)} /> : null}</Suspense>
    </section>
  )
}

type Open = 'deliveries' | 'remove'

function WebhookRow({ app, webhook }: { app: App; webhook: Webhook }) {
  const { url, branch, tags, folder, address, createdBy, createdAt } = webhook
  const [open, setOpen] = useState<Open>()
  const mayChange = useMayCall(addWebhook, app)
  const close = () => setOpen(undefined)
  return (
    <li className={classes.webhook}>
      <div className={sheet.headWords}>
        <strong>{plainText(url)}</strong>
        <p className={sheet.soft}>
          {branch}
          {tags ? ` and tags ${tags}` : ''}
          {folder ? `, the folder ${folder}` : ''}; added <RelativeTime at={createdAt} /> by {plainText(createdBy)}
        </p>
        <p className={classes.address}>
          <span className={sheet.mono}>{address}</span>
          <CopyButton value={address} label="address of the webhook" size={22} />
        </p>
        <LastDelivery app={app.name} webhook={webhook} />
      </div>
      <div className={classes.actions}>
        <ActionButton size="xs" variant="default" onClick={() => setOpen('deliveries')}>
          Deliveries
        </ActionButton>
        {mayChange ? (
          <ActionButton
            size="xs"
            variant="default"
            aria-label={`Remove the webhook of ${url}`}
            onClick={() => setOpen('remove')}
          >
            Remove
          </ActionButton>
        ) : null}
      </div>
      <Suspense>
        {open === 'deliveries' ? <Deliveries app={app.name} webhook={webhook} onClose={close} /> : null}
        {open === 'remove' ? <RemoveWebhook app={app.name} webhook={webhook} onClose={close} /> : null}
      </Suspense>
    </li>
  )
}

function LastDelivery({ app, webhook: { lastDelivery, lastRefusedAt } }: { app: string; webhook: Webhook }) {
  return (
    <>
      {lastDelivery ? (
        <p className={sheet.line}>
          {lastDelivery.build ? <StateBadge of="build" state={lastDelivery.build.state} /> : null}
          <span className={sheet.soft}>
            <RelativeTime at={lastDelivery.receivedAt} />: {plainText(describeDelivery(lastDelivery))}
          </span>
          {lastDelivery.build ? (
            <Link to="/apps/$app/builds/$build" params={{ app, build: lastDelivery.build.id }} className={sheet.link}>
              Its build
            </Link>
          ) : null}
        </p>
      ) : (
        <p className={sheet.soft}>It was not called yet.</p>
      )}
      {lastRefusedAt ? (
        <p className={`${sheet.soft} ${sheet.warn}`}>
          A call without the right signature was refused <RelativeTime at={lastRefusedAt} />.
        </p>
      ) : null}
    </>
  )
}

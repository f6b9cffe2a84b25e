import { listDeliveries, type Webhook } from '@berth/contract'
import { Modal } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { plainText } from '../logs/log-text.ts'
import { describeDelivery } from './delivery-words.ts'

type Props = { app: string; webhook: Webhook; onClose(): void }

const shown = 50

export default function Deliveries({ app, webhook: { id, url }, onClose }: Props) {
  const input = { params: { app, webhookId: id }, query: { limit: shown } }
  const { data, error, refetch } = useCall(listDeliveries, input)
  return (
    <Modal opened onClose={onClose} size="lg" title={`What ${plainText(url)} told`}>
      <ErrorBox error={error} title="The deliveries could not be loaded" onRetry={() => void refetch()} />
      {data === undefined ? (
        error ? null : (
          <Loading what="deliveries" height={160} />
        )
      ) : data.length === 0 ? (
        <p className={sheet.soft}>Nothing yet. Forges can send a test from the page where their webhooks are set up.</p>
      ) : (
        <ul className={sheet.list}>
          {data.map((delivery) => (
            <li key={delivery.id}>
              <div className={sheet.line}>
                <span className={sheet.soft}>
                  <RelativeTime at={delivery.receivedAt} />
                </span>
                {delivery.build ? (
                  <>
                    <StateBadge of="build" state={delivery.build.state} />
                    <Link
                      to="/apps/$app/builds/$build"
                      params={{ app, build: delivery.build.id }}
                      className={sheet.link}
                    >
                      Its build
                    </Link>
                  </>
                ) : null}
              </div>
              {plainText(describeDelivery(delivery))}
            </li>
          ))}
        </ul>
      )}
    </Modal>
  )
}

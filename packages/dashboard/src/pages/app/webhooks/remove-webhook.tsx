import { listWebhooks, removeWebhook, type Webhook } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'

type Props = { app: string; webhook: Webhook; onClose(): void }

export default function RemoveWebhook({ app, webhook: { id, url }, onClose }: Props) {
  const remove = useAction(removeWebhook, {
    invalidates: [listWebhooks],
    onSuccess: () => {
      onClose()
      announce('The webhook is removed')
    },
  })
  return (
    <ConfirmDialog
      title="Remove the webhook?"
      confirm="Remove it"
      tone="bad"
      pending="Removing …"
      action={remove}
      onConfirm={() => remove.mutate({ params: { app, webhookId: id } })}
      onClose={onClose}
    >
      What is pushed to {url} is not built any more, and the forge is refused when it calls. What it began goes on.
    </ConfirmDialog>
  )
}

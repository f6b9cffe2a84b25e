import { type Build, followBuildLog } from '@berth/contract'
import { IconDownload } from '@tabler/icons-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { client } from '#api/client.ts'
import { announceError } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { saveFile } from '#parts/save-file.ts'
import { feedWords } from '../logs/feed-words.ts'
import classes from '../logs/log.module.css'
import { LogList } from '../logs/log-list.tsx'
import { LogSearch } from '../logs/log-search.tsx'
import { readLogSetting } from '../logs/log-setting.ts'
import { plainText } from '../logs/log-text.ts'
import { type Log, useLog } from '../logs/use-log.ts'
import { createBuildLogFeed } from './build-log-feed.ts'
import styles from './builds.module.css'

/** All that a build writes, as it comes. */
export default function BuildLog({ build: { app, id } }: { build: Pick<Build, 'app' | 'id'> }) {
  const log = useLog(useCallback((deps) => createBuildLogFeed({ client, app, buildId: id, ...deps }), [app, id]))
  const [query, setQuery] = useQuery(log)
  const [current, setCurrent] = useState<number>()
  const looks = useMemo(readLogSetting, [])
  const state = log.feed.getState()
  const lines = log.view.rows.length()
  return (
    <section
      className={`${classes.log} ${styles.log}`}
      aria-label="Log of the build"
      style={{ '--lines': lines } as React.CSSProperties}
    >
      <div className={styles.logHead}>
        <LogSearch log={log} query={query} onQuery={setQuery} current={current} onCurrent={setCurrent} />
        <DownloadButton app={app} buildId={id} />
      </div>
      <div className={classes.state}>
        <span>
          {lines.toLocaleString('en')} {lines === 1 ? 'line' : 'lines'}
        </span>
        <span role="status" data-tone={state.kind === 'broken' ? 'warn' : undefined}>
          {feedWords[state.kind]}
        </span>
      </div>
      {state.kind === 'over' ? (
        <ErrorBox error={state.error} title="The log cannot be shown" onRetry={log.feed.reconnect} />
      ) : null}
      {lines === 0 ? (
        <div className={classes.empty}>
          {state.kind === 'connecting' ? <Loading what="the log" /> : 'Nothing was written yet.'}
        </div>
      ) : (
        <LogList log={log} query={query} current={current} looks={looks} colourOf={() => 0} isPaused={false} />
      )}
    </section>
  )
}

function useQuery(log: Log): [string, (query: string) => void] {
  const [query, setQuery] = useState('')
  const settled = useDeferredValue(query)
  useEffect(() => log.setQuery(settled), [log, settled])
  return [query, setQuery]
}

/** From the server and not from the view, which may have dropped what is old. */
function DownloadButton({ app, buildId }: { app: string; buildId: string }) {
  const [isBusy, setBusy] = useState(false)
  async function download() {
    setBusy(true)
    try {
      const lines: string[] = []
      for await (const { at, text } of client.stream(followBuildLog, { params: { app, buildId }, query: {} }))
        lines.push(`${at} ${plainText(text)}\n`)
      saveFile(`${app}-build-${buildId}.log`, lines)
    } catch (error) {
      announceError(error, 'The log could not be downloaded')
    } finally {
      setBusy(false)
    }
  }
  return (
    <BusyButton
      size="xs"
      variant="default"
      isBusy={isBusy}
      busyWords="Reading it …"
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => void download()}
    >
      Download
    </BusyButton>
  )
}

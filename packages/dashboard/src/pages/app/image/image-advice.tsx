import { formatBytes, type ImageAdvice } from '@berth/contract'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'

export function ImageAdviceCard({ advice }: { advice: readonly ImageAdvice[] }) {
  return (
    <section className={classes.card}>
      <h2>What would make it smaller</h2>
      {advice.length === 0 ? (
        <p className={classes.soft}>Nothing that would be worth it.</p>
      ) : (
        <ul className={classes.list}>
          {advice.map(({ title, detail, savesBytes }) => (
            <li key={title} className={classes.advice}>
              <div className={classes.numbers}>
                <strong>{plainText(title)}</strong>
                <span className={classes.good}>saves {formatBytes(savesBytes)}</span>
              </div>
              <p className={classes.soft}>{plainText(detail)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

import type { ReactNode } from 'react'
import classes from './Rows.module.css'

/** A list in which each row is one thing, and the whole row leads to it. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  )
}

/** One row. A link with `data-row-link` in it is stretched over the row. */
export function Row({ lead, main, aside }: { lead?: ReactNode; main: ReactNode; aside?: ReactNode }) {
  return (
    <li className={classes.row}>
      {lead && <div className={classes.lead}>{lead}</div>}
      <div className={classes.main}>{main}</div>
      {aside && <div className={classes.aside}>{aside}</div>}
    </li>
  )
}

/** The last cell of a row, as wide in every row, so that what stands before it stands in columns. */
export function StatusCell({ children }: { children: ReactNode }) {
  return <div className={classes.status}>{children}</div>
}

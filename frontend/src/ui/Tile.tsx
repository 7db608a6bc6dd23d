import type { ReactNode } from 'react'
import classes from './Tile.module.css'

/** A card in a grid. A link with `data-tile-link` in it is stretched over the card. */
export function Tile({ children }: { children: ReactNode }) {
  return <div className={classes.tile}>{children}</div>
}

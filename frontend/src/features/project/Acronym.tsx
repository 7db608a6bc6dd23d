import classes from './Acronym.module.css'

/** The acronym as a mark of its project, always in the same colour. */
export function Acronym({ value, size = 'md' }: { value: string; size?: 'sm' | 'md' }) {
  return (
    <span className={classes.mark} data-size={size} style={{ '--hue': hueOf(value) } as React.CSSProperties}>
      {value}
    </span>
  )
}

function hueOf(text: string): number {
  let hash = 7
  for (const letter of text) hash = (hash * 31 + letter.charCodeAt(0)) % 360
  return hash
}

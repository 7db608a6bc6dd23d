import { CheckIcon, type ComboboxItem } from '@mantine/core'
import classes from './LongOption.module.css'

/** A choice in a list: one line, cut where there is no room, and whole for who points at it. */
export function longOption({ option, checked }: { option: ComboboxItem; checked?: boolean }) {
  return (
    <>
      {checked && <CheckIcon className={classes.check} />}
      <span className={classes.label} title={option.label}>{option.label}</span>
    </>
  )
}

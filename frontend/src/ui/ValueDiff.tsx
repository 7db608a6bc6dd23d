import { useTranslation } from 'react-i18next'
import { changesBetween } from './changes'
import classes from './ValueDiff.module.css'

/** What differs between two values, name by name. */
export function ValueDiff({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation()
  const changes = changesBetween(before, after)
  if (changes.length === 0) return null
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('common.diff.name')}</th>
            <th scope="col">{t('common.diff.before')}</th>
            <th scope="col">{t('common.diff.after')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ name, before: was, after: is }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={was === undefined ? undefined : classes.before}>{shown(was)}</td>
              <td className={is === undefined ? undefined : classes.after}>{shown(is)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function shown(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

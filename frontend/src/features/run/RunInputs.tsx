import { IconArrowRight, IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import { ValueText } from '@/ui/ValueText'
import classes from './PlanAttributes.module.css'

export const RunInputsFragment = graphql(/* GraphQL */ `
  fragment RunInputs on Run {
    id
    inputChanges {
      name
      before
      after
      sensitive
    }
  }
`)

/** What was asked to be different, by input. */
export function RunInputs({ run: masked }: { run: FragmentType<typeof RunInputsFragment> }) {
  const { t } = useTranslation()
  const { inputChanges } = unmask(RunInputsFragment, masked)
  return (
    <dl className={classes.attributes} style={{ padding: 0 }}>
      {inputChanges.map(({ name, before, after, sensitive }) => (
        <div key={name} className={classes.row}>
          <dt>{name}</dt>
          <dd>
            {sensitive ? (
              <span className={classes.quiet}><IconLock size={12} aria-hidden /> {t('run.plan.sensitive')}</span>
            ) : (
              <>
                {before != null && <ValueText value={before} className={classes.before} />}
                {before != null && <IconArrowRight size={12} className={classes.arrow} aria-label={t('run.plan.becomes')} />}
                <ValueText value={after} className={classes.after} />
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

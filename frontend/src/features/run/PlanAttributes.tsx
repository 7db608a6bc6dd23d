import { IconArrowRight, IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { PlanAction } from '@/gql/graphql'
import { ValueText } from '@/ui/ValueText'
import classes from './PlanAttributes.module.css'

export const PlanAttributeFragment = graphql(/* GraphQL */ `
  fragment PlanAttribute on PlanAttribute {
    path
    before
    after
    unknown
    sensitive
    forces
  }
`)

interface PlanAttributesProps {
  attributes: readonly FragmentType<typeof PlanAttributeFragment>[]
  action: PlanAction
}

/** Each value that changes, before and after. */
export function PlanAttributes({ attributes, action }: PlanAttributesProps) {
  return (
    <dl className={classes.attributes}>
      {attributes.map((attribute, index) => <AttributeRow key={index} attribute={attribute} action={action} />)}
    </dl>
  )
}

function AttributeRow({ attribute: masked, action }: { attribute: FragmentType<typeof PlanAttributeFragment>; action: PlanAction }) {
  const { t } = useTranslation()
  const attribute = unmask(PlanAttributeFragment, masked)
  return (
    <div className={classes.row}>
      <dt>
        {attribute.path === '' ? t('run.plan.value') : attribute.path}
        {attribute.forces && <span className={classes.forces}>{t('run.plan.forces')}</span>}
      </dt>
      <dd>
        {attribute.sensitive ? (
          <span className={classes.quiet}><IconLock size={12} aria-hidden /> {t(attribute.unknown ? 'run.plan.sensitiveUnknown' : 'run.plan.sensitive')}</span>
        ) : (
          <>
            {action !== 'CREATE' && <ValueText value={attribute.before} className={classes.before} />}
            {action !== 'CREATE' && action !== 'DELETE' && <IconArrowRight size={12} className={classes.arrow} aria-label={t('run.plan.becomes')} />}
            {action !== 'DELETE' && (attribute.unknown ? <span className={classes.quiet}>{t('run.plan.unknown')}</span> : <ValueText value={attribute.after} className={classes.after} />)}
          </>
        )}
      </dd>
    </div>
  )
}

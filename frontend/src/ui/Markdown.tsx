import { Skeleton, Typography } from '@mantine/core'
import { lazy, Suspense } from 'react'
import classes from './Markdown.module.css'

const Rendered = lazy(() => import('./MarkdownRendered'))

/** Markdown of people we do not know: HTML in it is dropped, images become their description. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton height={180} />}>
      <Typography className={classes.text}>
        <Rendered text={text} />
      </Typography>
    </Suspense>
  )
}

import ReactMarkdown, { type Components, defaultUrlTransform } from 'react-markdown'
import remarkGfm from 'remark-gfm'

/** Headings begin below the page's own, and what leads out of the portal opens elsewhere. */
const COMPONENTS: Components = {
  h1: 'h2',
  h2: 'h3',
  h3: 'h4',
  a: ({ href, children }) => <a href={href} target="_blank" rel="noreferrer noopener">{children}</a>,
  input: ({ checked }) => <span aria-hidden>{checked ? '☑ ' : '☐ '}</span>,
  img: ({ alt }) => <em>{alt}</em>,
  table: ({ children }) => <div style={{ overflowX: 'auto' }}><table>{children}</table></div>,
}

export default function MarkdownRendered({ text }: { text: string }) {
  return <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS} urlTransform={defaultUrlTransform}>{text}</ReactMarkdown>
}
